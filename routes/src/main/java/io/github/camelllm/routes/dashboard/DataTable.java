package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.ledger.report.ReportTable;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of a page, which is also there as CSV. The first column names the rows.
 *
 * @param id unique on its page; small letters
 * @param note below it; empty for nothing
 */
record DataTable(String id, String caption, List<Column> columns, List<List<Cell>> rows, String note) {
    DataTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
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
        return new DataTable(id, caption, columns, rows, "");
    }

    DataTable note(String text) {
        return new DataTable(id, caption, columns, rows, text);
    }

    String csv() {
        ReportTable table = new ReportTable(columns.stream().map(Column::name).toArray(String[]::new));
        for (List<Cell> row : rows) {
            List<@Nullable Object> values = new ArrayList<>();
            row.forEach(cell -> values.add(cell.value()));
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
