package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerTest {
    private static Caller caller(String... models) {
        return new Caller("a", Map.of(), List.of(models), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "openai/*,openai/gpt-5-mini,true",
        "openai/*,openai/,true",
        "openai/*,xopenai/gpt,false",
        "openai/gpt-5,openai/gpt-5-mini,false",
        "*mini,openai/gpt-5-mini,true",
        "*mini,openai/gpt-5-mini-2026,false",
        "openai/*-mini*,openai/gpt-5-mini-2026,true",
        "*,anything,true",
        "router/cheap,router/cheap,true",
        "a.c,abc,false",
    })
    void globsAreOverTheWholeName(String glob, String model, boolean may) {
        assertThat(caller(glob).mayUse(model)).isEqualTo(may);
        assertThat(caller("other/model", glob).mayUse(model)).isEqualTo(may);
    }

    @Test
    void withoutGlobsAllMayBeAsked() {
        assertThat(caller().mayUse("anything")).isTrue();
    }

    @Property
    void globsAreAsTheirExpressions(
            @ForAll @Chars({'*'}) @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String glob,
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 10) String model) {
        String expression = glob.chars()
                .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(String.valueOf((char) c)))
                .collect(Collectors.joining());
        assertThat(caller(glob).mayUse(model)).isEqualTo(model.matches(expression));
    }

    @Test
    void aLongNameAndManyStarsAreDecided() {
        assertThat(caller("a*".repeat(90) + "b").mayUse("a".repeat(100_000))).isFalse();
    }
}
