package io.github.camelllm.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the head of an answer says of the provider's limits, in the dialects of OpenAI (also Azure, Groq), Anthropic, Mistral,
 * Together, Fireworks and OpenRouter. Headers of others, and those with values that nobody knows, say nothing.
 *
 * @param readings in no particular order
 */
public record RateLimitHeaders(List<Reading> readings) {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    public RateLimitHeaders {
        readings = List.copyOf(readings);
    }

    /** What a limit counts. */
    public enum Unit {
        REQUESTS,
        TOKENS,
        INPUT_TOKENS,
        OUTPUT_TOKENS
    }

    /**
     * One limit.
     *
     * @param limit how much there is when nothing is used; empty if it is not said
     * @param remaining how much is left
     * @param reset until when; from the answer on. Empty if it is not said
     */
    public record Reading(Unit unit, OptionalLong limit, long remaining, Optional<Duration> reset) {}

    /** Where a dialect writes a limit. */
    private record Place(Unit unit, String limit, String remaining, String reset, Optional<Duration> window) {
        static Place openAi(Unit unit, String word) {
            return new Place(
                    unit,
                    "x-ratelimit-limit-" + word,
                    "x-ratelimit-remaining-" + word,
                    "x-ratelimit-reset-" + word,
                    Optional.empty());
        }

        static Place anthropic(Unit unit, String word) {
            String start = "anthropic-ratelimit-" + word;
            return new Place(unit, start + "-limit", start + "-remaining", start + "-reset", Optional.empty());
        }

        /** Mistral says no reset: what it counts is the minute's. */
        static Place mistral(Unit unit, String limit, String remaining) {
            return new Place(unit, limit, remaining, "", Optional.of(MINUTE));
        }
    }

    private static final List<Place> PLACES = List.of(
            Place.openAi(Unit.REQUESTS, "requests"),
            Place.openAi(Unit.TOKENS, "tokens"),
            Place.openAi(Unit.TOKENS, "project-tokens"),
            // Fireworks
            Place.openAi(Unit.INPUT_TOKENS, "tokens-prompt"),
            Place.openAi(Unit.OUTPUT_TOKENS, "tokens-generated"),
            Place.anthropic(Unit.REQUESTS, "requests"),
            Place.anthropic(Unit.TOKENS, "tokens"),
            Place.anthropic(Unit.INPUT_TOKENS, "input-tokens"),
            Place.anthropic(Unit.OUTPUT_TOKENS, "output-tokens"),
            Place.mistral(Unit.REQUESTS, "x-ratelimit-limit-req-minute", "x-ratelimit-remaining-req-minute"),
            Place.mistral(Unit.TOKENS, "x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute"),
            Place.mistral(Unit.TOKENS, "x-ratelimitbysize-limit-minute", "x-ratelimitbysize-remaining-minute"),
            // OpenRouter and Together
            new Place(
                    Unit.REQUESTS, "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", Optional.empty()),
            new Place(
                    Unit.TOKENS,
                    "x-tokenlimit-limit",
                    "x-tokenlimit-remaining",
                    "x-ratelimit-reset",
                    Optional.empty()));

    /** Never fails; an answer that says nothing gives no readings. */
    public static RateLimitHeaders of(WireHeaders headers) {
        boolean[] any = {false};
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            any[0] |= lower.contains("ratelimit") || lower.startsWith("x-tokenlimit");
        });
        if (!any[0]) {
            return new RateLimitHeaders(List.of());
        }
        List<Reading> readings = new ArrayList<>();
        for (Place place : PLACES) {
            OptionalLong remaining = number(headers, place.remaining());
            if (remaining.isPresent()) {
                Optional<Duration> reset = place.reset().isEmpty()
                        ? Optional.empty()
                        : headers.first(place.reset()).flatMap(value -> RetryAfter.reset(value, headers));
                readings.add(new Reading(
                        place.unit(), number(headers, place.limit()), remaining.getAsLong(), reset.or(place::window)));
            }
        }
        return new RateLimitHeaders(readings);
    }

    private static OptionalLong number(WireHeaders headers, String name) {
        String text = headers.first(name).map(String::trim).orElse("");
        if (text.matches("-\\d{1,15}(\\.\\d{1,9})?")) {
            return OptionalLong.of(0);
        }
        return text.matches("\\d{1,15}(\\.\\d{1,9})?")
                ? OptionalLong.of(Long.parseLong(text.split("\\.", 2)[0]))
                : OptionalLong.empty();
    }
}
