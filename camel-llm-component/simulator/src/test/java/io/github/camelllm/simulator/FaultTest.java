package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "status=401",
                "status=429;retry-after=2",
                "status=429;retry-after=1.5",
                "status=429;retry-after-date=3",
                "status=429;retry-after-ms=1500",
                "status=429;retry-info=0.5",
                "status=429;reset=6",
                "status=502;body=html",
                "status=500;body=empty",
                "status=503;body=text;retry-after=1",
                "quota",
                "context-too-long",
                "prompt-filtered",
                "answer-filtered=3",
                "empty-body",
                "content-type=text/plain",
                "no-completion",
                "oversized=1000000",
                "refuse=200ms",
                "reset",
                "reset=2",
                "close",
                "close=0",
                "stall=head",
                "stall=0",
                "stall=4",
                "garbage=text;after=1",
                "garbage=utf8;after=2",
                "garbage=half-json;after=0",
                "error-event=529;after=1",
                "duplicate-finish",
                "no-usage",
                "no-end",
                "end-early=2",
                "drip=5ms",
                "delay=2000ms"
            })
    void isWrittenAsItWasRead(String text) {
        assertThat(Fault.parse(text)).hasToString(text);
    }

    @Test
    void readsItsSettings() {
        assertThat(Fault.parse(" STATUS=429 ; retry-after=2 "))
                .isEqualTo(new Fault.HttpError(429, Fault.ErrorBody.DIALECT, RetryHint.seconds(2)));
        assertThat(Fault.parse("garbage")).isEqualTo(new Fault.Garbage(Fault.GarbageKind.TEXT, 1));
        assertThat(Fault.parse("close=2")).isEqualTo(new Fault.Cut(false, OptionalInt.of(2)));
        assertThat(Fault.parse("drip=2s")).isEqualTo(new Fault.Drip(Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "explode | expected a fault that begins with one of status,",
                "status=abc | status: expected a whole number, got 'abc'",
                "status=200 | status: expected 400 to 599, got 200",
                "status=429;retry=2 | fault 'status' has no setting 'retry'",
                "status=429;retry-after=soon | retry-after: expected seconds",
                "status=500;body=pdf | body: expected dialect, html, text or empty, got 'pdf'",
                "drip=5 | drip: expected a duration such as 20ms or 2s, got '5'",
                "garbage=soup | garbage: expected text, utf8 or half-json, got 'soup'",
                "'' | expected a fault that begins with one of"
            })
    void namesWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> Fault.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
