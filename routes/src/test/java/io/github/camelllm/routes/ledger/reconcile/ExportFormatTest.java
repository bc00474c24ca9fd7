package io.github.camelllm.routes.ledger.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportFormatTest {
    private static List<String> lines(String file, ExportFormat format, CsvColumns columns) throws IOException {
        try (InputStream in = ExportFormatTest.class.getResourceAsStream("/ledger/exports/" + file);
                Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return read(text, format, columns);
        }
    }

    /** Day, model, input, output, requests, cost and id, with blanks between them. */
    private static List<String> read(Reader text, ExportFormat format, CsvColumns columns) throws IOException {
        List<String> lines = new ArrayList<>();
        format.read(
                text,
                columns,
                line -> lines.add(String.join(
                        " ",
                        line.day().toString(),
                        line.model().orElse("-"),
                        count(line.inputTokens()),
                        count(line.outputTokens()),
                        count(line.requests()),
                        line.cost()
                                .map(cost -> cost.amount().toPlainString() + " " + cost.currency())
                                .orElse("-"),
                        line.attemptId()
                                .map(Object::toString)
                                .or(line::requestId)
                                .orElse("-"))));
        return lines;
    }

    private static String count(OptionalLong count) {
        return count.isPresent() ? Long.toString(count.getAsLong()) : "-";
    }

    @Test
    void readsOpenAi() throws IOException {
        assertThat(lines("openai-costs.json", ExportFormat.OPENAI, CsvColumns.none()))
                .containsExactly(
                        "2025-03-01 gpt-5-mini-2025-08-07 - - - 0.0600000001 USD -",
                        "2025-03-01 gpt-5-mini-2025-08-07 - - - 0.14 USD -",
                        "2025-03-03 - - - - 0.0015 USD -");
        assertThat(lines("openai-usage.json", ExportFormat.OPENAI, CsvColumns.none()))
                .containsExactly("2025-03-01 gpt-5-mini-2025-08-07 1000 500 5 - -");
        assertThat(lines("openai-costs.csv", ExportFormat.OPENAI, CsvColumns.none()))
                .containsExactly("2025-03-01 gpt-5-mini-2025-08-07 - - - 0.8958740000000000 USD -");
    }

    @Test
    void readsAnthropicWhoseAmountsAreCentsInJson() throws IOException {
        assertThat(lines("anthropic-costs.json", ExportFormat.ANTHROPIC, CsvColumns.none()))
                .containsExactly(
                        "2025-03-01 claude-haiku-4-5-20251001 - - - 1.2378912 USD -", "2025-03-01 - - - - 0.01 USD -");
        assertThat(lines("anthropic-usage.json", ExportFormat.ANTHROPIC, CsvColumns.none()))
                .containsExactly("2025-03-01 claude-haiku-4-5-20251001 3200 500 - - -");
        assertThat(lines("anthropic-costs.csv", ExportFormat.ANTHROPIC, CsvColumns.none()))
                .containsExactly(
                        "2025-03-01 Claude Haiku 4.5 - - - 0.05 USD -", "2025-03-01 Claude Haiku 4.5 - - - 0.02 USD -");
        assertThat(lines("anthropic-usage.csv", ExportFormat.ANTHROPIC, CsvColumns.none()))
                .containsExactly("2025-03-01 claude-haiku-4-5-20251001 115 50 - - -");
    }

    @Test
    void readsOpenRouter() throws IOException {
        assertThat(lines("openrouter-activity.json", ExportFormat.OPENROUTER, CsvColumns.none()))
                .containsExactly(
                        "2025-03-01 openai/gpt-4.1 50 125 5 0.015 USD -",
                        "2025-03-01 openai/gpt-4.1 10 5 1 0.005 USD -");
        assertThat(lines("openrouter-activity.csv", ExportFormat.OPENROUTER, CsvColumns.none()))
                .containsExactly(
                        "2025-03-01 openai/gpt-oss-120b 10389 137 1 0.0123 USD gen-1",
                        "2025-03-01 openai/gpt-oss-120b 5 5 1 0 USD gen-2");
    }

    @Test
    void readsAwsWithoutTaxesAndOtherServices() throws IOException {
        assertThat(lines("aws-cur.csv", ExportFormat.AWS, CsvColumns.none()))
                .containsExactly(
                        "2025-03-01 Nova2.0Lite 433893 - - 0.1301679 USD -",
                        "2025-03-01 Nova2.0Lite 100 - - 0.00001 USD -",
                        "2025-03-01 Nova2.0Lite - 2000 - 0.005 USD -");
        assertThat(lines("aws-cur2.csv", ExportFormat.AWS, CsvColumns.none()))
                .containsExactly(
                        "2025-03-01 Claude4.5Sonnet 29481 - - 0.0972873 USD -",
                        "2025-03-01 Claude4.5Sonnet - - - -0.0072873 USD -");
    }

    @Test
    void readsAnyCsvByItsColumnsAndTurnsTimesIntoDaysOfUtc() throws IOException {
        CsvColumns columns = CsvColumns.parse(
                "day=Date, model=Model Name, cost=Cents, currency=Ccy, inputTokens=In, attemptId=Call", "USD", 2, ';');
        assertThat(lines("generic.csv", ExportFormat.CSV, columns))
                .containsExactly(
                        "2025-03-02 m1 10 - - 0.125 EUR 0193f0a0-0000-7000-8000-000000000001",
                        "2025-03-01 m1 - - - -0.025 EUR -");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OPENAI     | {"data":[],"has_more":true}                                        | fetch all pages
            OPENAI     | {"error":"x"}                                                      | objects with 'data'
            OPENAI     | {"data":[{"start_time":1740787200,"end_time":1740960000}]}         | ask for bucket_width=1d
            OPENAI     | {"data":[{"start_time":1740787200}]}                               | data[0]: expected 'end_time'
            OPENAI     | {"data":[{                                                         | no JSON from line 1
            OPENAI     | a,b                                                                | empty
            ANTHROPIC  | {"data":[{"starting_at":"2025-03-01","results":[{"amount":"1e99999999","currency":"USD"}]}]} | at most 40 digits
            ANTHROPIC  | {"data":[{"starting_at":"2025-03-01","results":[{"amount":"NaN","currency":"USD"}]}]} | expected a number
            ANTHROPIC  | {"data":[{"starting_at":"March","results":[]}]}                    | expected a day
            ANTHROPIC  | {"data":[{"starting_at":"2025-03-01 23:00:00 PST","results":[]}]}  | in UTC or with its offset
            AWS        | {"data":[]}                                                        | expected CSV
            CSV        | [1]                                                                | export is JSON
            """)
    void saysWhatIsWrongAndWhere(ExportFormat format, String text, String message) {
        String csv = text.equals("a,b") ? "  " : text;
        assertThatThrownBy(() -> read(new StringReader(csv), format, CsvColumns.none()))
                .isInstanceOf(ExportException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2025-03-01",
                "2025-03-01 23:00",
                "2025-03-01T23:00:00.5",
                "2025-03-01 23:00:00 UTC",
                "2025-03-01 11:00 PM",
                "2025-03-01T23:00:00Z",
                "2025-03-02 01:00:00+02:00",
                "1740870000"
            })
    void readsDaysOfUtc(String text) {
        assertThat(ExportValues.day(text, "day")).isEqualTo("2025-03-01");
    }

    @Test
    void namesLineAndColumnOfABadCell() {
        assertThatThrownBy(() -> read(
                        new StringReader("generation_id,created_at,cost_total\ngen-1,2025-03-01,1\ngen-2,2025-03-01,x"),
                        ExportFormat.OPENROUTER,
                        CsvColumns.none()))
                .hasMessage("line 3 of the export, column cost_total: expected a number but came 'x'");
        assertThatThrownBy(() -> CsvColumns.parse("dya=Date", "USD", 0, ','))
                .hasMessageContaining("expected pairs such as day=Date");
        assertThatThrownBy(() -> ExportFormat.named("xml")).hasMessageContaining("openai, anthropic");
    }

    @Property
    void anythingIsReadOrRefused(@ForAll String text, @ForAll ExportFormat format) throws IOException {
        for (String input : List.of(text, "{\"data\":[" + text + "]}", "usage_date_utc,start_time,Date\n" + text)) {
            try {
                read(new StringReader(input), format, CsvColumns.parse("day=Date", "USD", 0, ','));
            } catch (ExportException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }
}
