package io.github.camelllm.examples.quickstart;

import io.github.camelllm.examples.quickstart.Settings.Routes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs of the quickstart for tests, and what they leave. */
final class Runs {
    static final Path SAMPLE_INBOX = Path.of("inbox").toAbsolutePath();

    /** Files of the sample inbox that nothing can be read from, and what their reason holds. */
    static final List<String> BAD_SAMPLES = List.of(
            "backup.txt: binary data",
            "exports/broken-quotes.csv: does not end",
            "exports/telematics-dump.csv: row 2 has 24012 characters",
            "logo.svg: not a kind of file",
            "newsletter-broken.eml: no character set 'x-nobody-knows'",
            "returned-mail.eml: no e-mail",
            "scan0001.txt: empty");

    private Runs() {}

    record Outcome(int status, String output) {}

    static Settings settings(Path inbox, Path work, Routes routes, Optional<String> baseUrl, int redeliveries) {
        return new Settings(inbox, work, routes, Optional.of("simulator"), baseUrl, 4, redeliveries, false);
    }

    static Outcome run(Path inbox, Path work, Routes routes) {
        return run(settings(inbox, work, routes, Optional.empty(), 5));
    }

    static Outcome run(Settings settings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int status = new Quickstart(settings, out).run();
        return new Outcome(status, bytes.toString(StandardCharsets.UTF_8));
    }

    /** Rows of a query on what a run left, each as its columns joined by bars. */
    static List<String> query(Path work, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Database database = Database.open(work.resolve("results"));
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(row.getString(i)));
                }
                rows.add(String.join("|", columns));
            }
        }
        return rows;
    }

    /** Everything but what differs from run to run. */
    static List<String> documents(Path work) throws SQLException {
        return query(
                work,
                "select file, part, kind, category, urgency, entities, summary, input_tokens, output_tokens, cost"
                        + " from documents order by file, part");
    }

    static List<String> files(Path work) throws SQLException {
        return query(work, "select file, status, reason from files order by file");
    }

    /** Paths below a folder, sorted. */
    static List<String> list(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return new ArrayList<>(paths.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
