package io.github.camelllm.examples.rag;

import io.github.camelllm.routes.documents.Passages;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Indexes a folder of documents in PostgreSQL, then answers questions from them and says from which. The work is in
 * {@code camel/rag.camel.yaml}. Exit status 0 if every question was answered, else 1.
 */
public final class RagPostgres {
    private static final int WIDTH = 100;

    private final Settings settings;
    private final PrintStream out;

    RagPostgres(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** System properties as in {@link Settings#of}. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int status;
        try {
            status = new RagPostgres(Settings.of(System::getProperty), out).run();
        } catch (IllegalArgumentException e) {
            out.println("Nothing done. " + e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    /** @return the exit status */
    int run() throws Exception {
        try (Database database = Database.open(settings.db(), settings.workFolder())) {
            out.println("Database: " + database.where() + ", vectors in "
                    + (database.store().equals("pgvector") ? "pgvector" : "plain arrays") + ".");
            out.println("Embeddings: " + settings.embeddings() + ". Answers: " + settings.model() + ".");
            if (settings.isSimulated()) {
                out.println("The simulator stands in for a model: it compares words and quotes sentences.");
            }
            return run(database);
        } catch (IOException | SQLException e) {
            out.println("Nothing done. " + e.getMessage());
            return 1;
        }
    }

    private int run(Database database) throws Exception {
        try (Simulator simulator = Simulator.builder()
                        .responder(new QuotingResponder())
                        .embeddingDimensions(512)
                        .build();
                CamelContext camel = new DefaultCamelContext()) {
            Properties properties = new Properties();
            properties.setProperty("rag.model", settings.model());
            properties.setProperty("rag.embeddings", settings.embeddings());
            properties.setProperty("rag.store", database.store());
            if (settings.isSimulated()) {
                properties.setProperty(
                        "llm.provider.simulator.baseUrl", simulator.start().baseUrl(SimulatedDialect.OPENAI));
            }
            camel.getPropertiesComponent().setInitialProperties(properties);
            DocumentFiles files = new DocumentFiles(settings.inbox(), settings.isSimulated());
            Indexed indexed = new Indexed();
            camel.getRegistry().bind("database", database.dataSource());
            camel.getRegistry().bind("files", files);
            camel.getRegistry().bind("indexed", indexed);
            if (settings.java()) {
                camel.addRoutes(new RagRoutes());
            } else {
                PluginHelper.getRoutesLoader(camel)
                        .loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "classpath:camel/rag.camel.yaml"));
            }
            camel.start();
            Exchange done = send(camel, "direct:index", files.names());
            if (done.getException() != null) {
                out.println("Stopped while indexing: " + reason(done.getException()));
                return 1;
            }
            out.println("Indexed " + settings.inbox() + ": " + indexed + "; "
                    + done.getMessage().getHeader("CamelLlmRemovedChunks") + " chunks of deleted documents removed.");
            int unanswered = 0;
            for (String question : questions()) {
                unanswered += answer(question, send(camel, "direct:ask", question)) ? 0 : 1;
            }
            out.println();
            out.println(unanswered == 0 ? "Every question was answered." : unanswered + " questions failed.");
            return unanswered == 0 ? 0 : 1;
        }
    }

    private List<String> questions() throws IOException {
        if (settings.ask().isPresent()) {
            return List.of(settings.ask().get());
        }
        return Files.readAllLines(settings.questions()).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static Exchange send(CamelContext camel, String endpoint, Object body) throws IOException {
        try (var template = camel.createFluentProducerTemplate()) {
            return template.to(endpoint).withBody(body).send();
        }
    }

    private boolean answer(String question, Exchange exchange) {
        out.println();
        out.println("Q  " + question);
        if (exchange.getException() != null) {
            out.println("!  " + reason(exchange.getException()));
            return false;
        }
        wrapped("A  ", exchange.getMessage().getBody(String.class));
        for (Object each : exchange.getMessage().getHeader(Passages.SOURCES, List.of(), List.class)) {
            Map<?, ?> source = (Map<?, ?>) each;
            out.printf(
                    Locale.ROOT,
                    "   %s [%s] %.2f  %s, part %s%s%n",
                    Boolean.TRUE.equals(source.get("cited")) ? "*" : " ",
                    source.get("number"),
                    (Double) source.get("score"),
                    source.get("document"),
                    source.get("part"),
                    String.valueOf(source.get("title")).isEmpty() ? "" : ": " + source.get("title"));
        }
        return true;
    }

    /** What Camel wrapped. */
    private static String reason(Throwable failure) {
        Throwable reason = failure;
        while (reason instanceof CamelExchangeException && reason.getCause() != null) {
            reason = reason.getCause();
        }
        return String.valueOf(reason.getMessage());
    }

    private void wrapped(String start, String text) {
        StringBuilder line = new StringBuilder(start);
        for (String word : text.split("\\s+")) {
            if (line.length() > start.length() && line.length() + word.length() > WIDTH) {
                out.println(line.toString().stripTrailing());
                line.setLength(0);
                line.append(" ".repeat(start.length()));
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }
}
