package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code usage} of a message while it is read. A later usage object overwrites what it names; null keeps what was
 * known. Not thread-safe.
 *
 * <p>The wire counts input in three disjoint parts ({@code input_tokens}, {@code cache_read_input_tokens},
 * {@code cache_creation_input_tokens}); {@link Usage#inputTokens()} is their sum. Worked example: 2 input tokens with
 * 1,590 read from the cache is {@code inputTokens=1592, cacheReadInputTokens=1590}. When the provider compacted the
 * conversation on the way, that sampling is listed under {@code iterations} only and billed beside the rest
 * (https://platform.claude.com/docs/en/build-with-claude/compaction), so it is added here. Members without a place in
 * {@link Usage} ({@code iterations}, {@code inference_geo}, {@code speed}, …) stay readable in {@link #extension()}.
 */
final class MessagesUsage {
    private static final long UNKNOWN = -1;

    private final Counts counts = new Counts();
    private @Nullable Counts compaction;
    private long thinking = UNKNOWN;
    private long webSearches = UNKNOWN;
    private @Nullable String serviceTier;
    private final Map<String, String> others = new TreeMap<>();

    private static final class Counts {
        long input = UNKNOWN;
        long cacheRead = UNKNOWN;
        long cacheCreation = UNKNOWN;
        long cacheCreation5m = UNKNOWN;
        long cacheCreation1h = UNKNOWN;
        long output = UNKNOWN;

        long cacheCreation() {
            if (cacheCreation == UNKNOWN && cacheCreation5m != UNKNOWN && cacheCreation1h != UNKNOWN) {
                return cacheCreation5m + cacheCreation1h;
            }
            return cacheCreation;
        }

        long allInput() {
            return input == UNKNOWN ? UNKNOWN : input + known(cacheRead) + known(cacheCreation());
        }
    }

    /** What {@link #extension()} gave before, as text; members that cannot be read are left out. */
    static MessagesUsage ofExtension(String json) {
        MessagesUsage usage = new MessagesUsage();
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        if (RawJson.isObject(json)) {
            try {
                usage.read(bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException("a JSON object could not be read twice", e);
            }
        }
        return usage;
    }

    /** Overlays a usage object. */
    void read(byte[] buffer, int offset, int length) throws IOException {
        try (JsonParser parser = Json.FACTORY.createParser(buffer, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_NULL || readCount(name, parser, counts)) {
                    continue;
                }
                if (name.equals("service_tier") && value == JsonToken.VALUE_STRING) {
                    serviceTier = parser.getText();
                    continue;
                }
                RawJson.Slice slice = RawJson.skip(name, parser);
                if (readObject(name, buffer, offset + slice.from(), slice.to() - slice.from())) {
                    others.put(name, slice.json(buffer, offset));
                }
            }
        }
    }

    /** @return whether the value has more in it than its known numbers */
    private boolean readObject(String name, byte[] buffer, int offset, int length) throws IOException {
        switch (name) {
            case "cache_creation":
            case "output_tokens_details":
            case "server_tool_use":
                try (JsonParser parser = Json.FACTORY.createParser(buffer, offset, length)) {
                    return parser.nextToken() != JsonToken.START_OBJECT || readNumbers(parser, counts);
                }
            case "iterations":
                readIterations(buffer, offset, length);
                return true;
            default:
                return true;
        }
    }

    private boolean readNumbers(JsonParser parser, Counts into) throws IOException {
        boolean more = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (readCount(name, parser, into) || value == JsonToken.VALUE_NULL) {
                continue;
            }
            more |= value != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() != 0;
            parser.skipChildren();
        }
        return more;
    }

    private boolean readCount(String name, JsonParser parser, Counts into) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            return false;
        }
        switch (name) {
            case "input_tokens":
                into.input = count(parser);
                return true;
            case "output_tokens":
                into.output = count(parser);
                return true;
            case "cache_read_input_tokens":
                into.cacheRead = count(parser);
                return true;
            case "cache_creation_input_tokens":
                into.cacheCreation = count(parser);
                return true;
            case "ephemeral_5m_input_tokens":
                into.cacheCreation5m = count(parser);
                return true;
            case "ephemeral_1h_input_tokens":
                into.cacheCreation1h = count(parser);
                return true;
            case "thinking_tokens":
                thinking = count(parser);
                return true;
            case "web_search_requests":
                webSearches = count(parser);
                return true;
            default:
                return false;
        }
    }

    /**
     * Sums the compactions, which the top-level numbers leave out. Advisor runs are of another model and stay apart.
     */
    private void readIterations(byte[] buffer, int offset, int length) throws IOException {
        Counts sum = null;
        try (JsonParser parser = Json.FACTORY.createParser(buffer, offset, length)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return;
            }
            JsonToken token;
            while ((token = parser.nextToken()) != JsonToken.END_ARRAY && token != null) {
                if (token != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    continue;
                }
                Counts iteration = new Counts();
                if (readIteration(parser, iteration)) {
                    sum = sum == null ? new Counts() : sum;
                    sum.input = known(sum.input) + known(iteration.input);
                    sum.cacheRead = known(sum.cacheRead) + known(iteration.cacheRead);
                    sum.cacheCreation = known(sum.cacheCreation) + known(iteration.cacheCreation());
                    sum.cacheCreation1h = known(sum.cacheCreation1h) + known(iteration.cacheCreation1h);
                    sum.output = known(sum.output) + known(iteration.output);
                }
            }
        }
        compaction = sum;
    }

    private boolean readIteration(JsonParser parser, Counts into) throws IOException {
        boolean compacted = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                compacted = parser.getText().equals("compaction");
            } else if (name.equals("cache_creation") && value == JsonToken.START_OBJECT) {
                readNumbers(parser, into);
            } else if (!readCount(name, parser, into)) {
                parser.skipChildren();
            }
        }
        return compacted;
    }

    Usage toUsage() {
        Usage.Builder usage = Usage.builder();
        Counts extra = compaction == null ? new Counts() : compaction;
        if (counts.input != UNKNOWN) {
            usage.inputTokens(counts.allInput() + known(extra.allInput()));
        }
        if (counts.cacheRead != UNKNOWN || extra.cacheRead > 0) {
            usage.cacheReadInputTokens(known(counts.cacheRead) + known(extra.cacheRead));
        }
        if (counts.cacheCreation() != UNKNOWN || extra.cacheCreation > 0) {
            usage.cacheCreationInputTokens(known(counts.cacheCreation()) + known(extra.cacheCreation));
        }
        if (counts.cacheCreation1h != UNKNOWN || extra.cacheCreation1h > 0) {
            usage.cacheCreation1hInputTokens(known(counts.cacheCreation1h) + known(extra.cacheCreation1h));
        }
        if (counts.output != UNKNOWN) {
            usage.outputTokens(counts.output + known(extra.output));
        }
        if (thinking != UNKNOWN) {
            usage.reasoningOutputTokens(thinking);
        }
        if (webSearches != UNKNOWN) {
            usage.webSearchRequests(webSearches);
        }
        if (serviceTier != null) {
            usage.serviceTier(serviceTier);
        }
        return usage.build();
    }

    /**
     * The members that {@link Usage} has no place for, as a JSON object with its members by name; empty if there are
     * none.
     */
    Optional<String> extension() {
        return others.isEmpty() ? Optional.empty() : Optional.of(RawJson.object(others));
    }

    Map<String, String> others() {
        return others;
    }

    /** Input tokens of compactions, cached ones left out; 0 if there was none. */
    long compactionInput() {
        return compaction == null ? 0 : known(compaction.input);
    }

    long compactionCacheRead() {
        return compaction == null ? 0 : known(compaction.cacheRead);
    }

    long compactionCacheCreation() {
        return compaction == null ? 0 : known(compaction.cacheCreation);
    }

    long compactionCacheCreation1h() {
        return compaction == null ? 0 : known(compaction.cacheCreation1h);
    }

    long compactionOutput() {
        return compaction == null ? 0 : known(compaction.output);
    }

    /** Negative counts are taken for unknown. */
    private static long count(JsonParser parser) throws IOException {
        return Math.max(UNKNOWN, parser.getLongValue());
    }

    private static long known(long count) {
        return count == UNKNOWN ? 0 : count;
    }
}
