package io.github.camelllm.examples.mapreduce;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.splitting.MapReduceTemplate;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;

/**
 * Sums up a folder of documents longer than a model likes: one summary file for each, and an index.
 *
 * <p>The work is in {@code routes/document-map-reduce.yaml}; this class starts the routes, waits for the last document and
 * prints the index. Exit status 0 if every document has a line in it, else 1.
 */
public final class DocumentMapReduce {
    private final PrintStream out;

    DocumentMapReduce(PrintStream out) {
        this.out = out;
    }

    /**
     * What a run is given.
     *
     * @param inbox folder of documents
     * @param files which of its files, as Ant writes it
     * @param depth how deep its folders are looked into
     * @param summaries folder for the summaries
     * @param llm provider/model
     * @param baseUrl address of the provider in place of its own; null for its own
     */
    record Settings(
            Path inbox,
            String files,
            int depth,
            Path summaries,
            String llm,
            @Nullable String baseUrl,
            int chunkTokens,
            boolean inJava) {}

    /** System properties {@code inbox}, {@code summaries}, {@code llm}, {@code baseUrl}, {@code route}. */
    public static void main(String[] args) {
        Path start = Path.of(System.getProperty("example.startFolder", "")).toAbsolutePath();
        Path own = Path.of(System.getProperty("example.folder", "")).toAbsolutePath();
        String inbox = System.getProperty("inbox", "");
        String summaries = System.getProperty("summaries", "");
        String llm = System.getProperty("llm", "");
        String baseUrl = System.getProperty("baseUrl", "");
        boolean given = !inbox.isBlank();
        Settings settings = new Settings(
                // This project's own documentation and licence, if no other folder is named
                given ? start.resolve(inbox) : own.resolve("../..").normalize(),
                given ? "**/*.md,**/*.txt,**/*.pdf" : "docs/*.md,docs/decisions/*.md,LICENSE",
                given ? 20 : 3,
                summaries.isBlank() ? own.resolve("data/summaries") : start.resolve(summaries),
                llm.isBlank() ? "simulator/any" : llm,
                baseUrl.isBlank() ? null : baseUrl,
                1500,
                System.getProperty("route", "").toLowerCase(Locale.ROOT).equals("java"));
        System.exit(new DocumentMapReduce(System.out).run(settings));
    }

    /** @return the exit status */
    int run(Settings settings) {
        int slash = settings.llm().indexOf('/');
        if (slash < 1) {
            out.println("Nothing done. llm: expected provider/model, got " + settings.llm());
            return 1;
        }
        if (!Files.isDirectory(settings.inbox())) {
            out.println("Nothing done. inbox: there is no folder " + settings.inbox());
            return 1;
        }
        out.println("Reading " + settings.files() + " in " + settings.inbox() + ", asking " + settings.llm() + ".");
        Path index = settings.summaries().resolve("index.md");
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (Simulator simulator = Simulator.builder().build();
                CamelContext context = new DefaultCamelContext()) {
            Files.createDirectories(settings.summaries());
            Files.deleteIfExists(index);
            configure(context, simulator, settings, settings.llm().substring(0, slash));
            context.addRoutePolicyFactory(
                    (camel, routeId, route) -> routeId.equals("documents") ? new AfterTheLast(end) : null);
            context.start();
            end.join();
            out.println();
            out.print(Files.readString(index));
            out.println();
            out.println("Summaries  " + settings.summaries());
            return 0;
        } catch (CompletionException e) {
            out.println("Stopped: " + firstLine(e));
            return 1;
        } catch (Exception e) {
            out.println("Nothing done. " + firstLine(e));
            return 1;
        }
    }

    private static void configure(CamelContext context, Simulator simulator, Settings settings, String provider)
            throws Exception {
        Properties properties = new Properties();
        properties.setProperty("example.inbox", settings.inbox().toString());
        properties.setProperty("example.files", settings.files());
        // The simulator would take the examples of faults in this page for faults to play
        properties.setProperty("example.except", "docs/simulator.md");
        properties.setProperty("example.depth", String.valueOf(settings.depth()));
        properties.setProperty("example.summaries", settings.summaries().toString());
        properties.setProperty("example.model", settings.llm());
        properties.setProperty("example.chunkTokens", String.valueOf(settings.chunkTokens()));
        String baseUrl = settings.baseUrl();
        if (baseUrl == null && provider.equals("simulator")) {
            baseUrl = simulator.start().baseUrl(SimulatedDialect.OPENAI);
        }
        if (baseUrl != null) {
            properties.setProperty("llm.provider." + provider + ".baseUrl", baseUrl);
        }
        context.getPropertiesComponent().setInitialProperties(properties);
        if (settings.inJava()) {
            context.addRoutesConfigurations(new SummaryRoutes.Redelivery());
            context.addRoutes(new MapReduceTemplate());
            SummaryRoutes routes = new SummaryRoutes();
            context.addRoutes(routes);
            context.addTemplatedRoutes(routes);
        } else {
            for (String routes :
                    new String[] {"camel-llm/templates/llm-map-reduce.camel.yaml", "routes/document-map-reduce.yaml"}) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "classpath:" + routes));
            }
        }
    }

    /** Waits for the last document of the folder, or one that stops the run. */
    private static final class AfterTheLast extends RoutePolicySupport {
        private final CompletableFuture<Void> end;

        AfterTheLast(CompletableFuture<Void> end) {
            this.end = end;
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            Exception failure = exchange.getException();
            if (failure != null) {
                end.completeExceptionally(failure);
            } else if (exchange.getProperty(Exchange.BATCH_COMPLETE, false, Boolean.class)) {
                end.complete(null);
            }
        }
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
