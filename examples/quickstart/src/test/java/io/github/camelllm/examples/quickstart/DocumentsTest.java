package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private final Documents documents = new Documents();

    private List<Part> parts(String name, String text) throws Exception {
        return documents.parts(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private String sample(String name) throws Exception {
        return documents.parts(name, Files.readAllBytes(Runs.SAMPLE_INBOX.resolve(name))).stream()
                .map(Part::text)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void cutsALongTextBetweenParagraphsAndLosesNoWord() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 900; i++) {
            text.append("Paragraph ").append(i).append(" says a little.\nAnd a second line.\n\n");
        }

        List<Part> parts = parts("long.txt", text.toString());

        assertThat(parts).hasSizeGreaterThan(3).allSatisfy(part -> {
            assertThat(part.text().length()).isLessThanOrEqualTo(Documents.MAX_PART_CHARS);
            assertThat(part.text()).startsWith("Paragraph").endsWith("line.");
        });
        assertThat(parts.stream().map(Part::text).collect(Collectors.joining("\n\n")))
                .isEqualTo(text.toString().strip());
        assertThat(parts.stream().map(Part::number)).startsWith(1, 2, 3);
    }

    @Test
    void cutsATextWithoutAnyBorderBetweenWholeCharacters() {
        List<String> pieces = TextPieces.of("😀".repeat(30), 7);

        assertThat(String.join("", pieces)).isEqualTo("😀".repeat(30));
        assertThat(pieces)
                .allMatch(
                        piece -> piece.length() <= 7 && piece.codePointCount(0, piece.length()) * 2 == piece.length());
    }

    @Test
    void everyBatchOfRowsHasTheHeaderAndEachRowIsInOne() throws Exception {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(i + ";\"line one\nline two; still the same field " + i + "\"");
        }

        List<String> batches = CsvBatches.of("id;text\r\n" + String.join("\r\n", rows) + "\r\n", 25, 12_000);

        assertThat(batches).hasSize(3).allMatch(batch -> batch.startsWith("id;text\n"));
        assertThat(batches.stream()
                        .map(batch -> batch.substring("id;text\n".length()))
                        .collect(Collectors.joining("\n")))
                .isEqualTo(String.join("\n", rows));
    }

    @Test
    void batchesEndBeforeTheyAreTooLong() throws Exception {
        List<String> batches = CsvBatches.of("h\n" + "x".repeat(40) + "\n" + "y".repeat(40) + "\n", 25, 60);

        assertThat(batches).containsExactly("h\n" + "x".repeat(40), "h\n" + "y".repeat(40));
    }

    @Test
    void emailIsReadAsAPersonWould() throws Exception {
        assertThat(sample("2026-11-03-reclamation-retard.eml"))
                .contains("From: \"Étienne Marchand\" <e.marchand@vins-marchand.example>")
                .contains("Subject: Livraison en retard et deux cartons cassés – commande 77-1043")
                .contains("deux cartons étaient cassés")
                .contains("[Attachment dégâts.txt]")
                .contains("Carton 19 : 6 bouteilles cassées");
        assertThat(sample("2026-11-05-storm-roof.eml")).contains("Deichstraße 3, 25813 Husum");
        assertThat(sample("2026-11-06-html-only.eml"))
                .contains("Eine Zahlung durch Sie ist nicht")
                .doesNotContain("<td>", "padding");
        assertThat(sample("2026-11-11-refused-load.eml"))
                .contains("[Forwarded message]")
                .contains("9.4 degrees");
        assertThat(sample("2026-11-02-rear-end-collision.eml")).contains("bumper,2.5,612.00");
        assertThat(sample("2026-11-03-invoice-hosting.eml"))
                .contains("Further attachments: AH-2026-11-00417.pdf")
                .doesNotContain("%PDF", "<h2>");
    }

    @Test
    void readsTheEncodingsThatOfficesWrite() throws Exception {
        for (Charset charset :
                List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16, Charset.forName("windows-1252"))) {
            assertThat(documents
                            .parts("a.txt", "Zählerstände: 22.118 m³".getBytes(charset))
                            .get(0)
                            .text())
                    .isEqualTo("Zählerstände: 22.118 m³");
        }
        assertThat(parts("a.txt", "\uFEFFBonjour").get(0).text()).isEqualTo("Bonjour");
    }

    @Test
    void saysWhyThereIsNothingToRead() {
        assertThatThrownBy(() -> parts("a.txt", "")).hasMessage("the file is empty");
        assertThatThrownBy(() -> parts("a.txt", " \n\t\n")).hasMessage("there is no text in it");
        assertThatThrownBy(() -> parts("a.pdf", "%PDF")).hasMessageContaining("not a kind of file");
        assertThatThrownBy(() -> parts("a.csv", "h\n" + "x".repeat(12_000))).hasMessageContaining("row 2 has 12000");
        assertThatThrownBy(() -> parts("a.eml", "From: a@b.example\nContent-Type: multipart/mixed\n\nx"))
                .isInstanceOf(UnreadableDocumentException.class)
                .hasMessageContaining("broken e-mail");
    }
}
