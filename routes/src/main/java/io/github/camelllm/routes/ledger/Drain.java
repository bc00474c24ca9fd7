package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.routes.store.LlmDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the records of the journal into the database, by one thread. */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** Conflicts in a row that are taken for the ordinary life of a database that nodes share. */
    private static final int MAX_CONFLICTS = 10;

    /** How often it is looked for what budgets spent long ago. */
    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);

    private final Journal journal;
    private final JournalReader reader;
    private final LlmDatabase database;
    private final LedgerTables tables;
    private final Rejected rejected;
    private final Ballast ballast;
    private final LedgerAlarms alarms;
    private final LedgerCounters counters;
    private final LedgerSettings settings;
    private final Clock clock;
    private final BooleanSupplier hasRoom;
    private final Backoff backoff;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private Position booked = Position.BEGIN;
    private boolean earlierBooked;
    private int conflicts;
    private Instant forgetAt;
    private volatile boolean databaseDown;
    private volatile boolean giveUp;
    private volatile boolean closing;

    Drain(
            Journal journal,
            LlmDatabase database,
            LedgerTables tables,
            Rejected rejected,
            Ballast ballast,
            LedgerAlarms alarms,
            LedgerCounters counters,
            LedgerSettings settings,
            Clock clock,
            BooleanSupplier hasRoom) {
        this.journal = journal;
        this.reader = new JournalReader(journal, new Reported());
        this.database = database;
        this.tables = tables;
        this.rejected = rejected;
        this.ballast = ballast;
        this.alarms = alarms;
        this.counters = counters;
        this.settings = settings;
        this.clock = clock;
        this.hasRoom = hasRoom;
        this.forgetAt = clock.instant().plus(FORGET_EVERY);
        this.backoff = new Backoff(settings.flushInterval().toMillis(), new SplittableRandom());
        this.thread = new Thread(this::run, "llm-ledger");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether the last try to reach the database failed. */
    boolean databaseDown() {
        return databaseDown;
    }

    /** How far the journal is in the database. */
    Position booked() {
        lock.lock();
        try {
            return booked;
        } finally {
            lock.unlock();
        }
    }

    private boolean earlierBooked() {
        lock.lock();
        try {
            return earlierBooked;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all of earlier processes, and the journal up to a place, is in the database. @return whether it is */
    boolean await(Position target, Duration atMost) throws InterruptedException {
        journal.hurry();
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!(earlierBooked && booked.compareTo(target) >= 0)) {
                if (left <= 0 || !thread.isAlive()) {
                    return false;
                }
                long slice = Math.min(left, TimeUnit.SECONDS.toNanos(1));
                left -= slice - progress.awaitNanos(slice);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Books what is left, as far as the database answers in time, and ends the thread. Nothing may be appended any more. */
    void close(Duration atMost) throws InterruptedException {
        closing = true;
        journal.hurry();
        thread.join(Math.max(1, atMost.toMillis()));
        // A thread in the database is not interrupted: that would close the files of H2
        giveUp = true;
        journal.hurry();
    }

    private void run() {
        try {
            boolean more = true;
            while (more && !giveUp) {
                more = step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("ledger: the thread that books was interrupted; the journal is kept for the next start");
        } catch (RuntimeException | Error e) {
            databaseDown = true;
            alarms.raise(LedgerAlarm.DATABASE_DOWN, "the thread that books has ended: " + e);
            throw e;
        }
    }

    /** @return whether there may be more to do */
    private boolean step() throws InterruptedException {
        List<JournalRecord> batch;
        try {
            reader.cleanUp();
            tendRoom();
            batch = reader.next(settings.batchSize());
        } catch (IOException e) {
            alarms.raise(LedgerAlarm.JOURNAL_FAILED, "the journal cannot be read: " + e);
            journal.awaitHurry(backoff.nextMillis());
            return !closing;
        }
        forgetSpent();
        if (batch.isEmpty()) {
            progressTo(reader.position(), reader.earlierDone());
            if (closing) {
                return false;
            }
            journal.awaitWork(settings.flushInterval().toMillis());
            return true;
        }
        // What this process adds for the first time is not there yet: UUIDs of version 7 do not come twice
        boolean again = !earlierBooked();
        while (!giveUp && !book(batch, again)) {
            if (closing && conflicts == 0) {
                return false;
            }
            // The database may have booked it and not been able to say so
            again = true;
            journal.awaitHurry(backoff.nextMillis());
        }
        if (!giveUp) {
            progressTo(reader.position(), reader.earlierDone());
        }
        if (batch.size() < settings.batchSize() && !closing) {
            // What comes during a transaction would be a small one of its own, and most of that does not depend on how
            // many it books
            journal.awaitWork(settings.flushInterval().toMillis());
        }
        return true;
    }

    /** Now and then, a bounded number of rows in a transaction of their own. What others change at that moment stays for later. */
    private void forgetSpent() {
        Instant now = clock.instant();
        if (closing || databaseDown || now.isBefore(forgetAt)) {
            return;
        }
        forgetAt = now.plus(FORGET_EVERY);
        try {
            if (inTransaction(connection -> tables.forgetSpent(connection, now))) {
                forgetAt = now;
            }
        } catch (SQLException | RuntimeException e) {
            tables.rolledBack();
            LOG.warn("ledger: what budgets spent long ago is taken away later: {}", DatabaseErrors.inWords(e));
        }
    }

    private void tendRoom() {
        if (hasRoom.getAsBoolean()) {
            alarms.clear(LedgerAlarm.JOURNAL_FULL);
        }
        ballast.take();
    }

    /** @return whether it is booked, or set aside as what cannot be */
    private boolean book(List<JournalRecord> batch, boolean lookUp) {
        try {
            transaction(batch, lookUp);
            answered();
            return true;
        } catch (SQLException | RuntimeException | LinkageError | AssertionError e) {
            // PostgreSQL's driver asserts, where assertions are on, that its connection is there
            tables.rolledBack();
            if (isConflict(e) && passes(++conflicts, e)) {
                return false;
            }
            if (!isAboutData(e)) {
                failed(e);
                return false;
            }
            answered();
            if (batch.size() == 1 && lookUp) {
                reject(batch.get(0), e);
                return true;
            }
            if (!lookUp) {
                return book(batch, true);
            }
            int middle = batch.size() / 2;
            return book(batch.subList(0, middle), true) && book(batch.subList(middle, batch.size()), true);
        }
    }

    /** Whether a conflict is none of an outage. A lock that is held for long, as while H2 makes an index, ends when it ends. */
    private static boolean passes(int conflicts, Throwable e) {
        if (conflicts <= MAX_CONFLICTS) {
            LOG.debug("ledger: another node changed the same rows; once more", e);
            return true;
        }
        if (e instanceof SQLException sql && DatabaseErrors.isLockTimeout(sql)) {
            if (conflicts == MAX_CONFLICTS + 1) {
                LOG.warn("ledger: nothing is booked while somebody locks its tables: {}", DatabaseErrors.inWords(e));
            }
            return true;
        }
        return false;
    }

    private void transaction(List<JournalRecord> batch, boolean lookUp) throws SQLException {
        inTransaction(connection -> {
            tables.book(connection, batch, lookUp);
            tables.position(connection, reader.position(), clock.instant());
            return true;
        });
        counters.booked(batch.size());
    }

    private interface Work {
        boolean in(Connection connection) throws SQLException;
    }

    private boolean inTransaction(Work work) throws SQLException {
        try (Connection connection = database.connection()) {
            try {
                boolean result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                try {
                    connection.rollback();
                } catch (SQLException rollback) {
                    e.addSuppressed(rollback);
                }
                throw e;
            }
        }
    }

    /** Whether the database is well and does not like what it was given. */
    private static boolean isAboutData(Throwable e) {
        if (e instanceof SQLException sql) {
            String state = DatabaseErrors.stateOf(sql);
            return state.startsWith("22") || state.startsWith("23");
        }
        return e instanceof ArithmeticException;
    }

    /** Whether a transaction of somebody else was in the way: a deadlock, or a row that was locked for long. */
    private static boolean isConflict(Throwable e) {
        return e instanceof SQLException sql
                && (DatabaseErrors.stateOf(sql).startsWith("40") || DatabaseErrors.isLockTimeout(sql));
    }

    private void reject(JournalRecord value, Throwable why) {
        ByteWriter frame = Frames.frame(value);
        keepRejected(frame.bytes(), frame.length(), "record " + value.id() + ", " + Rejected.reason(why));
    }

    private void keepRejected(byte[] frame, int length, String what) {
        counters.rejected();
        try {
            rejected.keep(frame, length);
            alarms.raise(
                    LedgerAlarm.RECORDS_REJECTED,
                    "the database refused " + what + "; it is kept in the journal's folder");
        } catch (IOException e) {
            counters.lost();
            alarms.raise(LedgerAlarm.RECORDS_LOST, "the database refused " + what + ", and it could not be kept: " + e);
        }
    }

    private void answered() {
        databaseDown = false;
        conflicts = 0;
        backoff.succeeded();
        alarms.clear(LedgerAlarm.DATABASE_DOWN);
    }

    private void failed(Throwable e) {
        conflicts = 0;
        databaseDown = true;
        alarms.raise(LedgerAlarm.DATABASE_DOWN, DatabaseErrors.inWords(e));
        lock.lock();
        try {
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void progressTo(Position position, boolean earlier) {
        lock.lock();
        try {
            booked = position;
            earlierBooked = earlier;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class Reported implements JournalReader.Troubles {
        @Override
        public void damaged(Segment segment, long from, long bytes) {
            alarms.raise(
                    LedgerAlarm.JOURNAL_DAMAGED,
                    segment.path().getFileName() + " has " + bytes + " bytes from byte " + from
                            + " on that are no records; what follows them is booked, and the file is kept");
        }

        @Override
        public void notUnderstood(byte[] frame, MalformedRecordException why) {
            keepRejected(frame, frame.length, "nothing, but the journal has " + why.getMessage());
        }
    }
}
