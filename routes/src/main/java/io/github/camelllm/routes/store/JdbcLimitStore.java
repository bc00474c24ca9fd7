package io.github.camelllm.routes.store;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.github.bucket4j.postgresql.PostgreSQLSelectForUpdateBasedProxyManager;
import io.github.camelllm.limit.LimitBucket;
import io.github.camelllm.limit.LimitStoreException;
import io.github.camelllm.limit.MemoryLimitStore;
import io.github.camelllm.limit.SharedLimitStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of all nodes that use one PostgreSQL. Its few threads ask the database, since JDBC blocks; calls that wait for them
 * are bounded too. Thread-safe.
 */
final class JdbcLimitStore implements SharedLimitStore {
    /** What work without a result ends with. */
    private static final Boolean DONE = Boolean.TRUE;

    private static final Logger LOG = LoggerFactory.getLogger(JdbcLimitStore.class);
    private static final int THREADS = 4;
    private static final int MOST_WAITING = 10_000;
    private static final int EXPIRED_AT_ONCE = 1_000;
    private static final String ALIVE = "now() - interval '10 seconds'";
    private static final String ENTER = "insert into llm_limit_place (account, node, held) values (?, ?, ?)"
            + " on conflict (account, node) do update set held = llm_limit_place.held + excluded.held";

    private static final String USE = "insert into llm_limit_day (id, used, expires_at) values (?, ?, ?)"
            + " on conflict (id) do update set used = llm_limit_day.used + excluded.used"
            + " where llm_limit_day.used + excluded.used <= ?";
    private static final String RELEASE =
            "insert into llm_limit_day (id, used, expires_at) values (?, greatest(0, - ?), ?)"
                    + " on conflict (id) do update set used = greatest(0, llm_limit_day.used - ?)";
    private static final String USED = "select coalesce(max(used), 0) from llm_limit_day where id = ?";

    private final LlmDatabase database;
    private final AutoCloseable part;
    private final PostgreSQLSelectForUpdateBasedProxyManager<String> buckets;
    private final ThreadPoolExecutor threads;
    private volatile String node = UUID.randomUUID().toString();
    private volatile boolean tablesAreThere;

    private JdbcLimitStore(LlmDatabase database, AutoCloseable part) {
        this.database = database;
        this.part = part;
        this.buckets = Bucket4jPostgreSQL.selectForUpdateBasedBuilder(database.dataSource())
                .primaryKeyMapper(PrimaryKeyMapper.STRING)
                .table("llm_limit_bucket")
                .expirationAfterWrite(
                        ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofMinutes(1)))
                .build();
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "llm-limits-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * @param part is closed with the store, or if there is none
     * @throws IllegalArgumentException if it is no PostgreSQL
     */
    static JdbcLimitStore open(LlmDatabase database, AutoCloseable part) {
        if (!database.isPostgres()) {
            close(part);
            throw new IllegalArgumentException(
                    "camel.component.llm.limit-store=jdbc needs a PostgreSQL that nodes share:"
                            + " llm.jdbc.url must begin with jdbc:postgresql:. For one process take limit-store=memory");
        }
        return new JdbcLimitStore(database, part);
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> CompletableFuture<T> later(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    if (!tablesAreThere) {
                        database.connection().close();
                        tablesAreThere = true;
                    }
                    answer.complete(work.run());
                } catch (Exception | LinkageError | AssertionError e) {
                    answer.completeExceptionally(new LimitStoreException("PostgreSQL: " + e, e));
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LimitStoreException(
                    threads.isShutdown() ? "the store is closed" : "PostgreSQL: " + MOST_WAITING + " questions wait",
                    e));
        }
        return answer;
    }

    private Bucket bucketOf(LimitBucket bucket) {
        return buckets.getProxy(LimitKeys.of(bucket.key()), () -> BucketConfiguration.builder()
                .addLimit(MemoryLimitStore.bandwidth(bucket, bucket.capacity()))
                .build());
    }

    /** Uses a part of an amount if there is so much. */
    private static Taken use(Connection connection, LimitBucket bucket, long amount) throws SQLException {
        String key = LimitKeys.of(bucket.key());
        boolean taken = amount <= bucket.capacity()
                && update(connection, USE, key, amount, expiry(bucket), bucket.capacity()) > 0;
        long left = bucket.capacity() - number(connection, USED, key);
        return new Taken(taken, taken ? 0 : bucket.period().toNanos(), left);
    }

    /** Puts a part of an amount back, or uses a negative one in any case. */
    private Boolean release(LimitBucket bucket, long amount) throws SQLException {
        return inTransaction(connection -> {
            update(connection, RELEASE, LimitKeys.of(bucket.key()), amount, expiry(bucket), amount);
            return DONE;
        });
    }

    /** Calls that began before the end give back after it. */
    private static OffsetDateTime expiry(LimitBucket bucket) {
        return bucket.end().plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC);
    }

    @Override
    public CompletableFuture<Long> reserve(LimitBucket bucket, long amount) {
        if (bucket.isFixed()) {
            return later(() -> release(bucket, -amount)).thenApply(done -> 0L);
        }
        return later(() -> bucketOf(bucket).consumeIgnoringRateLimits(amount));
    }

    @Override
    public CompletableFuture<Taken> take(LimitBucket bucket, long amount) {
        if (bucket.isFixed()) {
            return later(() -> inTransaction(connection -> use(connection, bucket, amount)));
        }
        return later(() -> {
            ConsumptionProbe probe = bucketOf(bucket).tryConsumeAndReturnRemaining(amount);
            return new Taken(probe.isConsumed(), probe.getNanosToWaitForRefill(), probe.getRemainingTokens());
        });
    }

    @Override
    public CompletableFuture<Void> adjust(LimitBucket bucket, long amount) {
        return later(() -> {
                    if (bucket.isFixed()) {
                        return release(bucket, amount);
                    }
                    if (amount > 0) {
                        bucketOf(bucket).addTokens(amount);
                    } else if (amount < 0) {
                        bucketOf(bucket).consumeIgnoringRateLimits(-amount);
                    }
                    return DONE;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Long> level(LimitBucket bucket) {
        return later(() -> bucket.isFixed()
                ? inTransaction(connection -> bucket.capacity() - number(connection, USED, LimitKeys.of(bucket.key())))
                : bucketOf(bucket).getAvailableTokens());
    }

    @Override
    public CompletableFuture<Boolean> enter(String account, long places) {
        return later(() -> inTransaction(connection -> {
            String key = LimitKeys.of(account);
            number(connection, "select count(pg_advisory_xact_lock(hashtextextended(?, 0)))", key);
            long held = number(
                    connection,
                    "select coalesce(sum(p.held), 0) from llm_limit_place p left join llm_limit_node n on n.node = p.node"
                            + " where p.account = ? and (p.node = ? or n.seen_at > " + ALIVE + ")",
                    key,
                    node);
            if (held >= places) {
                return false;
            }
            update(connection, ENTER, key, node, 1L);
            return true;
        }));
    }

    @Override
    public CompletableFuture<Void> leave(String account) {
        return later(() -> inTransaction(connection -> {
                    update(
                            connection,
                            "update llm_limit_place set held = held - 1 where account = ? and node = ? and held > 0",
                            LimitKeys.of(account),
                            node);
                    return DONE;
                }))
                .thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Integer> alive() {
        return later(() -> {
            int alive = inTransaction(connection -> {
                seen(connection);
                update(connection, "delete from llm_limit_place where held = 0 and node = ?", node);
                update(
                        connection,
                        "delete from llm_limit_place p using llm_limit_node n"
                                + " where n.node = p.node and n.seen_at < now() - interval '10 minutes'");
                update(connection, "delete from llm_limit_node where seen_at < now() - interval '10 minutes'");
                update(connection, "delete from llm_limit_day where expires_at < now()");
                return (int) number(connection, "select count(*) from llm_limit_node where seen_at > " + ALIVE);
            });
            buckets.removeExpired(EXPIRED_AT_ONCE);
            return alive;
        });
    }

    private void seen(Connection connection) throws SQLException {
        update(
                connection,
                "insert into llm_limit_node (node, seen_at) values (?, now())"
                        + " on conflict (node) do update set seen_at = now()",
                node);
    }

    @Override
    public CompletableFuture<Void> restore(Map<String, Long> places) {
        return later(() -> inTransaction(connection -> {
                    update(connection, "delete from llm_limit_node where node = ?", node);
                    update(connection, "delete from llm_limit_place where node = ?", node);
                    node = UUID.randomUUID().toString();
                    seen(connection);
                    for (Map.Entry<String, Long> place : places.entrySet()) {
                        update(connection, ENTER, LimitKeys.of(place.getKey()), node, place.getValue());
                    }
                    return DONE;
                }))
                .thenAccept(done -> {});
    }

    private interface Transaction<T> {
        T run(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(Transaction<T> work) throws SQLException {
        try (Connection connection = database.connection()) {
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static long number(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = statement(connection, sql, values);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    /** @return how many rows it changed */
    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = statement(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement statement(Connection connection, String sql, Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    @Override
    public String kind() {
        return "jdbc";
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted while the store of the limits was closed");
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        close(part);
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new LimitStoreException("the database was not closed well", e);
        }
    }
}
