package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Short ways through the codecs for tests. */
final class Exchanges {
    static final OpenAiChatDialect DIALECT = new OpenAiChatDialect();
    static final WireTarget TARGET = WireTarget.of("example", "model-1");
    static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Exchanges() {}

    static WireTarget omitting(String... names) {
        return TARGET.withProfile(new WireProfile(Set.of(names), Map.of(), Map.of(), Map.of(), Map.of()));
    }

    static WireTarget with(String... optionsAndValues) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < optionsAndValues.length; i += 2) {
            options.put(optionsAndValues[i], optionsAndValues[i + 1]);
        }
        return TARGET.withProfile(new WireProfile(Set.of(), Map.of(), Map.of(), Map.of(), options));
    }

    static ChatRequest.Builder ask(String text) {
        return ChatRequest.builder("model-1").message(ChatMessage.User.of(text));
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

    static JsonNode encode(ChatRequest request) {
        return encode(request, TARGET);
    }

    static JsonNode encode(ChatRequest request, WireTarget target) {
        return tree(DIALECT.chat().encode(request, false, target).body());
    }

    static List<String> dropped(ChatRequest request, WireTarget target) {
        return DIALECT.chat().encode(request, false, target).dropped();
    }

    static ServedRequest serve(String body) {
        return DIALECT.server().decode("/v1/chat/completions", utf8(body));
    }

    static ServedRequest serve(EncodedRequest request) {
        return DIALECT.server().decode(request.path(), request.body());
    }

    static ChatResponse decode(String body) {
        return decode(body, TARGET);
    }

    static ChatResponse decode(String body, WireTarget target) {
        return DIALECT.chat().decode(utf8(body), WireHeaders.NONE, target);
    }

    /** An answer with this message, and this usage unless it is empty. */
    static ChatResponse decodeMessage(String message) {
        return decode(
                "{\"id\":\"a1\",\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":\"stop\"}]}");
    }

    static ContentPart onlyPart(ChatResponse response) {
        List<ContentPart> parts = response.choices().get(0).message().content();
        if (response.choices().size() != 1 || parts.size() != 1) {
            throw new AssertionError("expected one part, got " + parts);
        }
        return parts.get(0);
    }

    static List<StreamEvent> events(WireTarget target, String... payloads) {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(target);
        List<StreamEvent> events = new ArrayList<>();
        for (String payload : payloads) {
            events.addAll(decoder.decode(Frame.of("", payload)));
        }
        events.addAll(decoder.end());
        return events;
    }

    static ChatResponse stream(String... payloads) {
        return ChatResponseFold.fold(events(TARGET, payloads));
    }

    /** A stream of chunks with these deltas, ended well. */
    static ChatResponse streamOfDeltas(String... deltas) {
        return streamOfDeltas(TARGET, deltas);
    }

    static ChatResponse streamOfDeltas(WireTarget target, String... deltas) {
        List<String> payloads = new ArrayList<>();
        for (String delta : deltas) {
            payloads.add("{\"id\":\"a1\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}");
        }
        payloads.add("{\"id\":\"a1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        payloads.add("[DONE]");
        return ChatResponseFold.fold(events(target, payloads.toArray(new String[0])));
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
}
