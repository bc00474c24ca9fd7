package io.github.camelllm.routes.crash;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import redis.embedded.RedisServer;

/** A real Redis server that writes what it is told to a file, is killed, and comes back with it. */
final class KillableRedis implements AutoCloseable {
    private final Path data;
    private final int port;
    private RedisServer server;
    private List<ProcessHandle> processes;

    KillableRedis(Path data) throws IOException {
        this.data = data;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        start();
    }

    private void start() throws IOException {
        Set<Long> before =
                ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
        server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("dir " + data)
                .setting("save \"\"")
                .setting("appendonly yes")
                .build();
        server.start();
        processes = ProcessHandle.current()
                .children()
                .filter(child -> !before.contains(child.pid()))
                .toList();
    }

    String uri() {
        return "redis://localhost:" + port;
    }

    /** As {@code kill -9}. */
    void kill() {
        processes.forEach(ProcessHandle::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }

    /** Starts it again after {@link #kill()}. */
    void restart() throws IOException {
        start();
    }

    @Override
    public void close() throws IOException {
        kill();
        server.stop();
    }
}
