package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KnownTextsTest {
    private final KnownTexts texts = new KnownTexts();

    private String read(String text) {
        byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        return texts.of(bytes, 1, bytes.length - 2);
    }

    @Test
    void givesTheSameTextOnceMore() {
        String first = read("gpt-5-mini");

        assertThat(read("gpt-5-mini")).isSameAs(first);
    }

    @Property
    void readsWhatIsThereWhateverWasReadBefore(@ForAll String one, @ForAll String other) {
        String clean = other.replaceAll("\\p{Cs}", "");

        read(one);

        assertThat(read(clean)).isEqualTo(clean);
        assertThat(read(clean)).isEqualTo(clean);
    }

    @Test
    void takesNoTextForAnotherOfTheSameHash() {
        // 31 * 'A' + 'a' and 31 * 'B' + 'B' are the same
        assertThat(read("Aa")).isEqualTo("Aa");
        assertThat(read("BB")).isEqualTo("BB");
        assertThat(read("Aa")).isEqualTo("Aa");
    }

    @Test
    void takesNoTextForAnotherOfTheSameEnds() {
        assertThat(read("team-a-2026")).isEqualTo("team-a-2026");
        assertThat(read("team-b-2026")).isEqualTo("team-b-2026");
        assertThat(read("team-a-2026")).isEqualTo("team-a-2026");
    }

    @Test
    void givesTextsBeyondAsciiOnceMore() {
        String first = read("日本語");

        assertThat(first).isEqualTo("日本語");
        assertThat(read("日本語")).isSameAs(first);
    }

    @Test
    void readsLongTexts() {
        String text = "t".repeat(300);

        assertThat(read(text)).isEqualTo(text);
    }
}
