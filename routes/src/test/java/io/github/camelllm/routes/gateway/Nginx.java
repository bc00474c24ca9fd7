package io.github.camelllm.routes.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The nginx of this machine, with a part of a configuration that a page shows, on a free port. */
final class Nginx implements AutoCloseable {
    private static final String NONE = "This test needs nginx and found none: install Debian's nginx-light";
    private static final List<String> FOLDERS =
            List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin");

    private final Process process;
    private final int port;

    /**
     * Starts it. Without one the test fails where {@code CI} is set, and is skipped elsewhere.
     *
     * @param folder for its files
     * @param configuration of what {@code http} has, with {@code listen 80}
     */
    Nginx(Path folder, String configuration) throws IOException {
        Path program = program();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(name -> name + "_temp_path " + folder + "/" + name + ";")
                .collect(Collectors.joining(" "));
        Path file = Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off; worker_processes 1; pid " + folder + "/nginx.pid; events {} http { access_log off; "
                        + temporary + "\n" + configuration.replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                        + "\n}");
        Path log = folder.resolve("nginx.log");
        process = new ProcessBuilder(program.toString(), "-p", folder.toString(), "-e", "stderr", "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("nginx does not start: " + Files.readString(log));
            }
            return listens();
        });
    }

    private static Path program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        Optional<Path> found = Stream.concat(Stream.of(path.split(":")), FOLDERS.stream())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty() && Boolean.parseBoolean(System.getenv("CI"))) {
            Assertions.fail(NONE);
        }
        Assumptions.assumeTrue(found.isPresent(), NONE);
        return found.get();
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            // Not yet
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        // Its worker ends with it when it is told to, and not when it is killed
        process.destroy();
        process.onExit().join();
    }
}
