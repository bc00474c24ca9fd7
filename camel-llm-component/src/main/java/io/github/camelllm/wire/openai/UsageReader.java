package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code usage} object in the words of all providers of the family and turns it into the form of {@link Usage}.
 *
 * <p>Cost: OpenRouter {@code cost} (US dollars; with an own upstream key it is the fee only, and
 * {@code cost_details.upstream_inference_cost} is added), Perplexity {@code cost.total_cost}, DeepInfra
 * {@code estimated_cost}, xAI {@code cost_in_usd_ticks} in units of 10⁻¹⁰ dollars. The unit of the last follows from recorded
 * answers of grok-3-mini at 0.30, 0.075 and 0.50 dollars per million tokens: 47 fresh, 244 cached and 26 + 189 output tokens
 * cost 139.9 millionths of a dollar, reported as 1399000.
 */
final class UsageReader {
    private static final int TICK_EXPONENT = 10;
    private static final int MAX_COST_DIGITS = 40;

    private long input = -1;
    private long output = -1;
    private long total = -1;
    private long cacheRead = -1;
    private long cacheReadElsewhere = -1;
    private long cacheWrite = -1;
    private long cacheWriteElsewhere = -1;
    private long cacheWrite1h = -1;
    private long inputAudio = -1;
    private long inputImage = -1;
    private long inputVideo = -1;
    private long reasoning = -1;
    private long outputAudio = -1;
    private long outputImage = -1;
    private long searches = -1;
    private boolean ownKey;
    private @Nullable String tier;
    private @Nullable BigDecimal cost;
    private @Nullable BigDecimal upstreamCost;

    private UsageReader() {}

    /** Reads the object the parser stands at; null if it is none or tells nothing. */
    static @Nullable UsageReader read(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return null;
        }
        UsageReader usage = new UsageReader();
        boolean told = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            told |= usage.member(name, parser);
        }
        return told ? usage : null;
    }

    /**
     * @param serviceTier the tier told beside the usage object; one told inside it goes first
     * @param reasoningOutside whether this provider is known to leave reasoning out of {@code completion_tokens}
     */
    Usage toUsage(@Nullable String serviceTier, boolean reasoningOutside) {
        Usage.Builder usage = Usage.builder();
        if (input >= 0) {
            usage.inputTokens(input);
        }
        long read = cacheRead >= 0 ? cacheRead : cacheReadElsewhere;
        if (read >= 0) {
            usage.cacheReadInputTokens(read);
        }
        long written = cacheWrite >= 0 ? cacheWrite : cacheWriteElsewhere;
        if (written >= 0) {
            usage.cacheCreationInputTokens(written);
        }
        if (cacheWrite1h >= 0) {
            usage.cacheCreation1hInputTokens(cacheWrite1h);
        }
        if (inputAudio >= 0) {
            usage.inputAudioTokens(inputAudio);
        }
        if (inputImage >= 0 || inputVideo >= 0) {
            usage.inputImageTokens(Math.max(inputImage, 0) + Math.max(inputVideo, 0));
        }
        outputTo(usage, reasoningOutside);
        if (outputAudio >= 0) {
            usage.outputAudioTokens(outputAudio);
        }
        if (outputImage >= 0) {
            usage.outputImageTokens(outputImage);
        }
        if (searches >= 0) {
            usage.webSearchRequests(searches);
        }
        if (total >= 0) {
            usage.totalTokens(total);
        }
        String known = tier != null ? tier : serviceTier;
        if (known != null && !known.isEmpty()) {
            usage.serviceTier(known);
        }
        cost().ifPresent(usage::reportedCost);
        return usage.build();
    }

    /** All tokens as input, for embeddings of which only the total is told. */
    Usage toInputUsage() {
        if (input < 0) {
            input = total;
        }
        output = -1;
        return toUsage(null, false);
    }

    private void outputTo(Usage.Builder usage, boolean reasoningOutside) {
        long all = output;
        long thought = reasoning;
        if (output >= 0 && reasoning > 0) {
            boolean sumsInside = input >= 0 && total == input + output;
            boolean sumsOutside = input >= 0 && total == input + output + reasoning;
            if (sumsOutside || reasoningOutside && !sumsInside) {
                all = output + reasoning;
            }
        } else if (output >= 0 && reasoning < 0 && reasoningOutside && input >= 0 && total > input + output) {
            // Only the total shows that there was reasoning (Gemini's compatible endpoint).
            thought = total - input - output;
            all = output + thought;
        }
        if (all >= 0) {
            usage.outputTokens(all);
        }
        if (thought >= 0) {
            usage.reasoningOutputTokens(thought);
        }
    }

    private Optional<Money> cost() {
        BigDecimal told = cost;
        BigDecimal upstream = upstreamCost;
        if (told == null) {
            return Optional.empty();
        }
        return Optional.of(new Money(ownKey && upstream != null ? told.add(upstream) : told, "USD"));
    }

    private boolean member(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "prompt_tokens":
            case "input_tokens":
                input = count(parser, input);
                return input >= 0;
            case "completion_tokens":
            case "output_tokens":
                output = count(parser, output);
                return output >= 0;
            case "total_tokens":
                total = count(parser, total);
                return total >= 0;
            case "prompt_tokens_details":
            case "prompt_token_details":
            case "input_tokens_details":
                return members(parser, this::inputDetail);
            case "completion_tokens_details":
            case "output_tokens_details":
                return members(parser, this::outputDetail);
            case "reasoning_tokens":
                reasoning = count(parser, reasoning);
                return reasoning >= 0;
            case "cached_tokens":
            case "num_cached_tokens":
            case "prompt_cache_hit_tokens":
            case "cache_read_input_tokens":
                cacheReadElsewhere = count(parser, cacheReadElsewhere);
                return cacheReadElsewhere >= 0;
            case "cache_creation_input_tokens":
                cacheWriteElsewhere = count(parser, cacheWriteElsewhere);
                return cacheWriteElsewhere >= 0;
            case "num_search_queries":
                searches = count(parser, searches);
                return searches >= 0;
            case "server_tool_use":
                return members(parser, this::serverTool);
            case "service_tier":
                tier = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : tier;
                return false;
            default:
                return price(name, parser);
        }
    }

    private boolean price(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "cost":
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    return members(parser, (inner, at) -> {
                        if (inner.equals("total_cost")) {
                            cost = amount(at, cost);
                        } else {
                            at.skipChildren();
                        }
                        return cost != null;
                    });
                }
                cost = amount(parser, cost);
                return cost != null;
            case "estimated_cost":
                cost = amount(parser, cost);
                return cost != null;
            case "cost_in_usd_ticks":
                BigDecimal ticks = amount(parser, null);
                cost = ticks == null ? cost : ticks.movePointLeft(TICK_EXPONENT);
                return ticks != null;
            case "cost_details":
                members(parser, (inner, at) -> {
                    if (inner.equals("upstream_inference_cost")) {
                        upstreamCost = amount(at, upstreamCost);
                    } else {
                        at.skipChildren();
                    }
                    return false;
                });
                return false;
            case "is_byok":
                ownKey = parser.currentToken() == JsonToken.VALUE_TRUE;
                return false;
            default:
                parser.skipChildren();
                return false;
        }
    }

    private boolean inputDetail(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "cached_tokens":
                cacheRead = count(parser, cacheRead);
                break;
            case "cache_write_tokens":
            case "cache_creation_input_tokens":
            case "cache_creation_tokens":
                cacheWrite = count(parser, cacheWrite);
                break;
            case "cache_creation_token_details":
                members(parser, (inner, at) -> {
                    if (inner.equals("ephemeral_1h_input_tokens")) {
                        cacheWrite1h = count(at, cacheWrite1h);
                    } else {
                        at.skipChildren();
                    }
                    return false;
                });
                break;
            case "audio_tokens":
                inputAudio = count(parser, inputAudio);
                break;
            case "image_tokens":
                inputImage = count(parser, inputImage);
                break;
            case "video_tokens":
                inputVideo = count(parser, inputVideo);
                break;
            default:
                parser.skipChildren();
        }
        return true;
    }

    private boolean outputDetail(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "reasoning_tokens":
                reasoning = count(parser, reasoning);
                break;
            case "audio_tokens":
                outputAudio = count(parser, outputAudio);
                break;
            case "image_tokens":
                outputImage = count(parser, outputImage);
                break;
            default:
                parser.skipChildren();
        }
        return true;
    }

    private boolean serverTool(String name, JsonParser parser) throws IOException {
        if (name.equals("web_search_requests")) {
            searches = count(parser, searches);
            return true;
        }
        parser.skipChildren();
        return false;
    }

    private interface Member {
        /** @return whether the usage tells something now */
        boolean read(String name, JsonParser parser) throws IOException;
    }

    private static boolean members(JsonParser parser, Member member) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return false;
        }
        boolean told = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            told |= member.read(name, parser);
        }
        return told;
    }

    private static long count(JsonParser parser, long otherwise) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                || parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            return Math.max(parser.getLongValue(), -1);
        }
        parser.skipChildren();
        return otherwise;
    }

    private static @Nullable BigDecimal amount(JsonParser parser, @Nullable BigDecimal otherwise) throws IOException {
        boolean text = parser.currentToken() == JsonToken.VALUE_STRING;
        if (text
                ? parser.getTextLength() > 2 * MAX_COST_DIGITS
                : !parser.currentToken().isNumeric()) {
            parser.skipChildren();
            return otherwise;
        }
        BigDecimal amount;
        try {
            amount = text ? new BigDecimal(parser.getText()) : parser.getDecimalValue();
        } catch (NumberFormatException e) {
            // Some word instead of an amount: the cost is unknown.
            return otherwise;
        }
        // An exponent like 1e999999 is no price, and writing it out would take all memory.
        boolean sane = amount.precision() <= MAX_COST_DIGITS && Math.abs((long) amount.scale()) <= MAX_COST_DIGITS;
        return sane ? amount : otherwise;
    }
}
