package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the tests of this dialect share. */
final class GeminiCases {
    static final GeminiDialect DIALECT = new GeminiDialect();
    static final WireTarget TARGET = WireTarget.of("google", "gemini-test");

    private GeminiCases() {}

    static WireProfile profile(String option, String value) {
        return new WireProfile(Set.of(), Map.of(), Map.of(), Map.of(), Map.of(option, value));
    }

    static WireTarget with(String option, String value) {
        return TARGET.withProfile(profile(option, value));
    }

    static WireTarget omitting(String... names) {
        return TARGET.withProfile(new WireProfile(Set.of(names), Map.of(), Map.of(), Map.of(), Map.of()));
    }

    static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static JsonNode json(byte[] bytes) {
        return json(new String(bytes, StandardCharsets.UTF_8).replace("'", "\\u0027"));
    }

    static JsonNode encoded(ChatRequest request, WireTarget target) {
        EncodedRequest encoded = DIALECT.chat().encode(request, false, target);
        try {
            return Json.MAPPER.readTree(encoded.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static ChatResponse decoded(String body) {
        return DIALECT.chat()
                .decode(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), WireHeaders.NONE, TARGET);
    }

    static List<StreamEvent> events(String... frames) {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        for (String frame : frames) {
            events.addAll(decoder.decode(Frame.of("", frame.replace('\'', '"'))));
        }
        events.addAll(decoder.end());
        return events;
    }

    static ChatResponse streamed(String... frames) {
        return ChatResponseFold.fold(events(frames));
    }
}
