package io.github.camelllm.examples.quickstart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/** What is in the database, in plain text. */
final class Report {
    private static final int MAX_FAILURES = 12;
    private static final int COST_DIGITS = 6;

    private static final String[] COLUMNS = {
        "category", "documents", "urgent", "tokens in", "tokens out", "cost", "avg latency"
    };

    private static final String BY_CATEGORY = """
            select category, count(*) documents, count(case when urgency = 'high' then 1 end) urgent,
                   sum(input_tokens) tokens_in, sum(output_tokens) tokens_out, sum(cost) cost,
                   count(*) - count(cost) unpriced, min(cost_currency) currency, min(price_date) price_date,
                   avg(latency_millis) latency
            from documents
            """;

    private final DataSource database;

    Report(DataSource database) {
        this.database = database;
    }

    /** How many files are done, and how many in the dead-letter folder. */
    record Files(int done, int deadLetters) {
        int all() {
            return done + deadLetters;
        }
    }

    Files files() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(case when status = 'done' then 1 end),"
                        + " count(case when status = 'dead-letter' then 1 end) from files")) {
            row.next();
            return new Files(row.getInt(1), row.getInt(2));
        }
    }

    /** The table by category with a line of totals, and why files failed. */
    String text() throws SQLException {
        List<String[]> rows = new ArrayList<>();
        rows.add(COLUMNS);
        String priceDate;
        StringBuilder failures = new StringBuilder();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet categories =
                    statement.executeQuery(BY_CATEGORY + " group by category order by documents desc, category")) {
                while (categories.next()) {
                    rows.add(row(categories.getString("category"), categories));
                }
            }
            try (ResultSet total = statement.executeQuery("select 'total' category, t.* from ("
                    + BY_CATEGORY.replace("select category,", "select") + ") t")) {
                total.next();
                rows.add(row("total", total));
                priceDate = total.getString("price_date");
            }
            try (ResultSet failed = statement.executeQuery(
                    "select file, reason from files where status = 'dead-letter' order by file limit "
                            + (MAX_FAILURES + 1))) {
                for (int i = 0; failed.next(); i++) {
                    failures.append(
                            i == MAX_FAILURES
                                    ? "  ...\n"
                                    : "  " + failed.getString("file") + ": " + failed.getString("reason") + "\n");
                }
            }
        }
        Files files = files();
        return aligned(rows)
                + (priceDate == null ? "" : "Prices of " + priceDate + ".\n")
                + String.format(
                        Locale.ROOT,
                        "%n%,d files: %,d in the table, %,d in the dead-letter folder%n",
                        files.all(),
                        files.done(),
                        files.deadLetters())
                + failures;
    }

    private static String[] row(String name, ResultSet row) throws SQLException {
        return new String[] {
            name,
            String.format(Locale.ROOT, "%,d", row.getLong("documents")),
            String.format(Locale.ROOT, "%,d", row.getLong("urgent")),
            tokens(row, "tokens_in"),
            tokens(row, "tokens_out"),
            cost(row),
            row.getLong("documents") == 0
                    ? "-"
                    : String.format(Locale.ROOT, "%,d ms", Math.round(row.getDouble("latency")))
        };
    }

    private static String tokens(ResultSet row, String column) throws SQLException {
        if (row.getLong("documents") == 0) {
            return "-";
        }
        long tokens = row.getLong(column);
        return row.wasNull() ? "unknown" : String.format(Locale.ROOT, "%,d", tokens);
    }

    /** Unknown is not zero: what has no price is said, not left out. */
    private static String cost(ResultSet row) throws SQLException {
        BigDecimal cost = row.getBigDecimal("cost");
        long unpriced = row.getLong("unpriced");
        if (cost == null) {
            return unpriced == 0 ? "-" : "unknown";
        }
        String known = cost.setScale(COST_DIGITS, RoundingMode.HALF_EVEN) + " " + row.getString("currency");
        return unpriced == 0 ? known : known + " + " + unpriced + " unknown";
    }

    /** Names to the left, numbers to the right. */
    private static String aligned(List<String[]> rows) {
        int[] widths = new int[COLUMNS.length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            if (r == 1 || r == rows.size() - 1) {
                for (int i = 0; i < widths.length; i++) {
                    text.append(i == 0 ? "" : "  ").append("-".repeat(widths[i]));
                }
                text.append('\n');
            }
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - rows.get(r)[i].length());
                line.append(i == 0 ? "" : "  ").append(i == 0 ? rows.get(r)[i] + padding : padding + rows.get(r)[i]);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
