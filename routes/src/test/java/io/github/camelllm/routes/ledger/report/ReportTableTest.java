package io.github.camelllm.routes.ledger.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.routes.splitting.CsvFile;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTableTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                " =HYPERLINK(\"http://x\")",
                "\uFF1D1",
                "=cmd|' /C calc'!A0"
            })
    void aTextThatASpreadsheetWouldRunIsText(String value) throws Exception {
        ReportTable table = new ReportTable("value");
        table.add(value);
        try (CsvFile file = new CsvFile(new StringReader(csv(table)), ',')) {
            assertThat(file.next()).containsEntry("value", "'" + value);
        }
    }

    @Test
    void numbersStayNumbersAndUnknownStaysEmpty() throws Exception {
        ReportTable table = new ReportTable("a", "b", "c", "d");
        table.add(new BigDecimal("-1E-9"), -5L, null, true);
        assertThat(csv(table)).isEqualTo("a,b,c,d\r\n-0.000000001,-5,,true\r\n");
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        table.writeJson(json);
        assertThat(json).hasToString("[{\"a\":-0.000000001,\"b\":-5,\"c\":null,\"d\":true}]");
        assertThat(table.asMaps().get(0)).containsEntry("c", null).containsEntry("b", -5L);
    }

    @Property
    void anyTextComesBackFromCsvAndJson(@ForAll String value) throws Exception {
        ReportTable table = new ReportTable("first", "value");
        String text = value.replace('\uFFFF', ' ').replace("\r", "");
        table.add("x", text);
        try (CsvFile file = new CsvFile(new StringReader(csv(table)), ',')) {
            assertThat(file.next().get("value")).endsWith(text);
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        table.writeJson(json);
        assertThat(new ObjectMapper().readTree(json.toByteArray()).get(0).isObject())
                .isTrue();
    }

    private static String csv(ReportTable table) throws Exception {
        StringWriter out = new StringWriter();
        table.writeCsv(out);
        return out.toString();
    }
}
