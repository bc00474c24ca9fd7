package io.github.camelllm.routes.store;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A Lua script that Redis keeps once it has seen it. Immutable. */
final class RedisScript {
    private final String source;
    private final String digest;

    private RedisScript(String source) {
        this.source = source;
        try {
            digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** @param parts names of files beside each other in the jar, one script together */
    static RedisScript of(String... parts) {
        StringBuilder source = new StringBuilder();
        for (String part : parts) {
            String name = "/llm-redis/" + part;
            try (InputStream file = RedisScript.class.getResourceAsStream(name)) {
                if (file == null) {
                    throw new IllegalStateException(name + " is not in the jar of camel-llm-routes");
                }
                source.append(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(name, e);
            }
        }
        return new RedisScript(source.toString());
    }

    /** The answer of a script that ends with a list; texts are strings and numbers are longs. */
    CompletableFuture<List<Object>> run(
            StatefulRedisConnection<String, String> connection, String[] keys, String[] arguments) {
        CompletableFuture<List<Object>> known = connection
                .async()
                .<List<Object>>evalsha(digest, ScriptOutputType.MULTI, keys, arguments)
                .toCompletableFuture();
        return known.handle((answer, error) -> {
                    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
                    if (cause instanceof RedisNoScriptException) {
                        return connection
                                .async()
                                .<List<Object>>eval(source, ScriptOutputType.MULTI, keys, arguments)
                                .toCompletableFuture();
                    }
                    return cause == null
                            ? CompletableFuture.completedFuture(answer)
                            : CompletableFuture.<List<Object>>failedFuture(cause);
                })
                .thenCompose(next -> next);
    }
}
