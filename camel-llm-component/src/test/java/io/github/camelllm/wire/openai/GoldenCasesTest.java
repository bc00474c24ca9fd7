package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.DIALECT;
import static io.github.camelllm.wire.openai.Exchanges.MAPPER;
import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static io.github.camelllm.wire.openai.Exchanges.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks the folders of {@code wire/openai-chat}; its README says what they hold. */
class GoldenCasesTest {
    static Stream<Path> cases() throws IOException, URISyntaxException {
        URI root =
                GoldenCasesTest.class.getResource("/wire/openai-chat/README.md").toURI();
        try (Stream<Path> folders = Files.list(Path.of(root).getParent())) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void requestGoesOutAsItCameIn(Path folder) throws IOException {
        JsonNode body = tree(Files.readAllBytes(folder.resolve("request.json")));
        WireTarget target = Exchanges.with(
                OpenAiOptions.REASONING, body.has("reasoning") ? "reasoning" : "reasoning_effort",
                OpenAiOptions.REASONING_REPLAY, "reasoning_details",
                OpenAiOptions.ANNOTATIONS_REPLAY, "true",
                OpenAiOptions.CACHE_CONTROL, "parts");
        ChatRequest request = Exchanges.serve(body.toString()).request();
        assertThat(Exchanges.encode(request, target)).isEqualTo(body);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answerSaysWhatIsExpected(Path folder) throws IOException {
        JsonNode expected = tree(Files.readAllBytes(folder.resolve("expected.json")));
        assertThat(describe(answer(folder))).isEqualTo(expected);
    }

    private static ChatResponse answer(Path folder) throws IOException {
        if (Files.exists(folder.resolve("response.json"))) {
            return DIALECT.chat().decode(Files.readAllBytes(folder.resolve("response.json")), WireHeaders.NONE, TARGET);
        }
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        Exchanges.frames(Files.readAllBytes(folder.resolve("response.sse")))
                .forEach(frame -> events.addAll(decoder.decode(frame)));
        events.addAll(decoder.end());
        return ChatResponseFold.fold(events);
    }

    private static JsonNode describe(ChatResponse answer) {
        ObjectNode told = MAPPER.createObjectNode();
        put(told, "id", answer.id());
        put(told, "model", answer.model());
        put(told, "created", answer.created());
        put(told, "systemFingerprint", answer.systemFingerprint());
        answer.extensions()
                .forEach((name, json) -> told.withObject("/extensions").put(name, json));
        ArrayNode choices = told.putArray("choices");
        answer.choices().forEach(choice -> describe(choice, choices.addObject()));
        answer.usage().ifPresent(usage -> describe(usage, told.putObject("usage")));
        return told;
    }

    private static void describe(Choice choice, ObjectNode told) {
        put(told, "audioId", choice.message().audioId());
        ArrayNode parts = told.putArray("parts");
        choice.message().content().forEach(part -> describe(part, parts.addObject()));
        put(told, "finish", choice.finish().map(finish -> finish.reason().name()));
        put(told, "native", choice.finish().flatMap(finish -> finish.nativeReason()));
        put(told, "stopSequence", choice.finish().flatMap(finish -> finish.stopSequence()));
        for (TokenLogprob token : choice.logprobs()) {
            ArrayNode entry = told.withArray("/logprobs").addArray();
            entry.add(token.token()).add(BigDecimal.valueOf(token.logprob()));
            ArrayNode top = entry.addArray();
            token.top().forEach(other -> top.add(other.token()));
        }
    }

    private static void describe(ContentPart part, ObjectNode told) {
        if (part instanceof ContentPart.Text text) {
            told.put("text", text.text());
            text.citations().forEach(citation -> told.withArray("/citations")
                    .add(citation.url().orElse("")));
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            told.put("reasoning", reasoning.text());
            put(told, "json", reasoning.json());
        } else if (part instanceof ContentPart.Refusal refusal) {
            told.put("refusal", refusal.text());
        } else if (part instanceof ContentPart.ToolCall call) {
            told.put("call", call.id()).put("name", call.name()).put("arguments", call.argumentsJson());
            if (call.custom()) {
                told.put("custom", true);
            }
        } else if (part instanceof ContentPart.Media media && media.source() instanceof MediaSource.Inline inline) {
            if (media.transcript().isPresent()) {
                told.put("audio", inline.base64()).put("type", inline.type());
                put(told, "transcript", media.transcript());
            } else {
                told.put("image", DataUrls.of(inline));
            }
        } else {
            throw new AssertionError(part);
        }
    }

    private static void describe(Usage usage, ObjectNode told) {
        put(told, "inputTokens", usage.inputTokens());
        put(told, "cacheReadInputTokens", usage.cacheReadInputTokens());
        put(told, "cacheCreationInputTokens", usage.cacheCreationInputTokens());
        put(told, "inputAudioTokens", usage.inputAudioTokens());
        put(told, "inputImageTokens", usage.inputImageTokens());
        put(told, "outputTokens", usage.outputTokens());
        put(told, "reasoningOutputTokens", usage.reasoningOutputTokens());
        put(told, "outputAudioTokens", usage.outputAudioTokens());
        put(told, "outputImageTokens", usage.outputImageTokens());
        put(told, "totalTokens", usage.totalTokens());
        put(told, "serviceTier", usage.serviceTier());
        put(
                told,
                "reportedCost",
                usage.reportedCost().map(cost -> cost.amount().toPlainString() + " " + cost.currency()));
    }

    private static void put(ObjectNode told, String name, Optional<?> value) {
        value.ifPresent(known -> told.put(name, known.toString()));
    }

    private static void put(ObjectNode told, String name, OptionalLong value) {
        value.ifPresent(known -> told.set(name, tree(Long.toString(known))));
    }
}
