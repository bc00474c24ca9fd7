package io.github.camelllm.routes.crash;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A gateway as a user starts it: a process in a folder of its own, with a file of settings that it shares with others. */
public final class GatewayNode implements AutoCloseable {
    private static final Duration MOST_WAIT = Duration.ofSeconds(90);

    private final String name;
    private final Path folder;
    private final Path settings;
    private final Map<String, String> environment;
    private final int port;
    private final int adminPort;
    private Process process;

    /**
     * Starts it.
     *
     * @param folder that it works in; its journal is there
     * @param environment what the settings refer to
     */
    public GatewayNode(Path folder, Path settings, Map<String, String> environment) throws IOException {
        this.name = folder.getFileName().toString();
        this.folder = Files.createDirectories(folder);
        this.settings = settings;
        this.port = freePort();
        this.adminPort = freePort();
        this.environment = new HashMap<>(environment);
        this.environment.put("LLM_GATEWAY_PORT", String.valueOf(port));
        this.environment.put("LLM_GATEWAY_ADMIN_PORT", String.valueOf(adminPort));
        start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts it again, in the same folder and on the same ports. */
    public void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.github.camelllm.routes.gateway.Gateway",
                        settings.toString()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    private Path log() {
        return folder.resolve("gateway.log");
    }

    /** @throws IllegalStateException with the end of its log, if it ends before it is ready */
    public void awaitReady(HttpClient client) {
        Awaitility.await().atMost(MOST_WAIT).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " ended with status " + process.exitValue() + ": " + tail());
            }
            return isReady(client);
        });
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(uri("/health/ready"))
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            // Not yet
            return false;
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    public int port() {
        return port;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public URI adminUri(String path) {
        return URI.create("http://127.0.0.1:" + adminPort + path);
    }

    /** As {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** As {@code kill}: it stops serving, and lets what is under way end. Does not wait. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for the end of a node that was told to stop. */
    public void awaitEnd() throws Exception {
        if (!process.waitFor(MOST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not stop: " + tail());
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return name;
    }
}
