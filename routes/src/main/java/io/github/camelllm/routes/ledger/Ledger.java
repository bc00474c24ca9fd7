package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Hold;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.Money;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.routes.ledger.JournalRecord.Audited;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.Shared;
import io.github.camelllm.routes.store.SharedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger: what it is told goes into a file of this machine at once, on the caller's thread, and from there into the database,
 * on another. Thread-safe.
 */
public final class Ledger implements CallLedger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private static final String AWAY =
            "The ledger cannot say what budgets have spent: its database (llm.jdbc.url) does not answer";

    /** About what the end of an attempt takes, with many tags. */
    private static final long END_BYTES = 1024;

    private final LedgerSettings settings;
    private final String node;
    private final JournalFolder folder;
    private final Journal journal;
    private final Ballast ballast;
    private final Rejected rejected;
    private final LlmDatabase database;
    private final LedgerAlarms alarms;
    private final LedgerCounters counters = new LedgerCounters();
    private final LedgerTables tables;
    private final Drain drain;
    private final @Nullable JournalSync sync;
    private final Clock clock;
    private final AutoCloseable resources;
    private final ConcurrentHashMap<UUID, Optional<Amount>> underWay = new ConcurrentHashMap<>();
    private volatile boolean journalFailed;

    Ledger(
            LedgerSettings settings,
            LlmDatabase database,
            JournalFiles files,
            Consumer<LedgerAlarms.Change> alarmed,
            Executor executor,
            Clock clock,
            AutoCloseable resources)
            throws IOException {
        this.settings = settings;
        this.database = database;
        this.clock = clock;
        this.resources = resources;
        this.alarms = new LedgerAlarms(alarmed, executor);
        this.folder = JournalFolder.open(settings.journal());
        try {
            this.node = folder.node(settings.node());
            this.journal = new Journal(folder, files, settings, clock.millis());
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
        this.ballast = new Ballast(files, folder.path(), settings.ballastBytes());
        this.rejected = new Rejected(files, folder.path(), clock.millis());
        this.tables = new LedgerTables(node, settings.tags(), AttemptTable.Way.into(database));
        this.drain = new Drain(
                journal, database, tables, rejected, ballast, alarms, counters, settings, clock, this::hasRoom);
        this.sync =
                settings.fsync() == Fsync.INTERVAL ? new JournalSync(journal, settings.fsyncInterval(), alarms) : null;
        ballast.take();
        drain.start();
        if (sync != null) {
            sync.start();
        }
    }

    /**
     * The ledger that the properties {@code llm.ledger.…} and {@code llm.jdbc.…} describe.
     *
     * @throws IllegalArgumentException if a property is wrong
     * @throws IllegalStateException if another ledger has the journal's folder
     */
    public static Ledger open(LlmExtension.Context context) {
        Shared<LlmDatabase> shared = SharedDatabase.of(context);
        try {
            return open(context, shared);
        } catch (RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    private static Ledger open(LlmExtension.Context context, Shared<LlmDatabase> shared) {
        LedgerSettings settings = LedgerSettings.of(
                context.properties("llm.ledger."), shared.get().isEmbedded());
        AlarmEndpoint endpoint = new AlarmEndpoint(context.camelContext(), settings.alarm());
        try {
            Ledger ledger = new Ledger(
                    settings,
                    shared.get(),
                    JournalFiles.OF_SYSTEM,
                    endpoint,
                    task -> context.timer().schedule(Duration.ZERO, task),
                    context.clock(),
                    () -> {
                        LedgerHealthCheck.remove(context.camelContext());
                        endpoint.close();
                        shared.close();
                    });
            endpoint.from(ledger.node);
            LedgerHealthCheck.add(context.camelContext(), ledger);
            return ledger;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "llm.ledger.journal: the folder " + settings.journal().toAbsolutePath() + " cannot be used", e);
        }
    }

    @Override
    public void reserved(Attempt attempt, Optional<Money> most, List<Hold> holds) {
        boolean mayGoOn = settings.onFailure() == OnFailure.FAIL_OPEN;
        if (settings.onFailure() == OnFailure.FAIL_CLOSED && drain.databaseDown()) {
            throw refused(attempt, "its database does not answer", null);
        }
        if (journalFull()) {
            if (!mayGoOn) {
                throw refused(attempt, "its journal is full", null);
            }
            lost("the journal is full");
            return;
        }
        Optional<Amount> amount = most.flatMap(Amount::of);
        try {
            append(Reserved.of(attempt, amount, holds));
        } catch (IOException | MalformedRecordException e) {
            if (!mayGoOn) {
                throw refused(attempt, "its journal cannot be written", e);
            }
            lost("the journal cannot be written");
            return;
        }
        underWay.put(attempt.id(), amount);
    }

    @Override
    public void settled(CallRecord record, List<Charge> charges) {
        Optional<Amount> begun = underWay.remove(record.id());
        if (begun == null && journalFull()) {
            lost("the journal is full");
            return;
        }
        Optional<Amount> reserved = begun == null ? Optional.empty() : begun;
        try {
            keep(new Settled(AttemptRow.of(record), reserved, AttemptRow.micros(clock.instant()), charges));
        } catch (RuntimeException e) {
            LOG.error("ledger: the end of attempt {} is not kept", record.id(), e);
            lost("the end of an attempt could not be kept");
        }
    }

    @Override
    public void audit(AuditEntry entry) {
        keep(new Audited(UUID.randomUUID(), entry));
    }

    /** Keeps what must not be refused, with the room that was taken for it if there is no other. */
    private void keep(JournalRecord value) {
        try {
            try {
                append(value);
            } catch (IOException e) {
                if (!ballast.giveUp()) {
                    throw e;
                }
                append(value);
            }
        } catch (IOException | MalformedRecordException e) {
            lost("the journal cannot be written: " + e.getMessage());
        }
    }

    private void append(JournalRecord value) throws IOException {
        try {
            journal.append(Frames.frame(value));
        } catch (IOException e) {
            journalFailed = true;
            alarms.raise(LedgerAlarm.JOURNAL_FAILED, "the journal cannot be written: " + e);
            throw e;
        }
        if (journalFailed) {
            journalFailed = false;
            alarms.clear(LedgerAlarm.JOURNAL_FAILED);
        }
    }

    private boolean journalFull() {
        if (hasRoom()) {
            return false;
        }
        alarms.raise(
                LedgerAlarm.JOURNAL_FULL,
                "the journal has " + journal.bytesOnDisk() + " of llm.ledger.maxJournalBytes = "
                        + settings.maxJournalBytes() + " bytes, and " + underWay.size()
                        + " attempts are under way whose ends need room");
        return true;
    }

    /** Whether one more attempt and the ends of all that are under way fit. */
    private boolean hasRoom() {
        return journal.bytesOnDisk() + (underWay.mappingCount() + 1) * END_BYTES < settings.maxJournalBytes();
    }

    private void lost(String why) {
        counters.lost();
        alarms.raise(LedgerAlarm.RECORDS_LOST, "records are not kept: " + why);
    }

    private static LlmUnavailableException refused(Attempt attempt, String why, @Nullable Exception cause) {
        return new LlmUnavailableException(
                attempt.target() + ": not sent, because the ledger cannot keep it: " + why,
                ErrorDetails.local(attempt.provider(), attempt.model(), "ledger_unavailable", true),
                cause);
    }

    /**
     * What budgets have spent that can still count. Waits until all that this ledger was told is in the database, and what earlier
     * processes left too.
     *
     * @throws IllegalStateException if the database does not answer within {@code llm.ledger.startTimeout}
     */
    @Override
    public List<Spent> spent(Map<String, Long> fromPeriods) {
        if (!flush(settings.startTimeout())) {
            throw new IllegalStateException(AWAY + why());
        }
        try (Connection connection = database.connection()) {
            List<Spent> spent = SpentTable.read(connection, fromPeriods, clock.instant());
            connection.rollback();
            return spent;
        } catch (SQLException | RuntimeException e) {
            throw new IllegalStateException(AWAY, e);
        }
    }

    @Override
    public void keepSpent(SpentLife life) {
        tables.keepSpent(life);
    }

    private String why() {
        String text = alarms.now().get(LedgerAlarm.DATABASE_DOWN);
        return text == null ? "" : " (" + text + ")";
    }

    /**
     * Waits until all that the ledger was told so far is in the database.
     *
     * @return whether it is
     */
    public boolean flush(Duration atMost) {
        try {
            return drain.await(journal.end(), atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether calls are let through while something is wrong. */
    boolean refusesCallsAt(LedgerAlarm alarm) {
        return settings.onFailure().refusesCallsAt(alarm);
    }

    public LedgerState state() {
        Position booked = drain.booked();
        long lag = 0;
        for (Segment segment : journal.segments()) {
            if (segment.number() > booked.segment()) {
                lag += segment.length();
            } else if (segment.number() == booked.segment()) {
                lag += segment.length() - booked.offset();
            }
        }
        return new LedgerState(
                node,
                journal.records(),
                counters.bookedSoFar(),
                counters.lostSoFar(),
                counters.rejectedSoFar(),
                lag,
                journal.bytesOnDisk(),
                underWay.size(),
                alarms.now());
    }

    /** Books what is left if the database answers; else the journal keeps it for the next start. */
    @Override
    public void close() throws Exception {
        journal.closeForAppends();
        // Closed from the last to the first, each whatever becomes of the others
        try (AutoCloseable last = resources;
                JournalFolder before = folder;
                Journal third = journal;
                Rejected second = rejected) {
            drain.close(settings.closeTimeout());
            if (sync != null) {
                sync.close();
            }
        }
    }
}
