package io.github.camelllm.routes.cache;

import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers in the table {@code llm_cache}, read and written by a few threads; what they cannot do soon fails at once. Rows whose
 * time is up are not given any more, and deleted about once a minute.
 */
public final class JdbcCacheStore implements CacheStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcCacheStore.class);

    /** Longest binary column of H2. */
    private static final int MOST_BYTES_IN_H2 = 1_048_576;

    private static final int THREADS = 4;
    private static final int MAX_WAITING = 256;
    private static final Duration CLEANING_INTERVAL = Duration.ofMinutes(1);
    private static final int ROWS_AT_ONCE = 1_000;
    private static final String READ = "select answer from llm_cache where id = ? and expires_at > ?";
    private static final String WRITE_POSTGRES = "insert into llm_cache (id, expires_at, answer) values (?, ?, ?)"
            + " on conflict (id) do update set expires_at = excluded.expires_at, answer = excluded.answer";
    private static final String WRITE_H2 = "merge into llm_cache (id, expires_at, answer) key (id) values (?, ?, ?)";
    private static final String CLEAN = "delete from llm_cache where id in"
            + " (select id from llm_cache where expires_at <= ? limit " + ROWS_AT_ONCE + ")";

    private final LlmDatabase database;
    private final AutoCloseable owned;
    private final Clock clock;
    private final ThreadPoolExecutor threads;
    private final AtomicReference<Instant> cleanedAt;

    /** What is done on a connection. */
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** @param owned closed with this store */
    public JdbcCacheStore(LlmDatabase database, Clock clock, AutoCloseable owned) {
        this.database = database;
        this.owned = owned;
        this.clock = clock;
        cleanedAt = new AtomicReference<>(clock.instant());
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), work -> {
                    Thread thread = new Thread(work, "llm-cache-jdbc-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(String key) {
        return run(connection -> {
            try (PreparedStatement read = connection.prepareStatement(READ)) {
                read.setString(1, key);
                read.setObject(2, utc(clock.instant()));
                try (ResultSet row = read.executeQuery()) {
                    return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public CompletableFuture<Void> put(String key, byte[] value, Duration ttl) {
        if (!database.isPostgres() && value.length > MOST_BYTES_IN_H2) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = run(connection -> {
                    try (PreparedStatement write =
                            connection.prepareStatement(database.isPostgres() ? WRITE_POSTGRES : WRITE_H2)) {
                        write.setString(1, key);
                        write.setObject(2, utc(clock.instant().plus(ttl)));
                        write.setBytes(3, value);
                        return write.executeUpdate();
                    }
                })
                .thenAccept(rows -> {});
        cleanIfDue();
        return done;
    }

    private void cleanIfDue() {
        Instant last = cleanedAt.get();
        Instant now = clock.instant();
        if (Duration.between(last, now).compareTo(CLEANING_INTERVAL) >= 0 && cleanedAt.compareAndSet(last, now)) {
            CompletableFuture<Integer> cleaned = run(connection -> clean(connection, now));
            cleaned.whenComplete((rows, error) -> {
                if (error != null) {
                    LOG.warn(
                            "Old rows of llm_cache could not be deleted; they are tried again ({})",
                            DatabaseErrors.inWords(error));
                }
            });
        }
    }

    private static int clean(Connection connection, Instant now) throws SQLException {
        int rows = 0;
        try (PreparedStatement clean = connection.prepareStatement(CLEAN)) {
            clean.setObject(1, utc(now));
            int deleted;
            do {
                deleted = clean.executeUpdate();
                connection.commit();
                rows += deleted;
            } while (deleted == ROWS_AT_ONCE);
        }
        return rows;
    }

    private <T> CompletableFuture<T> run(Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try (Connection connection = database.connection()) {
                    T result = work.on(connection);
                    connection.commit();
                    done.complete(result);
                } catch (SQLException | RuntimeException | LinkageError | AssertionError e) {
                    // A driver or Flyway that is not on the class path comes as an error
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            owned.close();
        } catch (Exception e) {
            throw new IllegalStateException("the database of cached answers was not closed well", e);
        }
    }
}
