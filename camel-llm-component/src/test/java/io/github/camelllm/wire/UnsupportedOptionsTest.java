package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camelllm.chat.LlmInvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnsupportedOptionsTest {
    private static UnsupportedOptions options(Unsupported policy) {
        return new UnsupportedOptions(WireTarget.of("acme", "m-1").withUnsupported(policy));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ERROR")
    void dropsKnobsUnlessEverythingIsRefused(Unsupported policy) {
        UnsupportedOptions options = options(policy);
        options.knob("seed");
        options.knob("topK");
        options.knob("seed");
        assertThat(options.dropped()).containsExactly("seed", "topK");
    }

    @ParameterizedTest
    @EnumSource(names = {"WARN", "DROP"})
    void dropsWhatChangesTheMeaningOnlyIfTold(Unsupported policy) {
        UnsupportedOptions options = options(policy);
        options.meaning("tools");
        options.meaning("tools");
        assertThat(options.dropped()).containsExactly("tools");
    }

    @ParameterizedTest
    @EnumSource(names = {"DEFAULT", "ERROR"})
    void refusesWhatChangesTheMeaningOtherwise(Unsupported policy) {
        UnsupportedOptions options = options(policy);
        assertThatExceptionOfType(LlmInvalidRequestException.class)
                .isThrownBy(() -> options.meaning("tools"))
                .withMessageContaining("acme/m-1 does not support 'tools'")
                .withMessageContaining("unsupported=drop")
                .satisfies(failure -> {
                    assertThat(failure.getErrorType()).isEqualTo("unsupported_option");
                    assertThat(failure.isRetryable()).isFalse();
                    assertThat(failure.statusCode()).isEmpty();
                });
        assertThat(options.dropped()).isEmpty();
    }

    @Test
    void refusesKnobsIfTold() {
        assertThatExceptionOfType(LlmInvalidRequestException.class)
                .isThrownBy(() -> options(Unsupported.ERROR).knob("seed"))
                .withMessageContaining("'seed'");
    }

    @Test
    void nothingIsDroppedAtFirst() {
        assertThat(options(Unsupported.DEFAULT).dropped()).isEmpty();
    }
}
