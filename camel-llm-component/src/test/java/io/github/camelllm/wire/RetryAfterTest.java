package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final String NOW = "Mon, 23 Nov 2026 08:00:00 GMT";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20                              | PT20S",
                "' 7 '                           | PT7S",
                "0.5                             | PT0.5S",
                "7.66                            | PT7.66S",
                "1s                              | PT1S",
                "6m0s                            | PT6M",
                "88ms                            | PT0.088S",
                "1h2m3.5s                        | PT1H2M3.5S",
                "2m59.56s                        | PT2M59.56S",
                "250us                           | PT0.00025S",
                "1d                              | PT24H",
                "Mon, 23 Nov 2026 08:00:30 GMT   | PT30S",
                "2026-11-23T08:01:00Z            | PT1M",
                "2026-11-23T10:00:05.250+02:00   | PT5.25S",
                "1795420810                      | PT10S",
                "1795420800500                   | PT0.5S",
            })
    void readsEveryForm(String value, Duration wait) {
        assertThat(RetryAfter.ofHeaders(Headers.of("Retry-After", value, "Date", NOW)))
                .contains(wait);
        assertThat(RetryAfter.ofExhaustedLimits(Headers.of(
                        "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", value, "date", NOW)))
                .contains(wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "0.0",
                "0s",
                "-5",
                "soon",
                "1 hour",
                "5x",
                "1s2",
                "Mon, 23 Nov 2026 07:59:59 GMT",
                "2026-11-23T08:00:00Z",
                "2026-11-23",
                "1795420800",
                "99999999999999999999",
                "999999999d",
                "400000000",
                ".5",
                "NaN",
                "Infinity"
            })
    void isEmptyForWhatIsNoWait(String value) {
        assertThat(RetryAfter.ofHeaders(Headers.of("retry-after", value, "date", NOW)))
                .isEmpty();
    }

    @Test
    void prefersMillisecondsAndGoesOnWhereTheyAreNone() {
        assertThat(RetryAfter.ofHeaders(Headers.of("retry-after-ms", "1500", "retry-after", "9")))
                .contains(Duration.ofMillis(1500));
        assertThat(RetryAfter.ofHeaders(Headers.of("retry-after-ms", "12.5"))).contains(Duration.ofNanos(12_500_000));
        for (String none : new String[] {"0", "", "soon", "-1"}) {
            assertThat(RetryAfter.ofHeaders(Headers.of("retry-after-ms", none, "retry-after", "9")))
                    .contains(Duration.ofSeconds(9));
        }
        assertThat(RetryAfter.ofHeaders(WireHeaders.NONE)).isEmpty();
    }

    @Test
    void measuresDatesOnTheLocalClockWhereTheProviderTellsNoTime() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(600).atZone(ZoneOffset.UTC));
        for (String clock : new String[] {"", "yesterday"}) {
            Optional<Duration> wait = RetryAfter.ofHeaders(Headers.of("retry-after", date, "date", clock));
            assertThat(wait).isPresent();
            assertThat(wait.get()).isBetween(Duration.ofSeconds(300), Duration.ofSeconds(600));
        }
    }

    @Test
    void waitsForTheLastOfTheLimitsOfWhichNothingRemains() {
        WireHeaders headers = Headers.of(
                "X-RateLimit-Remaining-Requests", "0",
                "X-RateLimit-Reset-Requests", "2m",
                "x-ratelimit-remaining-tokens", "0",
                "x-ratelimit-reset-tokens", "7.66s",
                "x-ratelimit-remaining-project-tokens", "12",
                "x-ratelimit-reset-project-tokens", "9h");
        assertThat(RetryAfter.ofExhaustedLimits(headers)).contains(Duration.ofMinutes(2));
    }

    @Test
    void readsTheLimitHeadersOfEveryDialect() {
        assertThat(RetryAfter.ofExhaustedLimits(Headers.of(
                        "anthropic-ratelimit-input-tokens-remaining", "0",
                        "anthropic-ratelimit-input-tokens-reset", "2026-11-23T08:00:20Z",
                        "date", NOW)))
                .contains(Duration.ofSeconds(20));
        assertThat(RetryAfter.ofExhaustedLimits(
                        Headers.of("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1795420803000", "Date", NOW)))
                .contains(Duration.ofSeconds(3));
        assertThat(RetryAfter.ofExhaustedLimits(Headers.of(
                        "x-ratelimit-remaining-tokens-minute", "-3", "x-ratelimit-reset-tokens-minute", "33.01")))
                .contains(Duration.ofMillis(33_010));
    }

    @Test
    void hasNoWaitWhereNoLimitIsExhaustedOrNoneSaysWhenItIsReset() {
        assertThat(RetryAfter.ofExhaustedLimits(
                        Headers.of("x-ratelimit-remaining-tokens", "1", "x-ratelimit-reset-tokens", "5s")))
                .isEmpty();
        assertThat(RetryAfter.ofExhaustedLimits(
                        Headers.of("x-ratelimit-remaining-tokens", "many", "x-ratelimit-reset-tokens", "5s")))
                .isEmpty();
        assertThat(RetryAfter.ofExhaustedLimits(Headers.of("x-ratelimit-remaining-req-minute", "0")))
                .isEmpty();
        assertThat(RetryAfter.ofExhaustedLimits(WireHeaders.NONE)).isEmpty();
    }

    @Test
    void readsDurationsOfProtobufAndGo() {
        assertThat(RetryAfter.ofDuration("37.123456789s")).contains(Duration.ofSeconds(37, 123_456_789));
        assertThat(RetryAfter.ofDuration("0s")).contains(Duration.ZERO);
        assertThat(RetryAfter.ofDuration("100µs")).contains(Duration.ofNanos(100_000));
        assertThat(RetryAfter.ofDuration("37")).isEmpty();
        assertThat(RetryAfter.ofDuration("-1s")).isEmpty();
        assertThat(RetryAfter.ofDuration("999999999d".repeat(1_000))).isEmpty();
    }

    @Property
    void anyValueIsReadOrEmpty(@ForAll String value) {
        Headers headers = Headers.of(
                "retry-after-ms",
                value,
                "retry-after",
                value,
                "x-ratelimit-remaining",
                "0",
                "x-ratelimit-reset",
                value,
                "date",
                value);
        RetryAfter.ofHeaders(headers).ifPresent(wait -> assertThat(wait).isPositive());
        RetryAfter.ofExhaustedLimits(headers)
                .ifPresent(wait -> assertThat(wait.toMillis()).isNotNegative());
        RetryAfter.ofDuration(value)
                .ifPresent(wait -> assertThat(wait.toMillis()).isNotNegative());
    }
}
