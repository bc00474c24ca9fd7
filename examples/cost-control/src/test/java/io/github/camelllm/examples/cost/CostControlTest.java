package io.github.camelllm.examples.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.splitting.CsvFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostControlTest {
    private static EmbeddedPostgres server;

    @TempDir
    private Path workdir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void startServer() throws Exception {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    /** @return the run's folder */
    private Path run(Map<String, String> settings) throws Exception {
        Map<String, String> properties = new HashMap<>(Map.of("workdir", workdir.toString()));
        properties.putAll(settings);
        out.reset();
        CostControl example = new CostControl(
                Settings.of(name -> properties.getOrDefault(name, "")),
                new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(example.run()).as(printed()).isZero();
        return example.folder();
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Cells of a printed row, without the currencies. */
    private List<String> row(String name) {
        return printed()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> List.of(line.replace(" USD", "").split("\\s+")))
                .findFirst()
                .orElseThrow();
    }

    private static String database(String name) throws Exception {
        query("postgres", "create database " + name);
        return server.getJdbcUrl("postgres", name);
    }

    /** Cells of all rows; none for a statement. */
    private static List<String> query(String database, String sql) throws Exception {
        List<String> cells = new ArrayList<>();
        try (var connection = server.getDatabase("postgres", database).getConnection();
                var statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            cells.add(row.getString(i));
                        }
                    }
                }
            }
        }
        return cells;
    }

    private static List<Map<String, String>> csv(Path file) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (CsvFile lines = new CsvFile(Files.newBufferedReader(file), ',')) {
            lines.forEachRemaining(rows::add);
        }
        return rows;
    }

    private static BigDecimal sum(List<Map<String, String>> rows, String column) {
        return rows.stream().map(row -> new BigDecimal(row.get(column))).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "java"})
    void whatIsPrintedIsWhatTheLedgerAndTheReportsSay(String route) throws Exception {
        String name = "printed_" + route;

        Path folder = run(Map.of("route", route, "jdbc", database(name)));

        BigDecimal booked =
                new BigDecimal(query(name, "select sum(spent_nanos) / 1e9 from llm_entry where currency = 'USD'")
                        .get(0));
        assertThat(booked).isPositive();
        for (String team : Inbox.TEAMS) {
            List<String> printed = row(team);
            List<String> counted = query(
                    name,
                    "select count(*) filter (where outcome = 'SUCCEEDED'), count(*) filter (where outcome = 'FAILED'),"
                            + " count(*) filter (where request_model = 'gpt-5-nano') from llm_attempt"
                            + " where tags like '%\"team\":\"" + team + "\"%'");
            assertThat(printed.subList(1, 4)).as(team).isEqualTo(counted);
            assertThat(new BigDecimal(printed.get(4)))
                    .isEqualByComparingTo(query(
                                    name,
                                    "select sum(e.spent_nanos) / 1e9 from llm_entry e join llm_attempt a on a.id = e.id"
                                            + " where a.tags like '%\"team\":\"" + team + "\"%'")
                            .get(0));
        }
        assertThat(row("marketing").get(2)).isEqualTo("0");
        assertThat(Integer.parseInt(row("marketing").get(3))).isPositive();
        assertThat(Integer.parseInt(row("sales").get(2))).isPositive();
        assertThat(new BigDecimal(row("sales").get(4)))
                .isLessThan(new BigDecimal(row("sales").get(5)));
        assertThat(row("support").subList(1, 4)).containsExactly("10", "0", "0");
        assertThat(new BigDecimal(row("company").get(4))).isEqualByComparingTo(booked);

        List<Map<String, String>> charges = csv(folder.resolve("reports/chargeback.csv"));
        assertThat(charges).extracting(row -> row.get("value")).containsExactly("4100", "4200", "5100");
        assertThat(sum(charges, "amount")).isEqualByComparingTo(booked);
        assertThat(sum(csv(folder.resolve("reports/teams.csv")), "total")).isEqualByComparingTo(booked);
        List<Map<String, String>> drift = csv(folder.resolve("reports/drift.csv"));
        assertThat(drift).hasSize(2).allSatisfy(row -> assertThat(row.get("drift"))
                .isEqualTo("0"));
        assertThat(sum(drift, "providerCost")).isEqualByComparingTo(booked);
        assertThat(printed())
                .contains("The provider's export: drift 0 USD")
                .contains("The ledger's entries: " + booked.stripTrailingZeros().toPlainString() + " USD, the same.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "java"})
    void aRefusedTextIsKeptWithTheReasonAndAlertsAreWrittenDown(String route) throws Exception {
        String name = "refused_" + route;

        Path folder = run(Map.of("route", route, "jdbc", database(name)));

        long refused = Long.parseLong(row("sales").get(2));
        try (Stream<Path> files = Files.list(folder.resolve("refused/sales"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".reason.txt")))
                    .hasSize((int) refused)
                    .allSatisfy(file -> {
                        assertThat(file).content().contains("budget 'team' of team=sales allows 0.0009 USD per month");
                        assertThat(Path.of(file.toString().replace(".reason", "")))
                                .content()
                                .contains(".");
                    });
        }
        assertThat(folder.resolve("summaries/sales")).isDirectoryNotContaining("glob:**10.txt");
        assertThat(folder.resolve("alerts.txt"))
                .content()
                .contains("budget company has reached 20 %")
                .contains("budget marketing-good-model has reached 100 %")
                .contains("budget team of team=sales refuses calls");
    }

    @Test
    void budgetsGoOnWhereTheLastRunLeftThem() throws Exception {
        Map<String, String> own = Map.of("jdbc", database("again"));
        run(own);
        String calls = row("sales").get(1);

        run(own);

        assertThat(row("sales").subList(1, 2)).containsExactly(calls);
        assertThat(row("support").get(1)).isEqualTo("20");
        assertThat(printed()).contains("drift 0 USD", ", the same.");
    }

    @Test
    void startsAServerOfItsOwn() throws Exception {
        run(Map.of());

        assertThat(printed()).contains("30 texts of 3 teams. The provider is simulated", ", the same.");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> run(Map.of("route", "xml"))).hasMessage("route: expected yaml or java, got xml");
        assertThatThrownBy(() -> run(Map.of("llm", "gpt"))).hasMessage("llm: expected provider/model, got gpt");
        assertThatThrownBy(() -> run(Map.of("llm", "mistral/mistral-small-2603")))
                .hasMessage("cheaper: expected provider/model of a cheaper model than mistral/mistral-small-2603, got"
                        + " nothing");
        assertThatThrownBy(() -> run(Map.of("jdbc", "jdbc:mysql://x?password=secret")))
                .hasMessage("jdbc: expected jdbc:postgresql://HOST:PORT/DATABASE?user=NAME");
    }

    @Test
    void saysSoIfThereIsNoDatabase() throws Exception {
        Settings none = Settings.of(Map.of("jdbc", "jdbc:postgresql://localhost:1/none?user=u&password=secret")::get);

        assertThat(new CostControl(none, new PrintStream(out, true, StandardCharsets.UTF_8)).run())
                .isEqualTo(1);
        assertThat(printed()).startsWith("Nothing done. ").doesNotContain("secret");
    }
}
