package io.github.camelllm.wire.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseEncoderTest {
    @ParameterizedTest
    @CsvSource({
        "'',              '[DONE]',      'data: [DONE]~~'",
        "'ping',          '{}',          'event: ping~data: {}~~'",
        "'',              '',            'data: ~~'",
        "'e',             'a~b',         'event: e~data: a~data: b~~'",
        "'',              'a^~b^c~',     'data: a~data: b~data: c~data: ~~'",
        "'',              '^^',          'data: ~data: ~data: ~~'",
        "'',              ' a',          'data:  a~~'",
        "'größe',         '€',           'event: größe~data: €~~'",
    })
    void writesLines(String event, String data, String expected) {
        String text = data.replace('~', '\n').replace('^', '\r');
        assertThat(new String(SseEncoder.encode(event, text), StandardCharsets.UTF_8))
                .isEqualTo(expected.replace('~', '\n'));
    }

    @Test
    void writesComments() {
        assertThat(SseEncoder.comment("waiting"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(": waiting\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\n"})
    void refusesNamesAndCommentsOfTwoLines(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SseEncoder.encode(text, "{}"));
        assertThatIllegalArgumentException().isThrownBy(() -> SseEncoder.comment(text));
    }
}
