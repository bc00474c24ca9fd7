package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir
    Path folder;

    private static String document(int part, String category, String urgency, String cost) {
        return "insert into documents (file, part, version, kind, category, urgency, entities, summary, provider, model,"
                + " input_tokens, output_tokens, cost, cost_currency, price_date, latency_millis) values ('a.csv', "
                + part
                + ", 'v', 'table', '" + category + "', '" + urgency + "', '', 's', 'openai', 'gpt-5-mini', 1000, 20, "
                + cost + ", " + (cost.equals("null") ? "null, null" : "'USD', '2026-09-23'") + ", 1500)";
    }

    @Test
    void sumsByCategoryAndSaysWhatIsUnknown() throws Exception {
        try (Database database = Database.open(folder.resolve("results"));
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(document(1, "claim", "high", "0.000290000"));
            statement.execute(document(2, "claim", "low", "0.000290000"));
            statement.execute(document(3, "order", "low", "null"));
            statement.execute("insert into files values ('a.csv', 'v', 'done', null, current_timestamp)");
            statement.execute(
                    "insert into files values ('b.txt', 'v', 'dead-letter', 'the file is empty', current_timestamp)");

            assertThat(new Report(database.dataSource()).text().lines())
                    .containsExactly(
                            "category  documents  urgent  tokens in  tokens out                      cost  avg latency",
                            "--------  ---------  ------  ---------  ----------  ------------------------  -----------",
                            "claim             2       1      2,000          40              0.000580 USD     1,500 ms",
                            "order             1       0      1,000          20                   unknown     1,500 ms",
                            "--------  ---------  ------  ---------  ----------  ------------------------  -----------",
                            "total             3       1      3,000          60  0.000580 USD + 1 unknown     1,500 ms",
                            "Prices of 2026-09-23.",
                            "",
                            "2 files: 1 in the table, 1 in the dead-letter folder",
                            "  b.txt: the file is empty");
        }
    }

    @Test
    void emptyDatabaseHasAnEmptyTable() throws Exception {
        try (Database database = Database.open(folder.resolve("results"))) {
            assertThat(new Report(database.dataSource()).text())
                    .contains("0 files: 0 in the table, 0 in the dead-letter folder")
                    .doesNotContain("unknown");
        }
    }
}
