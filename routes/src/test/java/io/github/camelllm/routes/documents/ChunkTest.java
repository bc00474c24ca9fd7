package io.github.camelllm.routes.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkTest {
    @Test
    void cutsAtHeadingsAndKnowsThoseAbove() {
        List<Chunk> chunks = Chunk.of("Intro.\n\n# A\nText of a.\n\n## B\nText of b.\n\n# C\nText of c.", 1000);

        assertThat(chunks)
                .extracting(Chunk::title, Chunk::text)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("", "Intro."),
                        org.assertj.core.groups.Tuple.tuple("A", "Text of a."),
                        org.assertj.core.groups.Tuple.tuple("A > B", "Text of b."),
                        org.assertj.core.groups.Tuple.tuple("C", "Text of c."));
    }

    @Test
    void takesNoHeadingsAndParagraphsFromCode() {
        List<Chunk> chunks = Chunk.of("# A\n```sh\n# a comment\n\nls\n```", 1000);

        assertThat(chunks).containsExactly(new Chunk("A", "```sh\n# a comment\n\nls\n```"));
    }

    @Test
    void losesNoWordWhateverTheParagraphsLengths() {
        String document = paragraphs(200);

        List<Chunk> chunks = Chunk.of(document, 300);

        assertThat(chunks).allMatch(chunk -> chunk.text().length() <= 300);
        assertThat(chunks.stream()
                        .map(Chunk::text)
                        .collect(Collectors.joining(" "))
                        .split("\\s+"))
                .containsExactly(document.split("\\s+"));
    }

    @Test
    void cutsAParagraphThatIsTooLong() {
        assertThat(Chunk.of("word ".repeat(100), 100))
                .hasSizeGreaterThan(4)
                .allMatch(c -> c.text().length() <= 100);
        assertThat(Chunk.of("x".repeat(250), 100))
                .extracting(c -> c.text().length())
                .containsExactly(100, 100, 50);
        assertThat(Chunk.of("😀".repeat(120), 101))
                .allMatch(
                        c -> !Character.isHighSurrogate(c.text().charAt(c.text().length() - 1)));
    }

    @Test
    void keepsMostChunksWhenAParagraphComesAtTheBeginning() {
        Set<Chunk> before = new HashSet<>(Chunk.of(paragraphs(400), 500));
        List<Chunk> after = Chunk.of("A new beginning.\n\n" + paragraphs(400), 500);

        assertThat(after.stream().filter(chunk -> !before.contains(chunk)).count())
                .isLessThan(after.size() / 4);
    }

    private static String paragraphs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ("paragraph" + i + " ").repeat(1 + i * 7 % 11).strip())
                .collect(Collectors.joining("\n\n"));
    }

    @Test
    void isEmptyForAnEmptyDocument() {
        assertThat(Chunk.of(" \n\n\t\n", 100)).isEmpty();
    }

    @Test
    void refusesChunksThatAreTooSmall() {
        assertThatThrownBy(() -> Chunk.of("a", 99)).hasMessage("chunkChars: expected at least 100, got 99");
    }
}
