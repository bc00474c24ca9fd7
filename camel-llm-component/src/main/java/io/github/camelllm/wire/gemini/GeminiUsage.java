package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Collects {@code usageMetadata}. Streams repeat it cumulatively, at first often without any count, so the last known
 * value of each member counts.
 *
 * <p>Gemini counts apart what the vocabulary counts together: input is {@code promptTokenCount} (cached tokens included)
 * plus {@code toolUsePromptTokenCount} (what server tools fed back to the model), output is
 * {@code candidatesTokenCount + thoughtsTokenCount}, and the four add up to {@code totalTokenCount}. Example: 440 prompt,
 * 86 tool use, 27 thoughts, total 553 is 526 input and 27 output tokens. The tool use alone stays readable as the
 * extension {@code toolUsePromptTokenCount}. Not thread-safe.
 */
final class GeminiUsage {
    private static final long UNKNOWN = -1;

    private long prompt = UNKNOWN;
    private long cached = UNKNOWN;
    private long candidates = UNKNOWN;
    private long thoughts = UNKNOWN;
    private long toolUse = UNKNOWN;
    private long total = UNKNOWN;
    private long inputAudio = UNKNOWN;
    private long inputImage = UNKNOWN;
    private long outputAudio = UNKNOWN;
    private long outputImage = UNKNOWN;
    private Optional<String> tier = Optional.empty();
    private boolean known;
    private boolean changed;

    /** Reads the object that the parser stands at. */
    void read(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "promptTokenCount":
                    prompt = count(parser, value, prompt);
                    break;
                case "cachedContentTokenCount":
                    cached = count(parser, value, cached);
                    break;
                case "candidatesTokenCount":
                    candidates = count(parser, value, candidates);
                    break;
                case "thoughtsTokenCount":
                    thoughts = count(parser, value, thoughts);
                    break;
                case "toolUsePromptTokenCount":
                    toolUse = count(parser, value, toolUse);
                    break;
                case "totalTokenCount":
                    total = count(parser, value, total);
                    break;
                case "promptTokensDetails":
                    if (value == JsonToken.START_ARRAY) {
                        readModalities(parser, true);
                    }
                    break;
                case "candidatesTokensDetails":
                    if (value == JsonToken.START_ARRAY) {
                        readModalities(parser, false);
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
            parser.skipChildren();
        }
    }

    /** Whether a member has come since the last call of {@link #toUsage}. */
    boolean isChanged() {
        return changed;
    }

    /** Prompt tokens of server tools, where the provider counts any. */
    OptionalLong toolUsePromptTokens() {
        return optional(toolUse);
    }

    /** What is known so far; empty if nothing is. */
    Optional<Usage> toUsage() {
        changed = false;
        if (!known) {
            return Optional.empty();
        }
        long input = prompt == UNKNOWN && toolUse == UNKNOWN ? UNKNOWN : orZero(prompt) + orZero(toolUse);
        long output = UNKNOWN;
        if (candidates != UNKNOWN || thoughts != UNKNOWN) {
            output = orZero(candidates) + orZero(thoughts);
        } else if (total != UNKNOWN && prompt != UNKNOWN) {
            // Counts of zero are left out of the JSON: a blocked answer has a total equal to its prompt.
            output = Math.max(0, total - input);
        }
        return Optional.of(new Usage(
                optional(input),
                optional(cached),
                OptionalLong.empty(),
                OptionalLong.empty(),
                optional(inputAudio),
                optional(inputImage),
                optional(output),
                optional(thoughts),
                optional(outputAudio),
                optional(outputImage),
                OptionalLong.empty(),
                optional(total),
                tier,
                Optional.empty()));
    }

    /** Usage of an embeddings or count answer: input only. */
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

    private void readModalities(JsonParser parser, boolean input) throws IOException {
        // Each list is complete, so counts of one list replace those of the list before.
        long audio = UNKNOWN;
        long image = UNKNOWN;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                continue;
            }
            String modality = "";
            long tokens = 0;
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("modality") && value == JsonToken.VALUE_STRING) {
                    modality = parser.getText();
                } else if (name.equals("tokenCount")) {
                    tokens = orZero(count(parser, value, UNKNOWN));
                } else {
                    parser.skipChildren();
                }
            }
            if (modality.equals("AUDIO")) {
                audio = orZero(audio) + tokens;
            } else if (modality.equals("IMAGE") || modality.equals("VIDEO")) {
                image = orZero(image) + tokens;
            }
        }
        if (input) {
            inputAudio = audio == UNKNOWN ? inputAudio : audio;
            inputImage = image == UNKNOWN ? inputImage : image;
        } else {
            outputAudio = audio == UNKNOWN ? outputAudio : audio;
            outputImage = image == UNKNOWN ? outputImage : image;
        }
    }

    private void readTier(String word) {
        String name = trafficTypeToServiceTier(word);
        if (!tier.filter(name::equals).isPresent()) {
            tier = Optional.of(name);
            changed = true;
        }
        known = true;
    }

    private long count(JsonParser parser, JsonToken token, long before) throws IOException {
        // int64 members may come as text.
        boolean readable = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING;
        long value = readable ? parser.getValueAsLong(UNKNOWN) : UNKNOWN;
        if (value < 0) {
            return before;
        }
        known = true;
        changed |= value != before;
        return value;
    }

    private static long orZero(long count) {
        return count == UNKNOWN ? 0 : count;
    }

    private static OptionalLong optional(long count) {
        return count == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
