package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.DIALECT;
import static io.github.camelllm.wire.anthropic.Exchanges.TARGET;
import static io.github.camelllm.wire.anthropic.Exchanges.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.WireHeaders;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases under {@code wire/anthropic}: a request, an answer to it as one body and as a stream, and what both have
 * to be read as. The request has to come out again as it is when the server half read it and the client half writes it.
 */
class AnthropicGoldenCasesTest {
    static List<Path> cases() throws IOException, URISyntaxException {
        Path folder = Path.of(
                AnthropicGoldenCasesTest.class.getResource("/wire/anthropic").toURI());
        try (Stream<Path> cases = Files.list(folder)) {
            return cases.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsTheBody(Path folder) throws IOException {
        ChatResponse read =
                DIALECT.chat().decode(Files.readAllBytes(folder.resolve("response.json")), WireHeaders.NONE, TARGET);
        assertThat(shape(read)).isEqualTo(tree(Files.readString(folder.resolve("expected.json"))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsTheStreamAsTheSameAnswer(Path folder) throws IOException {
        byte[] body = Files.readAllBytes(folder.resolve("response.json"));
        ChatResponse streamed = Exchanges.fold(Exchanges.frames(Files.readAllBytes(folder.resolve("response.sse"))));
        assertThat(streamed).isEqualTo(DIALECT.chat().decode(body, WireHeaders.NONE, TARGET));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void writesTheRequestAsItWasRead(Path folder) throws IOException {
        byte[] body = Files.readAllBytes(folder.resolve("request.json"));
        ServedRequest served = DIALECT.server().decode("/v1/messages", body);
        assertThat(Exchanges.encode(served.request(), TARGET.withOwnDialect(true)))
                .isEqualTo(tree(body));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsTheProviderDid(Path folder) throws IOException {
        ServedRequest served =
                DIALECT.server().decode("/v1/messages", Files.readAllBytes(folder.resolve("request.json")));
        byte[] body = Files.readAllBytes(folder.resolve("response.json"));
        ChatResponse answer = DIALECT.chat().decode(body, WireHeaders.NONE, TARGET);
        JsonNode written = tree(DIALECT.server().encode(answer, served));
        ((ObjectNode) written.path("usage")).remove("cache_creation");
        ObjectNode expected = (ObjectNode) tree(body);
        ObjectNode usage = (ObjectNode) expected.path("usage");
        usage.remove("cache_creation");
        usage.remove("service_tier");
        ((ObjectNode) written.path("usage")).remove("service_tier");
        if (usage.has("server_tool_use")) {
            ((ObjectNode) usage.path("server_tool_use")).remove("web_fetch_requests");
        }
        assertThat(written).isEqualTo(expected);
    }

    private static JsonNode shape(ChatResponse response) {
        ObjectNode shape = JsonNodeFactory.instance.objectNode();
        shape.put("id", response.id().orElse(null));
        shape.put("model", response.model().orElse(null));
        response.choices().get(0).message().content().forEach(part -> shape.withArray("parts")
                .add(shape(part)));
        shape.withArray("parts");
        Finish finish = response.finish().orElseThrow();
        shape.putObject("finish")
                .put("reason", finish.reason().name())
                .put("native", finish.nativeReason().orElse(null))
                .put("stopSequence", finish.stopSequence().orElse(null));
        shape.set("usage", shape(response.usage().orElseThrow()));
        ObjectNode extensions = shape.putObject("extensions");
        response.extensions().forEach((name, json) -> extensions.set(name, tree(json)));
        return shape;
    }

    private static JsonNode shape(Usage usage) {
        ObjectNode shape = JsonNodeFactory.instance.objectNode();
        put(shape, "inputTokens", usage.inputTokens());
        put(shape, "cacheReadInputTokens", usage.cacheReadInputTokens());
        put(shape, "cacheCreationInputTokens", usage.cacheCreationInputTokens());
        put(shape, "cacheCreation1hInputTokens", usage.cacheCreation1hInputTokens());
        put(shape, "outputTokens", usage.outputTokens());
        put(shape, "reasoningOutputTokens", usage.reasoningOutputTokens());
        put(shape, "webSearchRequests", usage.webSearchRequests());
        usage.serviceTier().ifPresent(tier -> shape.put("serviceTier", tier));
        return tree(shape.toString());
    }

    private static void put(ObjectNode shape, String name, OptionalLong count) {
        count.ifPresent(value -> shape.put(name, value));
    }

    private static JsonNode shape(ContentPart part) {
        ObjectNode shape = JsonNodeFactory.instance.objectNode();
        if (part instanceof ContentPart.Text text) {
            shape.put("kind", "text").put("text", text.text());
            for (Citation citation : text.citations()) {
                ObjectNode cited = shape.withArray("citations").addObject();
                cited.put("url", citation.url().orElse(null));
                cited.put("title", citation.title().orElse(null));
                cited.put("citedText", citation.citedText().orElse(null));
                cited.set("json", tree(citation.json().orElseThrow()));
            }
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            shape.put("kind", "reasoning").put("text", reasoning.text());
            put(shape, "signature", reasoning.signature());
            put(shape, "redacted", reasoning.redacted());
        } else if (part instanceof ContentPart.ToolCall call) {
            shape.put("kind", "toolCall").put("id", call.id()).put("name", call.name());
            shape.put("arguments", call.argumentsJson());
            call.json().ifPresent(json -> shape.set("json", tree(json)));
        } else if (part instanceof ContentPart.Opaque opaque) {
            shape.put("kind", "opaque").put("type", opaque.type());
            shape.set("json", tree(opaque.json()));
            put(shape, "text", opaque.text());
        } else {
            throw new AssertionError(part);
        }
        return shape;
    }

    private static void put(ObjectNode shape, String name, Optional<String> text) {
        text.ifPresent(value -> shape.put(name, value));
    }
}
