package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.StreamWatch.Fault;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.testing.ManualTimer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamWatchTest {
    private final ManualTimer timer = new ManualTimer();

    private Fault drip(StreamWatch watch, int bytes, int seconds) {
        for (int i = 0; i < seconds; i++) {
            timer.advance(Duration.ofSeconds(1));
            Fault fault = watch.bytes(bytes);
            if (fault != Fault.NONE) {
                return fault;
            }
        }
        return Fault.NONE;
    }

    @Test
    void noticesAStreamThatOnlyDrips() {
        StreamWatch watch = new StreamWatch(new StreamLimits(10, 0), timer);

        assertThat(drip(watch, 20, 60)).isEqualTo(Fault.NONE);
        assertThat(drip(watch, 9, 60)).isEqualTo(Fault.TOO_SLOW);
    }

    @Test
    void doesNotCountTimeInWhichTheReaderPaused() {
        StreamWatch watch = new StreamWatch(new StreamLimits(10, 0), timer);
        drip(watch, 20, 15);

        timer.advance(Duration.ofMinutes(5));
        watch.resumed();

        assertThat(drip(watch, 20, 15)).isEqualTo(Fault.NONE);
    }

    @Test
    void hasNoLeastRateUnlessOneIsSet() {
        assertThat(drip(new StreamWatch(StreamLimits.DEFAULT, timer), 0, 600)).isEqualTo(Fault.NONE);
    }

    @Test
    void noticesWhiteSpaceWithoutEndAcrossPieces() {
        StreamWatch watch = new StreamWatch(new StreamLimits(0, 10), timer);

        assertThat(watch.event(new StreamEvent.TextDelta(0, "{\n\n\n\n\n"))).isEqualTo(Fault.NONE);
        assertThat(watch.event(new StreamEvent.TextDelta(0, "     "))).isEqualTo(Fault.NONE);
        assertThat(watch.event(new StreamEvent.TextDelta(0, "\t"))).isEqualTo(Fault.ENDLESS_WHITESPACE);
    }

    @Test
    void countsWhiteSpaceAnewAfterAWord() {
        StreamWatch watch = new StreamWatch(new StreamLimits(0, 10), timer);

        for (int i = 0; i < 100; i++) {
            assertThat(watch.event(new StreamEvent.TextDelta(0, "         x"))).isEqualTo(Fault.NONE);
        }
    }
}
