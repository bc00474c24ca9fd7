package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Collects {@code usageMetadata}. Streams repeat it cumulatively, so the last one with any count replaces those before it,
 * also where it has fewer counts; one with nothing but a traffic type replaces no count.
 *
 * <p>Gemini counts apart what the vocabulary counts together: input is {@code promptTokenCount} (cached tokens included)
 * plus {@code toolUsePromptTokenCount} (what server tools fed back to the model), output is
 * {@code candidatesTokenCount + thoughtsTokenCount}, and the four add up to {@code totalTokenCount}. Example: 440 prompt,
 * 86 tool use, 27 thoughts, total 553 is 526 input and 27 output tokens. The tool use alone stays readable as the
 * extension {@code toolUsePromptTokenCount}. Not thread-safe.
 */
final class GeminiUsage {
    private static final long UNKNOWN = -1;

    private static final int PROMPT = 0;
    private static final int CACHED = 1;
    private static final int CANDIDATES = 2;
    private static final int THOUGHTS = 3;
    private static final int TOOL_USE = 4;
    private static final int TOTAL = 5;
    private static final int INPUT_AUDIO = 6;
    private static final int INPUT_IMAGE = 7;
    private static final int OUTPUT_AUDIO = 8;
    private static final int OUTPUT_IMAGE = 9;
    private static final int SIZE = 10;

    private long[] counts = new long[SIZE];
    private long[] fresh = new long[SIZE];
    private Optional<String> tier = Optional.empty();
    private boolean anyCount;
    private boolean known;
    private boolean changed;

    GeminiUsage() {
        Arrays.fill(counts, UNKNOWN);
    }

    /** Reads the object that the parser stands at. */
    void read(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        Arrays.fill(fresh, UNKNOWN);
        anyCount = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            readMember(name, parser, parser.nextToken());
            parser.skipChildren();
        }
        if (anyCount && !Arrays.equals(fresh, counts)) {
            long[] before = counts;
            counts = fresh;
            fresh = before;
            changed = true;
        }
        known |= anyCount;
    }

    private void readMember(String name, JsonParser parser, JsonToken value) throws IOException {
        switch (name) {
            case "promptTokenCount":
                fresh[PROMPT] = count(parser, value);
                break;
            case "cachedContentTokenCount":
                fresh[CACHED] = count(parser, value);
                break;
            case "candidatesTokenCount":
                fresh[CANDIDATES] = count(parser, value);
                break;
            case "thoughtsTokenCount":
                fresh[THOUGHTS] = count(parser, value);
                break;
            case "toolUsePromptTokenCount":
                fresh[TOOL_USE] = count(parser, value);
                break;
            case "totalTokenCount":
                fresh[TOTAL] = count(parser, value);
                break;
            case "promptTokensDetails":
                if (value == JsonToken.START_ARRAY) {
                    readModalities(parser, INPUT_AUDIO, INPUT_IMAGE);
                }
                break;
            case "candidatesTokensDetails":
                if (value == JsonToken.START_ARRAY) {
                    readModalities(parser, OUTPUT_AUDIO, OUTPUT_IMAGE);
                }
                break;
            case "trafficType":
            case "serviceTier":
                if (value == JsonToken.VALUE_STRING) {
                    readTier(parser.getText());
                }
                break;
            default:
                break;
        }
    }

    /** Whether anything new has come since the last call of {@link #toUsage}. */
    boolean isChanged() {
        return changed;
    }

    /** Prompt tokens of server tools, where the provider counts any. */
    OptionalLong toolUsePromptTokens() {
        return optional(counts[TOOL_USE]);
    }

    /** What is known so far; empty if nothing is. */
    Optional<Usage> toUsage() {
        changed = false;
        if (!known) {
            return Optional.empty();
        }
        boolean hasInput = counts[PROMPT] != UNKNOWN || counts[TOOL_USE] != UNKNOWN;
        long input = hasInput ? orZero(counts[PROMPT]) + orZero(counts[TOOL_USE]) : UNKNOWN;
        long output = UNKNOWN;
        if (counts[CANDIDATES] != UNKNOWN || counts[THOUGHTS] != UNKNOWN) {
            output = orZero(counts[CANDIDATES]) + orZero(counts[THOUGHTS]);
        } else if (counts[TOTAL] != UNKNOWN && hasInput) {
            // Counts of zero are left out of the JSON: a blocked answer has a total equal to its prompt.
            output = Math.max(0, counts[TOTAL] - input);
        }
        return Optional.of(new Usage(
                optional(input),
                optional(counts[CACHED]),
                OptionalLong.empty(),
                OptionalLong.empty(),
                optional(counts[INPUT_AUDIO]),
                optional(counts[INPUT_IMAGE]),
                optional(output),
                optional(counts[THOUGHTS]),
                optional(counts[OUTPUT_AUDIO]),
                optional(counts[OUTPUT_IMAGE]),
                OptionalLong.empty(),
                optional(counts[TOTAL]),
                tier,
                Optional.empty()));
    }

    /** Usage of an embeddings answer: input only. */
    static Optional<Usage> ofInput(JsonNode usageMetadata) {
        OptionalLong tokens = Json.number(usageMetadata, "promptTokenCount");
        if (tokens.isEmpty()) {
            tokens = Json.number(usageMetadata, "totalTokenCount");
        }
        return tokens.isEmpty()
                ? Optional.empty()
                : Optional.of(Usage.builder().inputTokens(tokens.getAsLong()).build());
    }

    /** Google's traffic type or service tier in the words of price lists: {@code standard}, {@code flex}, {@code priority}. */
    static String trafficTypeToServiceTier(String word) {
        String tier = word.toLowerCase(Locale.ROOT);
        if (tier.equals("on_demand")) {
            return "standard";
        }
        return tier.startsWith("on_demand_") ? tier.substring("on_demand_".length()) : tier;
    }

    private void readModalities(JsonParser parser, int audioAt, int imageAt) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                continue;
            }
            int modality = -1;
            long tokens = 0;
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("modality") && value == JsonToken.VALUE_STRING) {
                    modality = slot(parser.getText(), audioAt, imageAt);
                } else if (name.equals("tokenCount")) {
                    tokens = orZero(count(parser, value));
                }
                parser.skipChildren();
            }
            if (modality >= 0) {
                fresh[modality] = orZero(fresh[modality]) + tokens;
            }
        }
    }

    private static int slot(String modality, int audioAt, int imageAt) {
        switch (modality) {
            case "AUDIO":
                return audioAt;
            case "IMAGE":
            case "VIDEO":
                return imageAt;
            default:
                return -1;
        }
    }

    private void readTier(String word) {
        String name = trafficTypeToServiceTier(word);
        if (tier.isEmpty() || !tier.get().equals(name)) {
            tier = Optional.of(name);
            changed = true;
        }
        known = true;
    }

    private long count(JsonParser parser, JsonToken token) throws IOException {
        // int64 members may come as text.
        boolean readable = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING;
        long value = readable ? parser.getValueAsLong(UNKNOWN) : UNKNOWN;
        if (value < 0) {
            return UNKNOWN;
        }
        anyCount = true;
        return value;
    }

    private static long orZero(long count) {
        return count == UNKNOWN ? 0 : count;
    }

    private static OptionalLong optional(long count) {
        return count == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
