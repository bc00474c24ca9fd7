package io.github.camelllm.routes.telemetry;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One request in the access log. It holds no text of a question or an answer, no query of an address and no secret.
 *
 * @param at when the request ended
 * @param whole whether the answer went out to its end
 * @param facts what is known of the request beside, by name, such as {@code key}
 */
public record AccessLine(
        Instant at,
        String method,
        String path,
        int status,
        boolean whole,
        Duration duration,
        Map<String, String> facts,
        Calls calls) {
    private static final int MOST_CHARS = 256;
    private static final double NANOS_A_MILLI = 1e6;

    /** What calls of the request were, took and cost. For one thread at a time. */
    public static final class Calls {
        private @Nullable CallRecord total;
        private @Nullable CallRecord answered;

        Calls() {}

        void add(CallRecord record) {
            CallRecord before = total;
            total = before == null ? record : record.plus(before);
            if (record.outcome() == CallOutcome.SUCCEEDED || answered == null) {
                answered = record;
            }
        }

        boolean isEmpty() {
            return total == null;
        }
    }

    /** As JSON in one line, without what is unknown. */
    String json() {
        return new String(Json.bytes(this::write), StandardCharsets.UTF_8);
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("time", at.toString());
        json.writeStringField("method", method);
        json.writeStringField("path", cut(path));
        json.writeNumberField("status", status);
        json.writeNumberField("durationMillis", duration.toNanos() / NANOS_A_MILLI);
        if (!whole) {
            json.writeBooleanField("brokenOff", true);
        }
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            json.writeStringField(fact.getKey(), cut(fact.getValue()));
        }
        CallRecord total = calls.total;
        CallRecord answered = calls.answered;
        if (total != null && answered != null) {
            write(json, total, answered);
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, CallRecord total, CallRecord answered) throws IOException {
        json.writeStringField("callId", answered.callId().toString());
        json.writeStringField("provider", answered.provider());
        json.writeStringField("model", cut(answered.requestModel()));
        text(json, "responseModel", answered.responseModel());
        text(json, "providerRequestId", answered.requestId());
        json.writeNumberField("attempts", total.attempts());
        if (total.usage().isPresent()) {
            number(json, "inputTokens", total.usage().get().inputTokens());
            number(json, "outputTokens", total.usage().get().outputTokens());
        }
        if (total.cost().isPresent()) {
            // Text, so that no reader makes a double of it
            json.writeStringField("cost", total.cost().get().total().amount().toPlainString());
            json.writeStringField("currency", total.cost().get().total().currency());
        }
        if (answered.timeToFirstChunk().isPresent()) {
            json.writeNumberField(
                    "firstChunkMillis", answered.timeToFirstChunk().get().toNanos() / NANOS_A_MILLI);
        }
        text(json, "cache", answered.cacheHit().map(hit -> hit.kind().name().toLowerCase(Locale.ROOT)));
    }

    private static void text(JsonGenerator json, String name, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            json.writeStringField(name, cut(text.get()));
        }
    }

    private static void number(JsonGenerator json, String name, OptionalLong number) throws IOException {
        if (number.isPresent()) {
            json.writeNumberField(name, number.getAsLong());
        }
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "…";
    }
}
