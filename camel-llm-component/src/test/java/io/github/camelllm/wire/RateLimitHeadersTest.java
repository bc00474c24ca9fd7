package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.wire.RateLimitHeaders.Reading;
import io.github.camelllm.wire.RateLimitHeaders.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers as the providers' documentation shows them; the durations and instants are of the forms seen in recordings. */
class RateLimitHeadersTest {
    static Stream<Arguments> dialects() {
        return Stream.of(
                Arguments.of(
                        "OpenAI",
                        """
                        x-ratelimit-limit-requests: 60
                        x-ratelimit-remaining-requests: 59
                        x-ratelimit-reset-requests: 1s
                        x-ratelimit-limit-tokens: 150000
                        x-ratelimit-remaining-tokens: 149984
                        x-ratelimit-reset-tokens: 6m0s
                        """,
                        List.of(
                                reading(Unit.REQUESTS, 60, 59, Duration.ofSeconds(1)),
                                reading(Unit.TOKENS, 150_000, 149_984, Duration.ofMinutes(6)))),
                Arguments.of("Groq", """
                        x-ratelimit-limit-requests: 14400
                        x-ratelimit-remaining-requests: 0
                        x-ratelimit-reset-requests: 2m59.56s
                        """, List.of(reading(Unit.REQUESTS, 14_400, 0, Duration.ofMillis(179_560)))),
                Arguments.of(
                        "Anthropic",
                        """
                        date: Thu, 26 Nov 2026 12:00:00 GMT
                        anthropic-ratelimit-requests-limit: 50
                        anthropic-ratelimit-requests-remaining: 49
                        anthropic-ratelimit-requests-reset: 2026-11-26T12:00:01Z
                        anthropic-ratelimit-input-tokens-limit: 40000
                        anthropic-ratelimit-input-tokens-remaining: 0
                        anthropic-ratelimit-input-tokens-reset: 2026-11-26T12:01:00Z
                        anthropic-ratelimit-output-tokens-limit: 8000
                        anthropic-ratelimit-output-tokens-remaining: 8000
                        anthropic-ratelimit-output-tokens-reset: 2026-11-26T12:00:00Z
                        """,
                        List.of(
                                reading(Unit.REQUESTS, 50, 49, Duration.ofSeconds(1)),
                                reading(Unit.INPUT_TOKENS, 40_000, 0, Duration.ofMinutes(1)),
                                new Reading(Unit.OUTPUT_TOKENS, OptionalLong.of(8000), 8000, Optional.empty()))),
                Arguments.of(
                        "Mistral",
                        """
                        x-ratelimit-limit-req-minute: 30
                        x-ratelimit-remaining-req-minute: 29
                        x-ratelimit-limit-tokens-minute: 500000
                        x-ratelimit-remaining-tokens-minute: 0
                        x-ratelimit-remaining-tokens-month: 0
                        """,
                        List.of(
                                reading(Unit.REQUESTS, 30, 29, Duration.ofMinutes(1)),
                                reading(Unit.TOKENS, 500_000, 0, Duration.ofMinutes(1)))),
                Arguments.of(
                        "Together",
                        """
                        x-ratelimit-limit: 10
                        x-ratelimit-remaining: 9
                        x-ratelimit-reset: 6
                        x-tokenlimit-limit: 3000
                        x-tokenlimit-remaining: 2990
                        """,
                        List.of(
                                reading(Unit.REQUESTS, 10, 9, Duration.ofSeconds(6)),
                                reading(Unit.TOKENS, 3000, 2990, Duration.ofSeconds(6)))),
                Arguments.of(
                        "Fireworks",
                        """
                        x-ratelimit-limit-tokens-prompt: 60000
                        x-ratelimit-remaining-tokens-prompt: 59000
                        x-ratelimit-over-limit: no
                        """,
                        List.of(new Reading(Unit.INPUT_TOKENS, OptionalLong.of(60_000), 59_000, Optional.empty()))),
                Arguments.of("OpenRouter", """
                        Date: Thu, 26 Nov 2026 12:00:00 GMT
                        X-RateLimit-Limit: 20
                        X-RateLimit-Remaining: 0
                        X-RateLimit-Reset: 1795694430000
                        """, List.of(reading(Unit.REQUESTS, 20, 0, Duration.ofSeconds(30)))),
                Arguments.of("Google", "content-type: application/json\n", List.of()),
                Arguments.of(
                        "nonsense",
                        "x-ratelimit-remaining-requests: a lot\nx-ratelimit-remaining-tokens: \n",
                        List.of()));
    }

    private static Reading reading(Unit unit, long limit, long remaining, Duration reset) {
        return new Reading(unit, OptionalLong.of(limit), remaining, Optional.of(reset));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialects")
    void readsWhatProvidersSay(String name, String headers, List<Reading> expected) {
        assertThat(RateLimitHeaders.of(headers(headers)).readings()).isEqualTo(expected);
    }

    @Test
    void lessThanNothingIsNothing() {
        assertThat(RateLimitHeaders.of(headers("x-ratelimit-remaining-tokens: -12\n"))
                        .readings())
                .containsExactly(new Reading(Unit.TOKENS, OptionalLong.empty(), 0, Optional.empty()));
    }

    @Property
    void neverFails(@ForAll String remaining, @ForAll String reset) {
        RateLimitHeaders.of(headers("x-ratelimit-remaining-requests: " + remaining.replace('\n', ' ')
                + "\nx-ratelimit-reset-requests: " + reset.replace('\n', ' ')));
    }

    private static WireHeaders headers(String text) {
        List<String[]> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            lines.add(line.split(": ?", 2));
        }
        return new WireHeaders() {
            @Override
            public Optional<String> first(String name) {
                return lines.stream()
                        .filter(line -> line[0].equalsIgnoreCase(name) && line.length > 1)
                        .map(line -> line[1])
                        .findFirst();
            }

            @Override
            public void forEach(BiConsumer<String, String> action) {
                lines.forEach(line -> action.accept(line[0], line.length > 1 ? line[1] : ""));
            }
        };
    }
}
