package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.Unsupported;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Short ways through the codecs for tests. */
final class Exchanges {
    static final AnthropicDialect DIALECT = new AnthropicDialect();
    static final WireTarget TARGET = WireTarget.of("anthropic", "claude-sonnet-5-5");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Exchanges() {}

    static WireTarget omitting(String... names) {
        return TARGET.withProfile(new WireProfile(Set.of(names), Map.of(), Map.of(), Map.of(), Map.of()));
    }

    static WireTarget with(String option, String value) {
        return TARGET.withProfile(new WireProfile(Set.of(), Map.of(), Map.of(), Map.of(), Map.of(option, value)));
    }

    static ChatRequest.Builder ask(String text) {
        return ChatRequest.builder("claude-sonnet-5-5").message(ChatMessage.User.of(text));
    }

    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the test's own JSON is wrong", e);
        }
    }

    static JsonNode tree(byte[] json) {
        return tree(new String(json, StandardCharsets.UTF_8));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode encode(ChatRequest request, WireTarget target) {
        return tree(DIALECT.chat().encode(request, false, target).body());
    }

    static JsonNode encode(ChatRequest request) {
        return encode(request, TARGET);
    }

    static List<String> dropped(ChatRequest request, WireTarget target) {
        return DIALECT.chat()
                .encode(request, false, target.withUnsupported(Unsupported.WARN))
                .dropped();
    }

    static ChatResponse decode(String body) {
        return DIALECT.chat().decode(utf8(body), WireHeaders.NONE, TARGET);
    }

    static ContentPart onlyPart(ChatResponse response) {
        List<Choice> choices = response.choices();
        if (choices.size() != 1 || choices.get(0).message().content().size() != 1) {
            throw new AssertionError("expected one part, got " + choices);
        }
        return choices.get(0).message().content().get(0);
    }

    /** Events of a stream of these payloads. */
    static List<StreamEvent> events(String... payloads) {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        for (String payload : payloads) {
            events.addAll(decoder.decode(Frame.of("", payload)));
        }
        events.addAll(decoder.end());
        return events;
    }

    static ChatResponse stream(String... payloads) {
        return ChatResponseFold.fold(events(payloads));
    }

    /** A stream with one content block: its start, what comes of it, its stop. */
    static ChatResponse streamOfBlock(String block, String... deltas) {
        List<String> payloads = new ArrayList<>();
        payloads.add("{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"content\":[]}}");
        payloads.add("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + block + "}");
        for (String delta : deltas) {
            payloads.add("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":" + delta + "}");
        }
        payloads.add("{\"type\":\"content_block_stop\",\"index\":0}");
        payloads.add(
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}");
        payloads.add("{\"type\":\"message_stop\"}");
        return stream(payloads.toArray(new String[0]));
    }

    /** The frames of server-sent events. */
    static List<Frame> frames(byte[] sse) {
        List<Frame> frames = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(1 << 24);
        // Frames are views of the decoder's buffer.
        decoder.decode(ByteBuffer.wrap(sse), frame -> frames.add(Frame.of(frame.type(), frame.text())));
        decoder.end(frame -> frames.add(Frame.of(frame.type(), frame.text())));
        return frames;
    }

    static ChatResponse fold(List<Frame> frames) {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        frames.forEach(frame -> events.addAll(decoder.decode(frame)));
        events.addAll(decoder.end());
        return ChatResponseFold.fold(events);
    }
}
