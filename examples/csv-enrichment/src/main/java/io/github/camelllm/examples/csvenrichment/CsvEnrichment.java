package io.github.camelllm.examples.csvenrichment;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.splitting.ExtractRecordsTemplate;
import io.github.camelllm.routes.splitting.JdbcTransaction;
import io.github.camelllm.routes.splitting.SplitHeaders;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RoutePolicySupport;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * Puts each row of a CSV file to a model and writes what it says to an H2 table and to an enriched CSV file. Rows that cannot
 * be processed go to a dead-letter file. Killed and started again it goes on where it stopped.
 *
 * <p>The work is in {@code routes/csv-enrichment.yaml}; this class makes the sample file, starts the routes, waits for the
 * end of the file and prints what came out. Exit status 0 if the file came to its end, else 1.
 */
public final class CsvEnrichment {
    private final Settings settings;
    private final PrintStream out;

    CsvEnrichment(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** System properties as in {@link Settings#of}. */
    public static void main(String[] args) {
        int status;
        try {
            status = new CsvEnrichment(Settings.of(System::getProperty), System.out).run();
        } catch (IllegalArgumentException e) {
            System.out.println("Nothing done. " + e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    /** @return the exit status */
    int run() {
        try {
            return work();
        } catch (IllegalArgumentException e) {
            out.println("Nothing done. " + firstLine(e));
        } catch (IOException | SQLException e) {
            out.println("Stopped: " + firstLine(e));
        }
        return 1;
    }

    private int work() throws IOException, SQLException {
        Path file = settings.file();
        if (settings.input().isEmpty() && !Files.exists(file)) {
            SampleFeedback.write(file, settings.rows());
        } else if (!Files.exists(file)) {
            throw new IllegalArgumentException("input: there is no file " + file);
        }
        out.println("Reading " + file + " (" + Files.size(file) / 1024 + " KB), asking " + settings.llm() + ".");
        try (Database database = Database.open(settings.workFolder())) {
            return run(file, database);
        }
    }

    private int run(Path file, Database database) throws IOException, SQLException {
        CompletableFuture<Exchange> end = new CompletableFuture<>();
        try (Simulator simulator = Simulator.builder().build();
                CamelContext context = new DefaultCamelContext()) {
            configure(context, simulator, database, file);
            context.addRoutePolicyFactory((camel, routeId, route) -> routeId.equals("inbox") ? new AtEnd(end) : null);
            context.start();
            report(end.join(), database);
            return 0;
        } catch (CompletionException e) {
            out.println("Stopped: " + firstLine(e));
            out.println("Run it again to go on: what is in the table stays, and is not asked again.");
            return 1;
        } catch (IOException | SQLException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static final class AtEnd extends RoutePolicySupport {
        private final CompletableFuture<Exchange> end;

        AtEnd(CompletableFuture<Exchange> end) {
            this.end = end;
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            Exception failure = exchange.getException();
            if (failure == null) {
                // The exchange is Camel's again after this
                end.complete(exchange.copy());
            } else {
                end.completeExceptionally(failure);
            }
        }
    }

    private void configure(CamelContext context, Simulator simulator, Database database, Path file) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("example.model", settings.llm());
        properties.setProperty(
                "example.inbox", Objects.requireNonNull(file.getParent()).toString());
        properties.setProperty(
                "example.file", Objects.requireNonNull(file.getFileName()).toString());
        properties.setProperty(
                "example.deadLetters",
                settings.workFolder().resolve("dead-letter").toString());
        properties.setProperty("example.parallelism", String.valueOf(settings.parallelism()));
        String provider = settings.llm().substring(0, settings.llm().indexOf('/'));
        if (settings.baseUrl().isPresent()) {
            properties.setProperty(
                    "llm.provider." + provider + ".baseUrl", settings.baseUrl().get());
        } else if (provider.equals("simulator")) {
            properties.setProperty(
                    "llm.provider.simulator.baseUrl", simulator.start().baseUrl(SimulatedDialect.OPENAI));
        }
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("dataSource", database.dataSource());
        context.getRegistry().bind("finished", new JdbcMessageIdRepository(database.dataSource(), "feedback"));
        context.getRegistry()
                .bind("oneTransaction", new JdbcTransaction(new DataSourceTransactionManager(database.dataSource())));
        context.getRegistry()
                .bind("enrichedFile", new EnrichedFile(settings.workFolder().resolve("enriched.csv")));
        if (settings.routes() == Settings.Routes.YAML) {
            for (String routes :
                    new String[] {"camel-llm/templates/llm-extract-records.camel.yaml", "routes/csv-enrichment.yaml"}) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "classpath:" + routes));
            }
        } else {
            context.addRoutesConfigurations(new EnrichmentRoutes.Redelivery());
            context.addRoutes(new ExtractRecordsTemplate());
            EnrichmentRoutes routes = new EnrichmentRoutes();
            context.addRoutes(routes);
            context.addTemplatedRoutes(routes);
        }
    }

    private void report(Exchange file, Database database) throws SQLException {
        out.println();
        out.printf("%-28s %8s%n", "records of the file", file.getMessage().getHeader(SplitHeaders.RECORDS));
        out.printf(
                "%-28s %8s%n", "  finished by earlier runs", file.getMessage().getHeader(SplitHeaders.SKIPPED));
        out.printf("%-28s %8s%n", "  asked about now", file.getMessage().getHeader(SplitHeaders.CALLS));
        out.printf("%-28s %8s%n", "  dead letters now", file.getMessage().getHeader(SplitHeaders.BAD));
        out.println();
        out.printf("%-12s %8s %8s %8s %8s%n", "category", "all", "positive", "neutral", "negative");
        for (String row : database.query("select category, count(*), count(*) filter (where sentiment = 'positive'),"
                + " count(*) filter (where sentiment = 'neutral'), count(*) filter (where sentiment = 'negative')"
                + " from feedback group by category order by 2 desc, 1")) {
            String[] columns = row.split("\\|");
            out.printf("%-12s %8s %8s %8s %8s%n", (Object[]) columns);
        }
        out.println();
        out.println("Enriched file  " + settings.workFolder().resolve("enriched.csv"));
        out.println("Table          feedback in " + Database.url(settings.workFolder()) + " (user sa)");
        out.println("Dead letters   " + settings.workFolder().resolve("dead-letter"));
    }

    private static String firstLine(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof LlmException)) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
