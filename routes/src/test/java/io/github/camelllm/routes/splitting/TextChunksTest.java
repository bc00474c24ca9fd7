package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TextChunksTest {
    private static final String MODEL = "gpt-4o";

    private static List<SplitRecord> chunks(String text, int tokens, int overlap) {
        List<SplitRecord> all = new ArrayList<>();
        new TextChunks(new StringReader(text), RecordSplit.TOKENS, MODEL, tokens, overlap).forEachRemaining(all::add);
        return all;
    }

    private static String words(String text) {
        return text.replaceAll("\\s", "");
    }

    @Test
    void endsAtAParagraphInTheSecondHalfRatherThanAtALaterSentence() {
        String first = "The parcel came late. It was wet.";
        String second = "Nobody was there to sign for it at all. The driver left. He came again on the next day.";

        List<SplitRecord> chunks = chunks(first + "\n\n" + second, 14, 0);

        assertThat(chunks.get(0)).isEqualTo(SplitRecord.of(1, 1, first));
        assertThat(chunks.get(1).line()).isEqualTo(3);
    }

    @Test
    void repeatsTheLastSentencesOfTheChunkBefore() {
        List<SplitRecord> chunks =
                chunks("One is here. Two is here. Three is here. Four is here. Five is here.", 16, 6);

        assertThat(chunks)
                .extracting(SplitRecord::value)
                .startsWith("One is here. Two is here. Three is here.", "Three is here. Four is here. Five is here.");
    }

    @Property(tries = 200)
    void nothingIsLostAndNoChunkIsTooLong(
            @ForAll("texts") String text, @ForAll @IntRange(min = 8, max = 60) int tokens) {
        List<SplitRecord> chunks = chunks(text, tokens, 0);

        StringBuilder together = new StringBuilder();
        for (SplitRecord chunk : chunks) {
            String part = chunk.value().toString();
            assertThat(part).isNotBlank();
            // Sentences are counted one by one, and side by side they are no more
            assertThat(RecordSplit.TOKENS.count(MODEL, part).upperBound()).isLessThanOrEqualTo(tokens);
            together.append(part);
        }
        assertThat(words(together.toString())).isEqualTo(words(text));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "Der Mieter zahlt.",
                        " ",
                        "\n",
                        "\n\n",
                        "x".repeat(300),
                        "parcel ",
                        "12.5 % ",
                        "\uD83D\uDE00",
                        "Really? Yes! ",
                        "| a | b |\n",
                        "\u65E5\u672C\u8A9E\u3002",
                        "supercalifragilistic",
                        "\r\n\r\n")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }
}
