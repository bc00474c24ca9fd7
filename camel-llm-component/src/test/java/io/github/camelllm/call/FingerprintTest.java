package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FingerprintTest {
    @Test
    void aNameThatFitsStays() {
        assertThat(Fingerprint.within("a".repeat(100), 100, 36)).isEqualTo("a".repeat(100));
    }

    @Test
    void longNamesThatBeginAlikeDiffer() {
        String one = Fingerprint.within("a".repeat(100) + "1", 100, 36);

        assertThat(one).hasSize(36 + Fingerprint.CHARS).startsWith("a".repeat(36));
        assertThat(one).isNotEqualTo(Fingerprint.within("a".repeat(100) + "2", 100, 36));
    }

    @Test
    void noHalfOfACharacterIsLeft() {
        String name = "a".repeat(35) + "\uD83D\uDE00" + "a".repeat(100);

        assertThat(Fingerprint.within(name, 100, 36)).isEqualTo("a".repeat(35) + Fingerprint.whole(name));
    }
}
