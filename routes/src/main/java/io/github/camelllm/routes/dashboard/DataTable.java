package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.ledger.report.ReportTable;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of a page, which is also there as CSV. The first column names the rows.
 *
 * @param id unique on its page; small letters
 * @param note below it; empty for nothing
 * @param currencies that of each row's amounts, as a last column of the CSV: the page writes it beside them. Empty if there are
 *     no amounts, or other columns say it
 */
record DataTable(
        String id, String caption, List<Column> columns, List<List<Cell>> rows, String note, List<String> currencies) {
    DataTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        currencies = List.copyOf(currencies);
        if (!currencies.isEmpty() && currencies.size() != rows.size()) {
            throw new IllegalArgumentException(
                    id + ": expected " + rows.size() + " currencies but came " + currencies.size());
        }
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        id + ": expected " + columns.size() + " cells but came " + row.size());
            }
        }
    }

    /**
     * A column.
     *
     * @param name in CSV
     * @param title for people
     */
    record Column(String name, String title, boolean number) {
        static Column text(String name, String title) {
            return new Column(name, title, false);
        }

        static Column number(String name, String title) {
            return new Column(name, title, true);
        }
    }

    static DataTable of(String id, String caption, List<Column> columns, List<List<Cell>> rows) {
        return new DataTable(id, caption, columns, rows, "", List.of());
    }

    DataTable note(String text) {
        return new DataTable(id, caption, columns, rows, text, currencies);
    }

    /** @param currency of all amounts */
    DataTable in(String currency) {
        return in(Collections.nCopies(rows.size(), currency));
    }

    /** @param each that of each row's amounts */
    DataTable in(List<String> each) {
        return new DataTable(id, caption, columns, rows, note, each);
    }

    String csv() {
        List<String> names = new ArrayList<>();
        columns.forEach(column -> names.add(column.name()));
        if (!currencies.isEmpty()) {
            names.add("currency");
        }
        ReportTable table = new ReportTable(names.toArray(String[]::new));
        for (int i = 0; i < rows.size(); i++) {
            List<@Nullable Object> values = new ArrayList<>();
            rows.get(i).forEach(cell -> values.add(cell.value()));
            if (!currencies.isEmpty()) {
                values.add(currencies.get(i));
            }
            table.add(values.toArray());
        }
        StringWriter out = new StringWriter();
        try {
            table.writeCsv(out);
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return out.toString();
    }
}
