package io.github.camelllm.routes.crash;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A real PostgreSQL server that is killed and comes back with what it had on its disk. */
final class KillablePostgres implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    KillablePostgres(Path data) throws IOException {
        this.data = data;
        server = builder().start();
        port = server.getPort();
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(true)
                .setServerConfig("max_connections", "200")
                .setPGStartupWait(START);
    }

    String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
    }

    DataSource source() {
        return server.getPostgresDatabase();
    }

    /** As {@code kill -9} of the server and all its processes. */
    void kill() throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
        ProcessHandle postmaster =
                ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid + " of PostgreSQL"));
        List<ProcessHandle> processes = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            process.onExit().join();
        }
    }

    /** Starts it again after {@link #kill()}. */
    void restart() throws IOException {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        server = builder().setPort(port).start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
