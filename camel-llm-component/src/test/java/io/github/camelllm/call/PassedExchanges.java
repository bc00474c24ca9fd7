package io.github.camelllm.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.Recordings;
import io.github.camelllm.testing.ScriptedChannel;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Requests and answers of all dialects, from the golden cases and from the recordings if there are any. */
final class PassedExchanges {
    private static final Path GOLDEN = Path.of("src/test/resources/wire");
    private static final Map<String, String> DIALECT_OF_API =
            Map.of("chat-completions", "openai-chat", "messages", "anthropic", "generate-content", "gemini");

    private PassedExchanges() {}

    /**
     * One file of a case.
     *
     * @param name says where it is from
     */
    record Case(String name, Dialect dialect, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> streams() throws IOException {
        return cases("response.sse").stream();
    }

    static Stream<Case> answers() throws IOException {
        return cases("response.json").stream();
    }

    static Stream<Case> requests() throws IOException {
        return cases("request.json").stream();
    }

    private static List<Case> cases(String file) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String dialect : DIALECT_OF_API.values()) {
            try (Stream<Path> files = Files.walk(GOLDEN.resolve(dialect))) {
                files.filter(path -> path.endsWith(file))
                        .sorted()
                        .forEach(path -> cases.add(read(dialect, path, false)));
            }
        }
        if (Recordings.folder().isPresent()) {
            for (Map.Entry<String, String> api : DIALECT_OF_API.entrySet()) {
                Recordings.cases(about -> about.path("api").asText().equals(api.getKey()))
                        .map(folder -> folder.resolve(file))
                        .filter(Files::exists)
                        .forEach(path -> cases.add(read(api.getValue(), path, file.equals("request.json"))));
            }
        }
        return cases;
    }

    private static Case read(String dialect, Path path, boolean wrapped) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            if (wrapped) {
                JsonNode body = Json.MAPPER.readTree(bytes).path("body");
                bytes = body.toString().getBytes(StandardCharsets.UTF_8);
            }
            return new Case(path.getParent().toString(), Dialects.get(dialect), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The path that a client of the dialect would ask. */
    static String path(Dialect dialect, boolean stream) {
        return dialect.name().equals("gemini")
                ? "/v1beta/models/m:" + (stream ? "streamGenerateContent" : "generateContent")
                : "/";
    }

    /** A request that asks for a stream with all that there is to be told. */
    static WireRequest streaming(Dialect dialect) {
        String body = dialect.name().equals("gemini")
                ? "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}"
                : "{\"model\":\"m\",\"stream\":true,\"max_tokens\":9,\"stream_options\":{\"include_usage\":true},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        return WireRequest.of(
                WireRequest.Scanned.of(dialect, path(dialect, true), body.getBytes(StandardCharsets.UTF_8)), Map.of());
    }

    static CallTarget target(Dialect dialect) {
        CallTarget other = ScriptedChannel.target(
                "p", "m", RetryPolicy.NONE, CommitPolicy.FIRST_PIECE, StreamLimits.DEFAULT, new ManualTimer());
        return new CallTarget(
                "p",
                "http://localhost",
                dialect,
                WireTarget.of("p", "m"),
                other.credentials(),
                Map.of(),
                other.timeouts(),
                1 << 24,
                1 << 24,
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.NONE,
                CommitPolicy.FIRST_PIECE,
                StreamLimits.DEFAULT,
                other.health(),
                ModelLimits.UNKNOWN);
    }
}
