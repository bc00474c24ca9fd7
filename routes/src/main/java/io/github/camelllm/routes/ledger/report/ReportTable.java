package io.github.camelllm.routes.ledger.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows under named columns. Values are texts, numbers, truth values, or null for what is unknown. Not thread-safe.
 *
 * <p>As CSV it may be opened by people: a text that a spreadsheet would take for a formula gets an apostrophe before it.
 * Numbers are left alone.
 */
public final class ReportTable {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final List<String> columns;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    public ReportTable(String... columns) {
        this.columns = List.of(columns);
    }

    /** @throws IllegalArgumentException if there are more or fewer values than columns */
    public void add(@Nullable Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException("expected " + columns.size() + " values but came " + values.length);
        }
        rows.add(new ArrayList<>(Arrays.asList(values)));
    }

    public int size() {
        return rows.size();
    }

    /** Rows by the names of their columns, in their order. */
    public List<Map<String, @Nullable Object>> asMaps() {
        List<Map<String, @Nullable Object>> maps = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                map.put(columns.get(i), row.get(i));
            }
            maps.add(map);
        }
        return maps;
    }

    /** As RFC 4180 has it, with a header. Unknown values are empty cells. */
    public void writeCsv(Writer out) throws IOException {
        writeLine(out, columns);
        for (List<@Nullable Object> row : rows) {
            writeLine(out, row);
        }
    }

    private static void writeLine(Writer out, List<? extends @Nullable Object> values) throws IOException {
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.write(cell(values.get(i)));
        }
        out.write("\r\n");
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        String text = value.toString();
        if (isFormula(text)) {
            text = "'" + text;
        }
        boolean quotes = text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r' || c == ';')
                || !text.equals(text.strip());
        return quotes ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    /** What spreadsheets run: these characters at the beginning, also behind blanks and in their full-width forms. */
    private static boolean isFormula(String text) {
        String start = text.stripLeading();
        return !start.isEmpty() && "=+-@\uFF1D\uFF0B\uFF0D\uFF20".indexOf(start.charAt(0)) >= 0
                || !text.isEmpty() && "\t\r\n".indexOf(text.charAt(0)) >= 0;
    }

    /** An array of objects, UTF-8. */
    public void writeJson(OutputStream out) throws IOException {
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartArray();
            for (Map<String, @Nullable Object> row : asMaps()) {
                json.writeStartObject();
                for (Map.Entry<String, @Nullable Object> cell : row.entrySet()) {
                    json.writeObjectField(cell.getKey(), cell.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }
}
