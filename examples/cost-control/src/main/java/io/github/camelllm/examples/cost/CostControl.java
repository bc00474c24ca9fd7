package io.github.camelllm.examples.cost;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.routes.ledger.LedgerDatabase;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.LedgerHeaders;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.policies.PolicyControl;
import io.github.camelllm.routes.splitting.CsvFile;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * Lets three teams ask a model within their budgets, and then charges them. What they may spend is in {@code budgets.yaml},
 * the rest of the set-up in {@code application.properties}; here a database and a provider are started and results are
 * printed. Exit status 0 if no text failed and the books agree, else 1.
 */
public final class CostControl {
    private static final long MOST_MINUTES = 5;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

    private final Settings settings;
    private final PrintStream out;
    private final Path folder;

    CostControl(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        folder = settings.workdir().resolve("run-" + STAMP.format(LocalDateTime.now(ZoneOffset.UTC)));
    }

    /** System properties as in {@link Settings#of}. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int status = 1;
        try {
            status = new CostControl(Settings.of(System::getProperty), out).run();
        } catch (IllegalArgumentException e) {
            out.println("Nothing done. " + e.getMessage());
        } catch (Exception e) {
            out.println("Stopped. " + reason(e));
        }
        System.exit(status);
    }

    /** What is at the bottom of Camel's wrappings. */
    private static String reason(Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return String.valueOf(reason.getMessage());
    }

    /** Where this run's files are. */
    Path folder() {
        return folder;
    }

    /** @return the exit status */
    int run() throws Exception {
        Database opened;
        try {
            opened = Database.open(settings.jdbc());
        } catch (IOException | SQLException e) {
            out.println("Nothing done. " + e.getMessage());
            return 1;
        }
        try (Database database = opened) {
            return run(database);
        }
    }

    private int run(Database database) throws Exception {
        int texts = Inbox.fill(folder);
        out.println(texts + " texts of " + Inbox.TEAMS.size() + " teams. "
                + (settings.isSimulated()
                        ? "The provider is simulated; prices and token counts are real."
                        : "Asking " + settings.provider() + "."));
        out.println();
        // What goes with the database: the journal holds what is not there yet
        Path kept = settings.jdbc().isPresent() ? settings.workdir() : folder;
        try (Simulator simulator =
                Simulator.builder().responder(new FirstSentence()).eventLoops(2).build()) {
            Map<String, String> properties = new HashMap<>(Map.of(
                    "folder", folder.toString(),
                    "journal", kept.resolve("journal").toString(),
                    "database", database.url()));
            settings.llm().ifPresent(model -> properties.put("team.model", model));
            settings.cheaper().ifPresent(model -> properties.put("team.cheaper", model));
            String provider = "llm.provider." + settings.provider();
            settings.baseUrl().ifPresent(url -> properties.put(provider + ".baseUrl", url));
            if (settings.isSimulated()) {
                properties.put(provider + ".baseUrl", simulator.start().baseUrl(SimulatedDialect.OPENAI));
                properties.put(provider + ".auth.scheme", "none");
            }
            List<Map<String, Object>> budgets = work(properties, texts);
            if (settings.isSimulated()) {
                ProviderExport.write(
                        simulator,
                        Pricing.builtIn(),
                        settings.provider(),
                        kept.resolve("provider.csv"),
                        folder.resolve("invoices").resolve("openai.csv"));
            }
            return monthEnd(properties, budgets);
        }
    }

    /** @return the accounts of the budgets afterwards */
    private List<Map<String, Object>> work(Map<String, String> properties, int texts) throws Exception {
        Main camel = camel("teams", new TeamRoutes(), properties);
        try {
            camel.init();
            NotifyBuilder done = new NotifyBuilder(camel.getCamelContext())
                    .from("file:*")
                    .whenDone(texts)
                    .create();
            camel.start();
            await(done, "texts");
            return new PolicyControl().listBudgets(camel.getCamelContext());
        } finally {
            // Closing the ledger brings all of it into the database
            camel.stop();
        }
    }

    private int monthEnd(Map<String, String> properties, List<Map<String, Object>> budgets) throws Exception {
        Main camel = camel("month-end", new MonthEndRoutes(), properties);
        try {
            camel.init();
            CamelContext context = camel.getCamelContext();
            NotifyBuilder reconciled = new NotifyBuilder(context)
                    .fromRoute("reconcile")
                    .whenDone(1)
                    .create();
            camel.start();
            Exchange charged = camel.getCamelTemplate().request("direct:month-end", exchange -> {});
            if (charged.getException() != null) {
                throw charged.getException();
            }
            if (settings.isSimulated()) {
                await(reconciled, "the provider's export");
            }
            LlmDatabase ledger = LedgerDatabase.of(context);
            Period month = Period.parse("this-month", Clock.systemUTC());
            Map<String, String> limits = new HashMap<>();
            budgets.forEach(row -> limits.put(
                    row.get("budget") + "/" + row.get("account"), row.get("limit") + " " + row.get("currency")));
            Map<String, String> ofTeams = new HashMap<>();
            Inbox.TEAMS.forEach(team -> ofTeams.put(team, limits.getOrDefault("team/team=" + team, "none")));
            String cheaper = context.resolvePropertyPlaceholders("{{team.cheaper}}");
            List<TeamRow> rows = TeamRow.read(ledger, month, cheaper.substring(cheaper.indexOf('/') + 1), ofTeams);
            return print(
                    rows,
                    limits.getOrDefault("company/", "none"),
                    charged.getMessage().getHeader(LedgerHeaders.TOTAL, "", String.class),
                    Decimals.text(spent(ledger, month)));
        } finally {
            camel.stop();
        }
    }

    private Main camel(String name, RouteBuilder java, Map<String, String> properties) {
        Main camel = new Main();
        properties.forEach(camel::addOverrideProperty);
        if (settings.java()) {
            camel.configure().withRoutesIncludePattern("false");
            camel.configure().addRoutesBuilder(java);
        } else {
            camel.configure().withRoutesIncludePattern("classpath:camel/" + name + ".camel.yaml");
        }
        return camel;
    }

    private static void await(NotifyBuilder done, String what) {
        if (!done.matches(MOST_MINUTES, TimeUnit.MINUTES)) {
            throw new IllegalStateException(what + ": expected to be done within " + MOST_MINUTES + " minutes");
        }
    }

    /** What the entries of the ledger sum to, by currency: not from the sums that reports read. */
    private static SortedMap<String, Long> spent(LlmDatabase ledger, Period period) throws SQLException {
        SortedMap<String, Long> nanos = new TreeMap<>();
        try (Connection connection = ledger.connection();
                PreparedStatement query = connection.prepareStatement(
                        "select currency, sum(spent_nanos) from llm_entry where at >= ? and at < ? group by currency")) {
            query.setObject(1, period.from().atOffset(ZoneOffset.UTC));
            query.setObject(2, period.to().atOffset(ZoneOffset.UTC));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    nanos.put(row.getString(1), row.getBigDecimal(2).longValueExact());
                }
            }
            connection.rollback();
        }
        return nanos;
    }

    private int print(List<TeamRow> rows, String companyBudget, String charged, String booked) throws IOException {
        out.print(TeamRow.heading());
        rows.forEach(row -> out.print(row.line()));
        out.print(TeamRow.sum(rows, companyBudget).line());
        Path alerts = folder.resolve("alerts.txt");
        if (Files.exists(alerts)) {
            out.println();
            Files.readAllLines(alerts).forEach(out::println);
        }
        out.println();
        boolean drifts = false;
        if (settings.isSimulated()) {
            BigDecimal drift = drift();
            drifts = drift.signum() != 0;
            out.println("The provider's export: drift " + drift.toPlainString() + " USD");
        }
        out.println("Reports: " + folder.resolve("reports") + ". Summaries and refused texts beside it.");
        long failed = Inbox.failed(folder);
        if (failed > 0) {
            out.println(failed + " texts failed; the log says why.");
        }
        boolean agree = charged.equals(booked);
        out.println("Charged to cost centers: " + amount(charged) + ". The ledger's entries: " + amount(booked)
                + (agree ? ", the same." : ". THEY DIFFER."));
        return agree && !drifts && failed == 0 ? 0 : 1;
    }

    private static String amount(String text) {
        return text.isEmpty() ? "nothing" : text;
    }

    /** Days that are not over count too: here nobody asks any more. */
    private BigDecimal drift() throws IOException {
        BigDecimal drift = BigDecimal.ZERO;
        try (CsvFile rows = new CsvFile(Files.newBufferedReader(folder.resolve("reports/drift.csv")), ',')) {
            while (rows.hasNext()) {
                String cell = rows.next().getOrDefault("drift", "");
                drift = drift.add(new BigDecimal(cell).abs());
            }
        }
        return drift;
    }
}
