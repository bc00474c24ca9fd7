package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CsvRecordsTest {
    private static List<SplitRecord> read(String csv) throws IOException {
        return all(new CsvRecords(new StringReader(csv), ',', true, 1000));
    }

    private static List<SplitRecord> all(CsvRecords records) {
        List<SplitRecord> all = new ArrayList<>();
        records.forEachRemaining(all::add);
        return all;
    }

    @Test
    void namesFieldsByTheHeaderAndKnowsTheLineOfEachRecord() throws IOException {
        assertThat(read("id,text\r\n1,hello\r\n\r\n2,\"two\r\nlines, \"\"quoted\"\"\"\r\n3,\r\n"))
                .containsExactly(
                        SplitRecord.of(1, 2, Map.of("id", "1", "text", "hello")),
                        SplitRecord.of(2, 4, Map.of("id", "2", "text", "two\r\nlines, \"quoted\"")),
                        SplitRecord.of(3, 6, Map.of("id", "3", "text", "")));
    }

    @Test
    void takesLfAndCrAndNoLineEndAtTheEnd() throws IOException {
        assertThat(read("a\n1\n2")).extracting(SplitRecord::line).containsExactly(2L, 3L);
        assertThat(read("a\r1\r2\r")).extracting(SplitRecord::line).containsExactly(2L, 3L);
    }

    @Test
    void skipsTheByteOrderMark() throws IOException {
        byte[] utf8 = "\uFEFFid,name\n1,Ærø\n".getBytes(StandardCharsets.UTF_8);
        byte[] utf16 = "\uFEFFid,name\n1,Ærø\n".getBytes(StandardCharsets.UTF_16LE);
        for (byte[] bytes : List.of(utf8, utf16)) {
            assertThat(all(new CsvRecords(
                            TextInput.reader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8),
                            ',',
                            true,
                            1000)))
                    .containsExactly(SplitRecord.of(1, 2, Map.of("id", "1", "name", "Ærø")));
        }
    }

    @Test
    void aQuoteThatIsNeverClosedCostsItsOwnRecordOnly() throws IOException {
        List<SplitRecord> records = read("id,text\n1,\"never closed\n2,good\n3,\"also\ngood\"\n4,fine\n");

        assertThat(records).extracting(SplitRecord::number).containsExactly(1L, 2L, 3L, 4L);
        assertThat(records.get(0))
                .isEqualTo(SplitRecord.bad(
                        1,
                        2,
                        "1,\"never closed",
                        "a character other than a quote or delimiter follows a closing quote in line 4"));
        assertThat(records.subList(1, 4)).allMatch(record -> record.problem().isEmpty());
        assertThat(records).extracting(SplitRecord::line).containsExactly(2L, 3L, 4L, 6L);
    }

    @Test
    void aQuoteThatIsNotClosedBeforeTheEndCostsItsOwnRecordOnly() throws IOException {
        List<SplitRecord> records = read("id,text\n1,good\n2,\"never closed\n3,good\n4,good");

        assertThat(records).extracting(SplitRecord::line).containsExactly(2L, 3L, 4L, 5L);
        assertThat(records.get(1).problem()).contains("the quoted field that begins in line 3 does not end");
        assertThat(records).filteredOn(record -> record.problem().isEmpty()).hasSize(3);
    }

    @Test
    void aFieldThatGoesOnForTooLongCostsItsOwnRecordOnly() throws IOException {
        String longText = "good\n".repeat(400);
        List<SplitRecord> records = read("text\n\"open\n" + longText + "last");

        assertThat(records.get(0).problem().orElseThrow()).contains("does not end within 1000 characters");
        assertThat(records).hasSize(402);
        assertThat(records).filteredOn(record -> record.problem().isPresent()).hasSize(1);
        assertThat(records.get(401)).isEqualTo(SplitRecord.of(402, 403, Map.of("text", "last")));
    }

    @Test
    void aRecordWithoutQuotesThatIsTooLongIsBad() throws IOException {
        List<SplitRecord> records = read("text\n" + "x".repeat(5000) + "\nshort");

        assertThat(records.get(0).problem()).contains("longer than 1000 characters");
        assertThat(records.get(1)).isEqualTo(SplitRecord.of(2, 3, Map.of("text", "short")));
    }

    @Test
    void tellsHowManyFieldsAreMissing() throws IOException {
        assertThat(read("a,b,c\n1,2\n1,2,3,4\n"))
                .extracting(record -> record.problem().orElse(""))
                .containsExactly(
                        "expected 3 fields as in the header, got 2", "expected 3 fields as in the header, got 4");
    }

    @Test
    void namesTheLineWhoseBytesAreNotOfTheCharacterSet() throws IOException {
        byte[] bytes = "id,name\n1,ok\n2,\"two\nK\u00f6ln\"\n3,ok\n".getBytes(StandardCharsets.ISO_8859_1);
        List<SplitRecord> records = all(new CsvRecords(
                TextInput.reader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8), ',', true, 1000));

        assertThat(records).hasSize(3);
        assertThat(records.get(1).problem()).contains("bytes that are not of the character set in line 4");
        assertThat(records).filteredOn(record -> record.problem().isEmpty()).hasSize(2);
    }

    @Test
    void refusesAHeaderThatNamesAFieldTwice() {
        assertThatThrownBy(() -> read("a,b,a\n1,2,3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the header in line 1 has one name twice: column 3 is called like an earlier one");
    }

    @Test
    void anEmptyFileHasNoRecords() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("a,b\n")).isEmpty();
    }

    @Property(tries = 300)
    void readsWhatWasWritten(@ForAll("tables") List<List<String>> table, @ForAll("lineEnds") String lineEnd)
            throws IOException {
        String csv = table.stream()
                .map(row -> row.stream()
                        .map(field -> "\"" + field.replace("\"", "\"\"") + "\"")
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining(lineEnd));

        assertThat(all(new CsvRecords(new StringReader(csv), ',', false, 10_000)))
                .extracting(SplitRecord::value)
                .isEqualTo(table);
    }

    @Property(tries = 500)
    void anyTextGivesEachLineAtMostOnceAndComesToAnEnd(@ForAll("noise") String text) throws IOException {
        List<SplitRecord> records = all(new CsvRecords(new StringReader(text), ',', false, 20));

        assertThat(records).extracting(SplitRecord::line).isSorted().doesNotHaveDuplicates();
        assertThat(records).hasSizeLessThanOrEqualTo(text.split("\r\n|\r|\n", -1).length);
    }

    @Provide
    Arbitrary<List<List<String>>> tables() {
        Arbitrary<String> field =
                Arbitraries.strings().withChars("ab,;\"\n\r \u00e6").ofMaxLength(8);
        return field.list().ofMinSize(1).ofMaxSize(4).list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> lineEnds() {
        return Arbitraries.of("\n", "\r\n", "\r");
    }

    @Provide
    Arbitrary<String> noise() {
        return Arbitraries.strings().withChars("ab,\"\n\r").ofMaxLength(60);
    }
}
