package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official SDKs for JavaScript take the gateway for the real thing: npm's {@code openai}, {@code @anthropic-ai/sdk} and
 * {@code @google/genai}. What they do is in {@code src/test/npm}.
 */
class NodeSdksTest {
    private static final String SDK = "JS";

    @TempDir
    private static Path folder;

    private static final List<JsonNode> records = new ArrayList<>();
    private static Programs.Ended ended;
    private static long cancelledStreams;
    private static ConformanceGateway gateway;

    @BeforeAll
    static void run() throws Exception {
        NodeModules node = NodeModules.installed();
        gateway = ConformanceGateway.started();
        try (Stream<Path> sources = Files.list(NodeModules.SOURCES)) {
            for (Path source : sources.toList()) {
                Files.copy(source, folder.resolve(source.getFileName()));
            }
        }
        Path results = Files.createFile(folder.resolve("results.jsonl"));
        ended = node.run(
                folder,
                Map.of("CONFORMANCE", settings(results).toString()),
                "--test",
                "--test-concurrency=1",
                "--test-reporter=spec");
        for (String line : Files.readAllLines(results)) {
            records.add(Json.MAPPER.readTree(line));
        }
        cancelledStreams = gateway.cancelledStreams();
    }

    private static ObjectNode settings(Path results) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.put("url", gateway.url())
                .put("key", ConformanceGateway.KEY)
                .put("results", results.toAbsolutePath().toString());
        ArrayNode targets = settings.putArray("targets");
        for (Target target : Target.values()) {
            ObjectNode one = targets.addObject()
                    .put("name", target.label())
                    .put("chat", target.chat())
                    .put("reasoning", target.reasoning())
                    .put("thoughtsShown", target.showsThoughts());
            target.embeddings().ifPresent(model -> one.put("embeddings", model));
        }
        ArrayNode listed = ((ObjectNode) targets.get(Target.GATEWAY.ordinal())).putArray("listed");
        ConformanceGateway.models().forEach(listed::add);
        return settings;
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> features() {
        return records.stream()
                .map(record -> DynamicTest.dynamicTest(
                        record.path("api").asText() + ", "
                                + record.path("feature").asText() + ", "
                                + record.path("target").asText(),
                        () -> {
                            if (record.has("problem")) {
                                fail(record.path("problem").asText());
                            }
                        }));
    }

    @Test
    void everythingRan() {
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(records).extracting(record -> record.path("api").asText()).contains("openai", "anthropic", "gemini");
    }

    @Test
    void streamsThatClientsLeftWereCancelled() {
        assertThat(cancelledStreams)
                .isEqualTo(records.stream()
                        .filter(record -> record.path("feature").asText().equals("stream left by the client"))
                        .count());
    }

    @Test
    void everySdkRepeatsOnce() {
        List<JsonNode> repeated = records.stream()
                .filter(record -> record.path("feature").asText().equals("retry by the SDK"))
                .toList();
        assertThat(repeated).isNotEmpty().allSatisfy(record -> assertThat(gateway.requestsFor(
                        "fail once, js " + record.path("api").asText() + " "
                                + record.path("target").asText()))
                .isEqualTo(2));
    }

    @Test
    void thePageSaysWhatCameOut() throws IOException {
        for (String api : List.of("openai", "anthropic", "gemini")) {
            ConformanceTable.check(
                    api,
                    SDK,
                    records.stream()
                            .filter(record -> record.path("api").asText().equals(api) && !record.has("problem"))
                            .map(record -> new Result(
                                    api,
                                    record.path("feature").asText(),
                                    Target.of(record.path("target").asText()),
                                    record.path("outcome").asText()))
                            .toList());
        }
    }
}
