package io.github.camelllm.routes.store;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.camelllm.limit.LimitBucket;
import io.github.camelllm.limit.LimitStoreException;
import io.github.camelllm.limit.MemoryLimitStore;
import io.github.camelllm.limit.SharedLimitStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Limits of all nodes that use one Redis (6 or newer). Connects when it is first asked. Thread-safe. */
final class RedisLimitStore implements SharedLimitStore {
    private static final String ALIVE_MILLIS = "10000";
    private static final String NOW = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) ";
    /** Keys: places, nodes. Arguments: node, most, how long nodes count as alive. */
    private static final String ENTER = NOW
            + "local held = redis.call('HGETALL', KEYS[1]) local sum = 0 "
            + "for i = 1, #held, 2 do "
            + "  local seen = redis.call('ZSCORE', KEYS[2], held[i]) "
            + "  if held[i] == ARGV[1] or (seen and tonumber(seen) > now - tonumber(ARGV[3])) "
            + "  then sum = sum + tonumber(held[i + 1]) else redis.call('HDEL', KEYS[1], held[i]) end "
            + "end "
            + "if sum >= tonumber(ARGV[2]) then return 0 end "
            + "redis.call('HINCRBY', KEYS[1], ARGV[1], 1) redis.call('EXPIRE', KEYS[1], 86400) return 1";
    /** Keys: places. Arguments: node. */
    private static final String LEAVE = "if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0') > 1 "
            + "then return redis.call('HINCRBY', KEYS[1], ARGV[1], -1) else return redis.call('HDEL', KEYS[1], ARGV[1]) end";
    /** Keys: nodes. Arguments: node, how long nodes count as alive. */
    private static final String ALIVE = NOW
            + "redis.call('ZADD', KEYS[1], now, ARGV[1]) "
            + "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 600000) "
            + "return redis.call('ZCOUNT', KEYS[1], now - tonumber(ARGV[2]), '+inf')";
    /** Keys: nodes, then places of each account. Arguments: old node, new node, then how many of each account. */
    private static final String RESTORE = NOW
            + "redis.call('ZREM', KEYS[1], ARGV[1]) redis.call('ZADD', KEYS[1], now, ARGV[2]) "
            + "for i = 2, #KEYS do redis.call('HDEL', KEYS[i], ARGV[1]) "
            + "redis.call('HSET', KEYS[i], ARGV[2], ARGV[i + 1]) redis.call('EXPIRE', KEYS[i], 86400) end return 1";

    /** Keys: what is used. Arguments: amount, most, when it is of no use any more. Returns what was used before. */
    private static final String USE = "local used = tonumber(redis.call('GET', KEYS[1]) or '0') "
            + "if used + tonumber(ARGV[1]) <= tonumber(ARGV[2]) then "
            + "redis.call('INCRBY', KEYS[1], ARGV[1]) redis.call('PEXPIREAT', KEYS[1], ARGV[3]) end return used";
    /** Keys: what is used. Arguments: amount, when it is of no use any more. */
    private static final String RELEASE = "if redis.call('DECRBY', KEYS[1], ARGV[1]) < 0 "
            + "then redis.call('SET', KEYS[1], '0') end return redis.call('PEXPIREAT', KEYS[1], ARGV[2])";
    /** Keys: what is used. */
    private static final String USED = "return tonumber(redis.call('GET', KEYS[1]) or '0')";

    private final RedisClient client;
    private final RedisURI uri;
    private final String prefix;
    private final AutoCloseable part;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Link> link;
    private volatile String node = UUID.randomUUID().toString();

    /** A connection, and the buckets that it leads to. */
    private record Link(StatefulRedisConnection<String, byte[]> connection, AsyncProxyManager<String> buckets) {}

    private RedisLimitStore(LlmRedis redis, AutoCloseable part) {
        this.client = redis.client();
        this.uri = redis.uri();
        this.prefix = redis.keyPrefix() + "limit:";
        this.part = part;
    }

    /** @param part is closed with the store */
    static RedisLimitStore open(LlmRedis redis, AutoCloseable part) {
        return new RedisLimitStore(redis, part);
    }

    private CompletableFuture<Link> link() {
        lock.lock();
        try {
            CompletableFuture<Link> known = link;
            if (known != null && !known.isCompletedExceptionally()) {
                return known;
            }
            CompletableFuture<Link> made = client.connectAsync(
                            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), uri)
                    .toCompletableFuture()
                    .thenApply(connection -> new Link(
                            connection,
                            Bucket4jLettuce.casBasedBuilder(connection)
                                    .expirationAfterWrite(
                                            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                                    Duration.ofMinutes(1)))
                                    .build()
                                    .asAsync()));
            link = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    private <T> CompletableFuture<T> ask(Function<Link, CompletableFuture<T>> question) {
        return link().thenCompose(question).exceptionally(error -> {
            Throwable cause =
                    error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            throw new LimitStoreException("Redis: " + cause.getMessage(), cause);
        });
    }

    private <T> CompletableFuture<T> bucket(
            LimitBucket bucket, Function<AsyncBucketProxy, CompletableFuture<T>> question) {
        return ask(to -> question.apply(to.buckets()
                .getProxy(
                        prefix + "bucket:" + LimitKeys.of(bucket.key()),
                        () -> CompletableFuture.completedFuture(BucketConfiguration.builder()
                                .addLimit(MemoryLimitStore.bandwidth(bucket, bucket.capacity()))
                                .build()))));
    }

    private CompletableFuture<Long> script(String script, List<String> keys, List<String> arguments) {
        byte[][] values = arguments.stream()
                .map(argument -> argument.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return ask(to -> to.connection()
                .async()
                .<Long>eval(script, ScriptOutputType.INTEGER, keys.toArray(String[]::new), values)
                .toCompletableFuture());
    }

    private String places(String account) {
        return prefix + "places:" + LimitKeys.of(account);
    }

    private String nodes() {
        return prefix + "nodes";
    }

    private CompletableFuture<Long> ofDay(LimitBucket bucket, String script, String... arguments) {
        return script(script, List.of(prefix + "day:" + LimitKeys.of(bucket.key())), List.of(arguments));
    }

    /** Uses a part of an amount if there is so much. */
    private CompletableFuture<Taken> use(LimitBucket bucket, long amount) {
        return ofDay(bucket, USE, String.valueOf(amount), String.valueOf(bucket.capacity()), expiry(bucket))
                .thenApply(used -> {
                    long left = bucket.capacity() - used;
                    return amount <= left
                            ? new Taken(true, 0, left - amount)
                            : new Taken(false, bucket.period().toNanos(), left);
                });
    }

    /** Puts a part of an amount back, or uses a negative one in any case. */
    private CompletableFuture<Long> release(LimitBucket bucket, long amount) {
        return ofDay(bucket, RELEASE, String.valueOf(amount), expiry(bucket));
    }

    /** Calls that began before the end give back after it. */
    private static String expiry(LimitBucket bucket) {
        return String.valueOf(bucket.end().plus(Duration.ofDays(1)).toEpochMilli());
    }

    @Override
    public CompletableFuture<Long> reserve(LimitBucket bucket, long amount) {
        if (bucket.isFixed()) {
            return release(bucket, -amount).thenApply(done -> 0L);
        }
        return bucket(bucket, proxy -> proxy.consumeIgnoringRateLimits(amount));
    }

    @Override
    public CompletableFuture<Taken> take(LimitBucket bucket, long amount) {
        if (bucket.isFixed()) {
            return use(bucket, amount);
        }
        return bucket(bucket, proxy -> proxy.tryConsumeAndReturnRemaining(amount)
                .thenApply(probe ->
                        new Taken(probe.isConsumed(), probe.getNanosToWaitForRefill(), probe.getRemainingTokens())));
    }

    @Override
    public CompletableFuture<Void> adjust(LimitBucket bucket, long amount) {
        if (amount == 0) {
            return CompletableFuture.completedFuture(null);
        }
        if (bucket.isFixed()) {
            return release(bucket, amount).thenAccept(done -> {});
        }
        return bucket(
                bucket,
                proxy -> amount > 0
                        ? proxy.addTokens(amount)
                        : proxy.consumeIgnoringRateLimits(-amount).thenAccept(wait -> {}));
    }

    @Override
    public CompletableFuture<Long> level(LimitBucket bucket) {
        return bucket.isFixed()
                ? ofDay(bucket, USED).thenApply(used -> bucket.capacity() - used)
                : bucket(bucket, AsyncBucketProxy::getAvailableTokens);
    }

    @Override
    public CompletableFuture<Boolean> enter(String account, long most) {
        return script(ENTER, List.of(places(account), nodes()), List.of(node, String.valueOf(most), ALIVE_MILLIS))
                .thenApply(entered -> entered == 1);
    }

    @Override
    public CompletableFuture<Void> leave(String account) {
        return script(LEAVE, List.of(places(account)), List.of(node)).thenAccept(left -> {});
    }

    @Override
    public CompletableFuture<Integer> alive() {
        return script(ALIVE, List.of(nodes()), List.of(node, ALIVE_MILLIS)).thenApply(Long::intValue);
    }

    @Override
    public CompletableFuture<Void> restore(Map<String, Long> held) {
        String next = UUID.randomUUID().toString();
        List<String> keys = new ArrayList<>(List.of(nodes()));
        List<String> arguments = new ArrayList<>(List.of(node, next));
        held.forEach((account, number) -> {
            keys.add(places(account));
            arguments.add(String.valueOf(number));
        });
        return script(RESTORE, keys, arguments).thenAccept(done -> node = next);
    }

    @Override
    public String kind() {
        return "redis";
    }

    @Override
    public void close() {
        CompletableFuture<Link> made;
        lock.lock();
        try {
            made = link;
        } finally {
            lock.unlock();
        }
        if (made != null && made.isDone() && !made.isCompletedExceptionally()) {
            // Not on its way out when the client closes what is left, which warns of it
            made.join().connection().close();
        } else if (made != null) {
            made.thenAccept(to -> to.connection().closeAsync());
        }
        try {
            part.close();
        } catch (Exception e) {
            throw new LimitStoreException("Redis was not closed well", e);
        }
    }
}
