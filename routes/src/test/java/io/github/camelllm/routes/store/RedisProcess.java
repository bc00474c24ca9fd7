package io.github.camelllm.routes.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import redis.embedded.RedisServer;

/** A real Redis on a free port of this machine, that can be stopped and started again. Keeps nothing. */
final class RedisProcess implements AutoCloseable {
    private final int port;
    private RedisServer server;

    RedisProcess() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server = started();
    }

    private RedisServer started() {
        try {
            RedisServer made = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .build();
            made.start();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis does not start", e);
        }
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        server = started();
    }

    @Override
    public void close() {
        stop();
    }
}
