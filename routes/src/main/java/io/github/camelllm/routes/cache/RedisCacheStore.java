package io.github.camelllm.routes.cache;

import io.github.camelllm.cache.CacheStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers in Redis, which forgets them by itself. The connection is made when it is first needed, and again when it was
 * lost; meanwhile reads and writes fail at once.
 */
public final class RedisCacheStore implements CacheStore, AutoCloseable {
    /** Where it is if nobody says so. */
    public static final String DEFAULT_URI = "redis://localhost:6379";

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final int MAX_WAITING = 10_000;

    private final RedisClient client;
    private final RedisURI uri;
    private final String prefix;
    private final AutoCloseable owned;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;
    private boolean closed;

    /**
     * @param prefix what keys begin with
     * @param owned closed with this store
     */
    public RedisCacheStore(RedisClient client, RedisURI uri, String prefix, AutoCloseable owned) {
        this.client = client;
        this.uri = uri;
        this.prefix = prefix + ":cache:";
        this.owned = owned;
    }

    /**
     * A store with a client of its own.
     *
     * @param properties {@code uri} ({@value #DEFAULT_URI}) and {@code prefix} of all keys ({@code llm})
     * @throws IllegalArgumentException if the URI cannot be read
     */
    public static RedisCacheStore open(Map<String, String> properties) {
        RedisURI uri;
        try {
            uri = RedisURI.create(properties.getOrDefault("uri", DEFAULT_URI));
        } catch (IllegalArgumentException e) {
            // Without the value: it may hold a password
            throw new IllegalArgumentException(
                    "llm.redis.uri must be such as redis://host:6379 or rediss://user:password@host:6379/0 and cannot be"
                            + " read",
                    null);
        }
        ClientResources resources = DefaultClientResources.builder()
                .reconnectDelay(Delay.exponential(FIRST_PAUSE, LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS))
                .build();
        RedisClient client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_WAITING)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(COMMAND_TIMEOUT))
                .build());
        return new RedisCacheStore(client, uri, properties.getOrDefault("prefix", "llm"), () -> {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            resources.shutdown(0, 2, TimeUnit.SECONDS);
        });
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(String key) {
        return connection()
                .thenCompose(connected -> connected.async().get(prefix + key))
                .thenApply(Optional::ofNullable);
    }

    @Override
    public CompletableFuture<Void> put(String key, byte[] value, Duration ttl) {
        long millis = Math.max(1, ttl.toMillis());
        return connection()
                .thenCompose(connected -> connected.async().psetex(prefix + key, millis, value))
                .thenAccept(ok -> {});
    }

    /** The connection there is, or one on its way: after a failed one, the next is tried. */
    private CompletableFuture<StatefulRedisConnection<String, byte[]>> connection() {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(new IllegalStateException("the cache's store is closed"));
            }
            CompletableFuture<StatefulRedisConnection<String, byte[]>> known = connection;
            if (known == null || known.isCompletedExceptionally()) {
                known = client.connectAsync(CODEC, uri).toCompletableFuture();
                connection = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws Exception {
        lock.lock();
        try {
            closed = true;
            if (connection != null) {
                connection.thenAccept(StatefulRedisConnection::closeAsync);
            }
        } finally {
            lock.unlock();
        }
        owned.close();
    }
}
