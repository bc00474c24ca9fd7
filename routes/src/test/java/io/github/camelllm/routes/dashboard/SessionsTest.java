package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final String SECRET = "correct-horse-battery";

    private final ManualClock clock = new ManualClock();
    private final Sessions sessions = new Sessions(SECRET, Duration.ofHours(12), clock);

    @Test
    void aSessionHoldsOnEveryNodeWithTheSecretUntilItsTimeIsOver() {
        String token = sessions.begin();

        assertThat(new Sessions(SECRET, Duration.ofHours(1), clock).isValid(token))
                .isTrue();
        assertThat(new Sessions(SECRET + "2", Duration.ofHours(12), clock).isValid(token))
                .isFalse();
        clock.advance(Duration.ofHours(12));
        assertThat(sessions.isValid(token)).isFalse();
    }

    @Test
    void nothingOfATokenCanBeChanged() {
        String token = sessions.begin();
        String later = "9" + token;
        assertThat(sessions.isValid(later)).isFalse();
        for (int i = 0; i < token.length() - 1; i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(sessions.isValid(changed)).as(changed).isFalse();
        }
        for (String wrong :
                new String[] {"", ".", "..", "a.b.c", "1", token.substring(0, token.lastIndexOf('.') + 1)}) {
            assertThat(sessions.isValid(wrong)).as(wrong).isFalse();
        }
    }

    @Test
    void onlyTheWholeSecretIsTheSecret() {
        assertThat(sessions.isSecret(SECRET)).isTrue();
        assertThat(sessions.isSecret("")).isFalse();
        assertThat(sessions.isSecret(SECRET.substring(1))).isFalse();
        assertThat(sessions.isSecret(SECRET + " ")).isFalse();
    }
}
