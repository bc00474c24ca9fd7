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
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What a program with SDKs of another language has to know, and the record that it keeps of their features. */
final class SdkRecords {
    private final String sdk;
    private final ConformanceGateway gateway;
    private final Path file;

    /**
     * @param sdk as tables name it, such as {@code JS}
     * @param folder for the record
     */
    SdkRecords(String sdk, ConformanceGateway gateway, Path folder) throws IOException {
        this.sdk = sdk;
        this.gateway = gateway;
        file = Files.createFile(folder.resolve("results.jsonl"));
    }

    /** The variable of the environment with where to ask for what, and where to keep the record. */
    Map<String, String> environment() {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.put("url", gateway.url())
                .put("key", ConformanceGateway.KEY)
                .put("results", file.toAbsolutePath().toString());
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
        return Map.of("CONFORMANCE", settings.toString());
    }

    private List<JsonNode> records() throws IOException {
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            records.add(Json.MAPPER.readTree(line));
        }
        return records;
    }

    private static String text(JsonNode record, String member) {
        return record.path(member).asText();
    }

    private static List<JsonNode> ofFeature(List<JsonNode> records, String feature) {
        List<JsonNode> found = records.stream()
                .filter(record -> text(record, "feature").equals(feature))
                .toList();
        assertThat(found).as(feature).isNotEmpty();
        return found;
    }

    /** A test for each feature at each target, and what can be said only of all of them. */
    Stream<DynamicTest> tests(String... apis) throws IOException {
        List<JsonNode> records = records();
        Stream<DynamicTest> features = records.stream()
                .map(record -> DynamicTest.dynamicTest(
                        text(record, "api") + ", " + text(record, "feature") + ", " + text(record, "target"), () -> {
                            if (record.has("problem")) {
                                fail(text(record, "problem"));
                            }
                        }));
        Stream<DynamicTest> all = Stream.of(
                DynamicTest.dynamicTest(
                        "streams that clients left were cancelled", () -> assertThat(gateway.cancelledStreams())
                                .isEqualTo(ofFeature(records, "stream left by the client")
                                        .size())),
                DynamicTest.dynamicTest(
                        "every SDK repeats once",
                        () -> assertThat(ofFeature(records, "retry by the SDK")).allSatisfy(record -> assertThat(
                                        gateway.requestsFor("fail once, " + sdk.toLowerCase(Locale.ROOT) + " "
                                                + text(record, "api") + " " + text(record, "target")))
                                .isEqualTo(2))));
        Stream<DynamicTest> pages = Stream.of(apis)
                .map(api -> DynamicTest.dynamicTest(
                        "the page says what came out, " + api,
                        () -> ConformanceTable.check(
                                api,
                                sdk,
                                records.stream()
                                        .filter(record -> text(record, "api").equals(api) && !record.has("problem"))
                                        .map(record -> new Result(
                                                api,
                                                text(record, "feature"),
                                                Target.of(text(record, "target")),
                                                text(record, "outcome")))
                                        .toList())));
        return Stream.of(features, all, pages).flatMap(tests -> tests);
    }
}
