package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {
    private final ManualClock clock = new ManualClock();
    private final LoginAttempts attempts = new LoginAttempts(clock);

    @Test
    void anAddressMayTryTenTimesAMinute() {
        for (int i = 0; i < LoginAttempts.MOST_OF_ADDRESS; i++) {
            assertThat(attempts.isBlocked("a")).isFalse();
            attempts.failed("a");
        }
        assertThat(attempts.isBlocked("a")).isTrue();
        assertThat(attempts.isBlocked("b")).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(attempts.isBlocked("a")).isFalse();
    }

    @Test
    void manyAddressesTogetherMayTryAHundredTimesAMinute() {
        for (int i = 0; i < LoginAttempts.MOST_OF_ALL; i++) {
            attempts.failed("address " + i);
        }
        assertThat(attempts.isBlocked("another")).isTrue();
    }
}
