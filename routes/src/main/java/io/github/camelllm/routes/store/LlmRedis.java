package io.github.camelllm.routes.store;

import io.github.camelllm.catalog.Durations;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The Redis that budgets, limits and cache share: one server, or one watched by Sentinel. Thread-safe.
 *
 * <p>While it is away, commands fail at once in place of waiting, and the connection is made again by itself.
 */
public final class LlmRedis implements AutoCloseable {
    /** Before the names of the properties. */
    public static final String PREFIX = "llm.redis.";

    /** Where it is if nobody says so. */
    public static final String DEFAULT_URI = "redis://localhost:6379";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_WAITING = 20_000;

    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;
    private final String prefix;

    private LlmRedis(ClientResources resources, RedisClient client, RedisURI uri, String prefix) {
        this.resources = resources;
        this.client = client;
        this.uri = uri;
        this.prefix = prefix;
    }

    /**
     * Connects to nothing yet.
     *
     * @param properties those that begin with {@link #PREFIX}, without it: {@code uri} ({@code redis://}, {@code rediss://} or
     *     {@code redis-sentinel://}), {@code prefix} of all keys ({@code llm}), {@code timeout} of commands (5s)
     * @throws IllegalArgumentException that names the wrong one
     */
    public static LlmRedis open(Map<String, String> properties) {
        RedisURI uri;
        try {
            uri = RedisURI.create(properties.getOrDefault("uri", DEFAULT_URI));
        } catch (IllegalArgumentException e) {
            // Without the value: it may hold a password
            throw new IllegalArgumentException(
                    PREFIX + "uri must be such as redis://host:6379, rediss://user:password@host:6379/0 or"
                            + " redis-sentinel://host:26379#name and cannot be read",
                    null);
        }
        String prefix = properties.getOrDefault("prefix", "llm");
        if (prefix.isBlank() || prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
            throw new IllegalArgumentException(PREFIX + "prefix must be a name without braces but is '" + prefix + "'");
        }
        String timeout = properties.get("timeout");
        Duration longest = timeout == null
                ? TIMEOUT
                : Durations.parse(timeout)
                        .orElseThrow(() -> new IllegalArgumentException(
                                PREFIX + "timeout must be " + Durations.EXPECTED + " but is '" + timeout + "'"));
        ClientResources resources = DefaultClientResources.builder()
                .reconnectDelay(
                        Delay.exponential(Duration.ofMillis(50), Duration.ofSeconds(3), 2, TimeUnit.MILLISECONDS))
                .build();
        RedisClient client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_WAITING)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(longest))
                .build());
        return new LlmRedis(resources, client, uri, prefix);
    }

    /** A new connection; whoever asks for it closes it. */
    public CompletionStage<StatefulRedisConnection<String, String>> connect() {
        return client.connectAsync(StringCodec.UTF8, uri);
    }

    public RedisClient client() {
        return client;
    }

    public RedisURI uri() {
        return uri;
    }

    /** What all keys begin with: a name in braces, so that a cluster keeps them on one node, and a colon. */
    public String keyPrefix() {
        return '{' + prefix + "}:";
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
