package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexExampleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "^INV-\\d{4}$",
                "[a-z]+@[a-z]+\\.(com|org)",
                "^(?:\\+\\d{1,3} )?\\d{3}-\\d{4}$",
                "^[^0-9]{3,}$",
                "(?<year>\\d{4})/(0[1-9]|1[0-2])",
                "a?b*c+d{2}e{1,}.",
                "^\\w+\\s\\S+$",
                "",
                "^[\\w.-]{5}$",
                "x{0}"
            })
    void writesTextsThatMatch(String regex) {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(RegexExample.of(regex, seed)).hasValueSatisfying(text -> assertThat(
                            Pattern.compile(regex).matcher(text).find())
                    .isTrue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?=a)b", "(a)\\1", "[", "a{5000}", "\\p{L}"})
    void givesNoExampleForWhatItDoesNotKnow(String regex) {
        assertThat(RegexExample.of(regex, 1)).isEmpty();
    }
}
