package io.github.camelllm.examples.existing;

import com.acme.orders.OrderIntake;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.main.Main;

/**
 * Gives the same orders to {@code com.acme.orders} twice: as it was, and with the step that asks a model. Exit status 0 if
 * both stored the same orders.
 */
public final class BeforeAndAfter {
    private static final long MOST_MINUTES = 10;
    private static final int SHOWN = 8;

    private final Path inbox;
    private final Path workFolder;
    private final PrintStream out;

    BeforeAndAfter(Path inbox, Path workFolder, PrintStream out) {
        this.inbox = inbox;
        this.workFolder = workFolder;
        this.out = out;
    }

    /** System properties: {@code inbox}, {@code workdir}, {@code llm} (provider/model), {@code route} (yaml or java). */
    public static void main(String[] args) throws Exception {
        Path start = Path.of(property("example.startFolder", ""));
        Path own = Path.of(property("example.folder", "")).toAbsolutePath();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BeforeAndAfter demonstration = new BeforeAndAfter(
                start.resolve(property("inbox", own.resolve("inbox").toString())),
                start.resolve(property("workdir", own.resolve("data").toString())),
                out);
        int status;
        try {
            status = demonstration.run(property("llm", ""), property("route", "yaml"));
        } catch (IllegalArgumentException e) {
            out.println("Nothing done. " + e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "");
        return value.isBlank() ? otherwise : value.strip();
    }

    /**
     * @param llm provider/model; empty for the simulator
     * @param route {@code yaml} or {@code java}
     * @return the exit status
     */
    int run(String llm, String route) throws Exception {
        if (!List.of("yaml", "java").contains(route)) {
            throw new IllegalArgumentException("route: expected yaml or java, got " + route);
        }
        if (!llm.isEmpty() && !llm.matches("[^/]+/.+")) {
            throw new IllegalArgumentException("llm: expected provider/model, got " + llm);
        }
        Map<String, String> before = orders("before", Map.of());
        out.println("As it was:    " + before.size() + " orders stored, " + rejected("before") + " rejected.");
        try (Simulator simulator = Simulator.builder().build()) {
            Map<String, String> properties = new TreeMap<>();
            properties.put("camel.main.profile", route.equals("java") ? "llm-java" : "llm");
            properties.put("orders.model", llm.isEmpty() ? "simulator/simulated-1" : llm);
            if (llm.isEmpty()) {
                properties.put(
                        "llm.provider.simulator.baseUrl", simulator.start().baseUrl(SimulatedDialect.OPENAI));
            }
            Map<String, String> after = orders("after", properties);
            long enriched = after.values().stream()
                    .filter(details -> details.contains("\"urgency\""))
                    .count();
            out.println("With the step: " + after.size() + " orders stored, " + rejected("after") + " rejected, "
                    + enriched + " with urgency and topic from " + properties.get("orders.model") + ".");
            out.println();
            after.values().stream().limit(SHOWN).forEach(details -> out.println("  " + details));
            return after.keySet().equals(before.keySet()) ? 0 : 1;
        }
    }

    /**
     * One run of the application.
     *
     * @param name of the folder it works in
     * @return details of the stored orders by id
     */
    Map<String, String> orders(String name, Map<String, String> properties) throws Exception {
        Path work = workFolder.resolve(name);
        delete(work);
        Files.createDirectories(work.resolve("inbox"));
        int files = copyInbox(work.resolve("inbox"));
        Main app = OrderIntake.app();
        app.addOverrideProperty("orders.inbox", work.resolve("inbox").toString());
        app.addOverrideProperty("orders.database", work.resolve("orders").toString());
        properties.forEach((key, value) -> {
            if (key.equals("camel.main.profile")) {
                app.configure().setProfile(value);
            } else if (key.startsWith("llm.provider.")) {
                app.addInitialProperty(key, value);
            } else {
                app.addOverrideProperty(key, value);
            }
        });
        app.init();
        try {
            NotifyBuilder done = new NotifyBuilder(app.getCamelContext())
                    .fromRoute("orders")
                    .whenDone(files)
                    .create();
            app.start();
            if (!done.matches(MOST_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException(
                        "not all of " + files + " orders were looked at within " + MOST_MINUTES + " minutes");
            }
        } finally {
            app.stop();
        }
        return stored(work.resolve("orders"));
    }

    private int copyInbox(Path to) throws IOException {
        try (Stream<Path> files = Files.list(inbox)) {
            List<Path> orders = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            for (Path order : orders) {
                Files.copy(order, to.resolve(order.getFileName().toString()));
            }
            if (orders.isEmpty()) {
                throw new IllegalArgumentException("inbox: expected files .json in " + inbox + ", found none");
            }
            return orders.size();
        }
    }

    private int rejected(String name) throws IOException {
        Path folder = workFolder.resolve(name).resolve("inbox").resolve("rejected");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.count();
        }
    }

    private static Map<String, String> stored(Path database) throws SQLException {
        Map<String, String> orders = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id, details from orders")) {
            while (rows.next()) {
                orders.put(rows.getString(1), rows.getString(2));
            }
        }
        return orders;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
