package io.github.camelllm.examples.quickstart;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.h2.tools.Shell;
import org.jspecify.annotations.Nullable;

/**
 * Sorts a folder of mail and documents: each file is read, split, put to a model, checked against a JSON schema and written
 * to an H2 database; what cannot be processed goes to a dead-letter folder. Run it again and it goes on where it stopped.
 *
 * <p>The work is in {@code routes/quickstart.yaml}; this class chooses a provider, starts the routes, waits for the end and
 * prints what came out. Exit status 0 if every file ended in the table or in the dead-letter folder, else 1.
 */
public final class Quickstart {
    /** How long answers that are on their way are waited for when the run stops early. */
    private static final long SHUTDOWN_SECONDS = 20;

    private final Settings settings;
    private final PrintStream out;

    Quickstart(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * System properties as in {@link Settings#of}, or else environment variables such as {@code LLM_QUICKSTART_LLM}. Not
     * {@code QUICKSTART_LLM}: Camel would take that for the placeholder {@code quickstart.llm}.
     */
    public static void main(String[] args) {
        PrintStream out = System.out;
        int status;
        try {
            status = new Quickstart(Settings.of(Quickstart::setting), out).run();
        } catch (IllegalArgumentException e) {
            out.println("Nothing done. " + e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    private static @Nullable String setting(String name) {
        String property = System.getProperty(name);
        return property == null || property.isBlank()
                ? System.getenv("LLM_QUICKSTART_" + name.toUpperCase(Locale.ROOT))
                : property;
    }

    /** @return the exit status */
    int run() {
        try {
            return run(ProviderChoice.of(settings.llm(), System::getenv, LocalModels.overHttp()));
        } catch (IllegalArgumentException e) {
            out.println("Nothing done. " + e.getMessage());
            return 1;
        }
    }

    private int run(ProviderChoice choice) {
        out.println("Asking " + choice.target() + ", " + choice.why() + ".");
        if (choice.isSimulated()) {
            out.println(
                    "It runs on this machine and makes its answers up from the words of each file: they are no model's.");
        }
        try (Database database = open()) {
            return run(choice, database);
        } catch (SQLException e) {
            out.println("Nothing done. The database " + settings.database() + " cannot be opened: " + firstLine(e)
                    + (isLocked(e) ? " (another run has it open)" : ""));
            return 1;
        } catch (IOException e) {
            out.println("Nothing done. " + firstLine(e));
            return 1;
        }
    }

    private Database open() throws SQLException, IOException {
        Files.createDirectories(settings.deadLetters());
        return Database.open(settings.database());
    }

    private static boolean isLocked(SQLException e) {
        return e.getErrorCode() == org.h2.api.ErrorCode.DATABASE_ALREADY_OPEN_1;
    }

    private int run(ProviderChoice choice, Database database) throws SQLException, IOException {
        if (settings.retry()) {
            out.println("Trying again what is in the dead-letter folder: " + database.forgetDeadLetters() + " files.");
        }
        Report report = new Report(database.dataSource());
        int before = report.files().all();
        int found = countFiles(settings.inbox());
        out.println("Reading " + settings.inbox() + ": " + found + " files"
                + (before == 0 ? "" : ", " + before + " of them finished by an earlier run") + ".");
        Progress progress = new Progress(out, isTerminal(), Math.max(0, found - before));
        @Nullable Throwable failure = process(choice, database, progress);
        progress.end();
        out.println();
        out.print(report.text());
        out.println("This run: " + progress.ended() + " files, " + progress.answers() + " answers, "
                + progress.failedCalls() + " failed calls.");
        printWhereToLook(database.url(), report.files().deadLetters());
        if (failure != null) {
            out.println();
            out.println("Stopped: " + firstLine(failure));
            out.println("Run it again to go on: what is in the table stays, and is not asked again.");
            return 1;
        }
        if (progress.answers() == 0 && progress.failedCalls() > 0) {
            out.println();
            out.println("Stopped: no answer came from " + choice.target() + ". Run it again with -Dretry=true.");
            return 1;
        }
        return 0;
    }

    /** @return why the run stopped before its end; null if it did not */
    private @Nullable Throwable process(ProviderChoice choice, Database database, Progress progress)
            throws IOException {
        try (Simulator simulator = Simulator.builder().build();
                CamelContext context = new DefaultCamelContext()) {
            String baseUrl = settings.baseUrl().orElse(null);
            if (choice.isSimulated() && baseUrl == null) {
                baseUrl = simulator.start().baseUrl(SimulatedDialect.OPENAI);
            }
            configure(context, choice, baseUrl);
            UntilEmpty untilEmpty = new UntilEmpty(context, progress);
            context.getRegistry().bind("database", database.dataSource());
            context.getRegistry().bind("finishedFiles", new JdbcMessageIdRepository(database.dataSource(), "inbox"));
            context.getRegistry().bind("untilEmpty", untilEmpty);
            context.getRegistry().bind("documents", new Documents());
            context.getRegistry().bind("entities", new Entities());
            context.getRegistry().bind("progress", progress);
            context.addRoutePolicyFactory((camel, routeId, route) -> routeId.equals("inbox") ? untilEmpty : null);
            if (settings.routes() == Settings.Routes.YAML) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(
                                ResourceHelper.resolveMandatoryResource(context, "classpath:routes/quickstart.yaml"));
            } else {
                context.addRoutes(new QuickstartRoutes());
            }
            context.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
            context.getShutdownStrategy().setLogInflightExchangesOnTimeout(false);
            start(context);
            untilEmpty.end().join();
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void start(CamelContext context) {
        try {
            context.start();
        } catch (RuntimeException e) {
            // An option, key or variable that the provider needs: the last cause says which.
            throw new IllegalArgumentException(firstLine(e), e);
        }
    }

    private void configure(CamelContext context, ProviderChoice choice, @Nullable String baseUrl) {
        Properties properties = new Properties();
        properties.setProperty("quickstart.llm", choice.target());
        properties.setProperty("quickstart.inbox", settings.inbox().toString());
        properties.setProperty("quickstart.deadLetters", settings.deadLetters().toString());
        properties.setProperty("quickstart.concurrency", String.valueOf(settings.concurrency()));
        properties.setProperty("quickstart.redeliveries", String.valueOf(settings.redeliveries()));
        if (baseUrl != null) {
            properties.setProperty("llm.provider." + choice.provider() + ".baseUrl", baseUrl);
        }
        context.getPropertiesComponent().setInitialProperties(properties);
    }

    private void printWhereToLook(String url, int deadLetters) {
        out.println();
        out.println("Results       " + url);
        if (deadLetters > 0) {
            out.println("Dead letters  " + settings.deadLetters()
                    + " (the reason is beside each file; -Dretry=true tries them again)");
        }
        out.println();
        out.println("Look further:");
        out.println(sqlCommand(url, "select file, summary from documents where urgency = 'high' order by file"));
        out.println(sqlCommand(url, "select category, urgency, count(*) from documents group by category, urgency"));
        out.println(sqlCommand(url, "select file, entities from documents where category = 'claim'"));
    }

    /** A command that runs with what runs this: its Java, and the H2 of its class path. */
    private static String sqlCommand(String url, String sql) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return "  " + quoted(java) + " -cp " + quoted(h2Jar()) + " org.h2.tools.Shell -user sa -url " + quoted(url)
                + " -sql \"" + sql + "\"";
    }

    private static String h2Jar() {
        try {
            return Path.of(Shell.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path has an entry that is no address", e);
        }
    }

    private static String quoted(String argument) {
        return argument.contains(" ") ? "\"" + argument + "\"" : argument;
    }

    /** As the file endpoint sees them: without hidden files and folders. */
    private static int countFiles(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return (int) paths.filter(Files::isRegularFile)
                    .filter(file -> Stream.iterate(file, path -> !path.equals(folder), Path::getParent)
                            .noneMatch(path -> path.getFileName().toString().startsWith(".")))
                    .count();
        }
    }

    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && !"dumb".equals(System.getenv("TERM"));
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
