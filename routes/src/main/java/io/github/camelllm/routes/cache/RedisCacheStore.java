package io.github.camelllm.routes.cache;

import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.routes.store.LlmRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers in Redis, which forgets them by itself. The connection is made when it is first needed, and again when it was
 * lost; meanwhile reads and writes fail at once.
 */
public final class RedisCacheStore implements CacheStore, AutoCloseable {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisClient client;
    private final RedisURI uri;
    private final String prefix;
    private final AutoCloseable owned;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;
    private boolean closed;

    /** @param owned closed with this store */
    public RedisCacheStore(LlmRedis redis, AutoCloseable owned) {
        this.client = redis.client();
        this.uri = redis.uri();
        this.prefix = redis.keyPrefix() + "cache:";
        this.owned = owned;
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
            if (connection != null && connection.isDone() && !connection.isCompletedExceptionally()) {
                // Not on its way out when the client closes what is left, which warns of it
                connection.join().close();
            } else if (connection != null) {
                connection.thenAccept(StatefulRedisConnection::closeAsync);
            }
        } finally {
            lock.unlock();
        }
        owned.close();
    }
}
