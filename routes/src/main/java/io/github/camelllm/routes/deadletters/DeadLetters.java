package io.github.camelllm.routes.deadletters;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.component.BoundedPool;
import io.github.camelllm.routes.ledger.LedgerDatabase;
import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.routes.store.PrefixedProperties;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of a Camel context, by the properties {@code llm.deadLetters.…}: keeps what failed for good in the database
 * that the ledger is in, what was asked encrypted, and sends it again when somebody says so, once however often that is said.
 * Thread-safe.
 */
public final class DeadLetters extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    /** Longer than any call takes. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(10);
    private static final int KEEP_QUEUE = 200;
    private static final int REPLAY_THREADS = 2;
    private static final int REPLAY_QUEUE = 500;
    /** What is said of failures whose words may quote the content. */
    private static final String OTHER_FAILURE = "failed outside of the call to the model";

    private final CamelContext context;
    private final DeadLetterSettings settings;
    private final Clock clock;
    private final DeadLetterTable table;
    private final @Nullable SealedContent sealed;
    private final Map<String, Replayer> replayers = new ConcurrentHashMap<>();
    private @Nullable ExecutorService keeping;
    private @Nullable ExecutorService replaying;
    private @Nullable ScheduledExecutorService expiring;

    private DeadLetters(CamelContext context, DeadLetterSettings settings, Clock clock) {
        this.context = context;
        this.settings = settings;
        this.clock = clock;
        this.table = new DeadLetterTable(LedgerDatabase.of(context));
        this.sealed = settings.secret().map(SealedContent::new).orElse(null);
    }

    /**
     * Those of a context; made and started when they are first asked for, stopped with the context. Empty if the properties
     * have no secret, so that nothing is kept.
     *
     * @throws CatalogException if a property is wrong
     */
    public static Optional<DeadLetters> find(CamelContext context) {
        return find(context, Clock.systemUTC());
    }

    static synchronized Optional<DeadLetters> find(CamelContext context, Clock clock) {
        DeadLetters known = context.hasService(DeadLetters.class);
        if (known == null) {
            DeadLetterSettings settings =
                    DeadLetterSettings.of(PrefixedProperties.of(context, DeadLetterSettings.PREFIX));
            if (settings.secret().isEmpty()) {
                return Optional.empty();
            }
            known = new DeadLetters(context, settings, clock);
            try {
                context.addService(known, true, true);
            } catch (Exception e) {
                throw new IllegalStateException("dead letters cannot be kept: " + e.getMessage(), e);
            }
        }
        return Optional.of(known);
    }

    /** Those of a context that keep calls of the gateway; empty if they are not to be kept. */
    public static Optional<DeadLetters> ofGateway(CamelContext context) {
        return find(context).filter(letters -> letters.settings.gateway());
    }

    /**
     * Whether calls of the gateway are to be kept.
     *
     * @throws CatalogException if a property is wrong
     */
    public static boolean keepsGateway(CamelContext context) {
        return DeadLetterSettings.of(PrefixedProperties.of(context, DeadLetterSettings.PREFIX))
                .gateway();
    }

    @Override
    protected void doStart() {
        keeping = BoundedPool.of(context, "LlmDeadLetters", 1, KEEP_QUEUE);
        replaying = BoundedPool.of(context, "LlmReplay", REPLAY_THREADS, REPLAY_QUEUE);
        ScheduledExecutorService timer =
                context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LlmDeadLettersExpiry");
        expiring = timer;
        timer.scheduleWithFixedDelay(this::tryExpire, 0, EXPIRY_INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    protected void doStop() {
        for (ExecutorService pool : new @Nullable ExecutorService[] {keeping, replaying, expiring}) {
            if (pool != null) {
                context.getExecutorServiceManager().shutdownGraceful(pool);
            }
        }
        keeping = null;
        replaying = null;
        expiring = null;
    }

    /** Where answers of calls that were sent again go; empty if nobody gets them. */
    public Optional<String> answersTo() {
        return settings.answersTo();
    }

    /** A secret that nodes with the same {@code llm.deadLetters.secret} share, for forms about dead letters. */
    public String formSecret() {
        return settings.secret()
                .map(secret -> HexFormat.of().formatHex(SealedContent.derived(secret, "llm-dead-letter-forms")))
                .orElseThrow(() -> new IllegalStateException("without a secret nothing is kept"));
    }

    /** Says who takes dead letters of a source back. */
    public void register(String source, Replayer replayer) {
        replayers.put(source, replayer);
    }

    public void unregister(String source) {
        replayers.remove(source);
    }

    /** Sources whose dead letters can be sent again in this process. */
    public Set<String> replayable() {
        return Set.copyOf(replayers.keySet());
    }

    /** Keeps it soon, without holding the caller up. What cannot be kept is told in the log. */
    public void keepSoon(Failed failed) {
        ExecutorService pool = keeping;
        if (pool == null) {
            return;
        }
        try {
            pool.execute(() -> {
                try {
                    keep(failed);
                } catch (SQLException | RuntimeException e) {
                    LOG.warn("A dead letter of {} could not be kept: {}", failed.source(), DatabaseErrors.inWords(e));
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.warn("A dead letter of {} was not kept: {} wait already", failed.source(), KEEP_QUEUE);
        }
    }

    /**
     * Keeps it now.
     *
     * @return its id
     */
    public UUID keep(Failed failed) throws SQLException {
        UUID id = UUID.randomUUID();
        boolean fits = failed.content().length <= settings.maxContentBytes();
        DeadLetter letter = DeadLetter.of(id, now(), failed, fits);
        table.add(letter, fits && sealed != null ? sealed.seal(id, failed.content()) : null);
        expire();
        return id;
    }

    private void expire() throws SQLException {
        table.expire(clock.instant().minus(settings.maxAge()), settings.maxCount(), settings.maxTotalBytes());
    }

    private void tryExpire() {
        try {
            expire();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("Dead letters that are too old could not be deleted: {}", DatabaseErrors.inWords(e));
        }
    }

    /** The newest first. */
    public List<DeadLetter> list(DeadLetterFilter filter, int most) throws SQLException {
        return table.list(filter, most);
    }

    public Optional<DeadLetter> find(UUID id) throws SQLException {
        return table.find(id);
    }

    /**
     * Sends one again, in the background. Of several who say so, on whatever node, only the first does it.
     *
     * @param who says so, for the record
     * @return whether it will be sent; false if it is sent already, discarded or gone, or nobody here takes it back
     */
    public boolean replay(UUID id, String who) throws SQLException {
        Optional<DeadLetter> letter = table.find(id);
        Replayer replayer = letter.map(found -> replayers.get(found.source())).orElse(null);
        ExecutorService pool = replaying;
        if (letter.isEmpty() || !letter.get().hasContent() || replayer == null || pool == null) {
            return false;
        }
        Instant claimed = now();
        if (!table.claim(id, who, claimed, claimed.minus(ABANDONED))) {
            return false;
        }
        try {
            pool.execute(() -> run(letter.get(), claimed, replayer));
            return true;
        } catch (RejectedExecutionException e) {
            table.release(id, claimed);
            return false;
        }
    }

    /** As exact as the database keeps it, since claims are known by their time. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private void run(DeadLetter letter, Instant queued, Replayer replayer) {
        try {
            Instant begun = now();
            if (!table.renew(letter.id(), queued, begun)) {
                LOG.info("The dead letter {} waited too long here, and somebody else took it", letter.id());
                return;
            }
            byte[] content = table.content(letter.id());
            if (content == null || sealed == null) {
                table.failedAgain(
                        letter.id(), begun, "no_content", "what was asked is not there any more", Optional.empty());
                return;
            }
            Optional<UUID> call;
            try {
                call = replayer.replay(letter, sealed.open(letter.id(), content));
            } catch (Exception e) {
                failedAgain(letter, begun, e);
                return;
            }
            table.replayed(letter.id(), begun, call);
        } catch (SQLException e) {
            // It counts as under way until it is given up, and is not sent twice meanwhile
            LOG.warn(
                    "What became of the dead letter {} could not be written: {}",
                    letter.id(),
                    DatabaseErrors.inWords(e));
        }
    }

    private void failedAgain(DeadLetter letter, Instant begun, Exception failure) throws SQLException {
        LlmException call = ObjectHelper.getException(LlmException.class, failure);
        if (call == null) {
            // Its words may quote what was asked
            LOG.warn(
                    "The dead letter {} of {} could not be sent again: {}",
                    letter.id(),
                    letter.source(),
                    failure.getClass().getName());
        }
        table.failedAgain(
                letter.id(),
                begun,
                errorType(call, failure),
                reason(call, failure),
                ReplayFailedException.callOf(failure));
    }

    /** Name of a failure, for {@link Failed}. */
    public static String errorType(@Nullable LlmException call, Throwable failure) {
        return call == null ? failure.getClass().getSimpleName() : call.getErrorType();
    }

    /** What is told of a failure; never words that may quote what was asked. */
    public static String reason(@Nullable LlmException call, Throwable failure) {
        return call != null
                ? String.valueOf(call.getMessage())
                : failure instanceof DeadLetterException own ? String.valueOf(own.getMessage()) : OTHER_FAILURE;
    }

    /** @return whether it was there to be discarded */
    public boolean discard(UUID id, String who) throws SQLException {
        Instant now = now();
        return table.discard(id, who, now, now.minus(ABANDONED));
    }
}
