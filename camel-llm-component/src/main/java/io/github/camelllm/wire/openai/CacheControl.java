package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.wire.RetryAfter;
import io.github.camelllm.wire.UnsupportedOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Marks at which a prompt cache prefix ends, in the two spellings of the family. */
final class CacheControl {
    private CacheControl() {}

    /**
     * Writes the mark as a member of the object begun.
     *
     * @param form value of {@link OpenAiOptions#CACHE_CONTROL}
     */
    static void write(CacheHint hint, String form, UnsupportedOptions unsupported, JsonGenerator json)
            throws IOException {
        switch (form) {
            case "parts":
                json.writeObjectFieldStart("cache_control");
                json.writeStringField("type", "ephemeral");
                if (hint.ttl().isPresent()) {
                    json.writeStringField("ttl", lifetime(hint.ttl().get()));
                }
                json.writeEndObject();
                break;
            case "breakpoint":
                json.writeObjectFieldStart("prompt_cache_breakpoint");
                json.writeStringField("mode", "explicit");
                json.writeEndObject();
                break;
            default:
                unsupported.knob("cache");
        }
    }

    /** The mark in a content part or tool of a client; empty if there is none. */
    static Optional<CacheHint> read(JsonNode object) {
        JsonNode control = object.path("cache_control");
        if (control.isObject()) {
            return Optional.of(new CacheHint(
                    Optional.ofNullable(control.path("ttl").textValue()).flatMap(RetryAfter::ofDuration)));
        }
        return object.path("prompt_cache_breakpoint").isObject() ? Optional.of(CacheHint.DEFAULT) : Optional.empty();
    }

    /** Whether the marks of a content part or tool, if there are some, say nothing that {@link #read} does not. */
    static boolean isPlain(Members object) {
        return new Members(object.get("cache_control"), "").hasOnly(Set.of("type", "ttl"))
                && new Members(object.get("prompt_cache_breakpoint"), "").hasOnly(Set.of("mode"));
    }

    private static String lifetime(Duration ttl) {
        if (ttl.toSeconds() % 3600 == 0) {
            return ttl.toHours() + "h";
        }
        return ttl.toSeconds() % 60 == 0 ? ttl.toMinutes() + "m" : ttl.toSeconds() + "s";
    }
}
