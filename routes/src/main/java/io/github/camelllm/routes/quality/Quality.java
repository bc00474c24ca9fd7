package io.github.camelllm.routes.quality;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.ledger.LedgerDatabase;
import io.github.camelllm.routes.quality.QualityCounters.Event;
import io.github.camelllm.routes.quality.Scores.Outcome;
import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.PrefixedProperties;
import io.github.camelllm.routes.store.SharedDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one context knows of how good answers are: judgements, and their count. Thread-safe; methods that write block. */
public final class Quality extends ServiceSupport {
    /** What people say is called this if nobody says otherwise. */
    public static final String FEEDBACK = "feedback";

    private static final long LONGEST_END_MILLIS = 10_000;
    private static final int DELETED_AT_ONCE = 1_000;
    private static final Duration DELETION_INTERVAL = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(Quality.class);

    private final CamelContext context;
    private final QualitySettings settings;
    private final Scores scores;
    private final OldScores oldScores;
    private final RouterBalancer balancer;
    private final Scoring scoring;
    private final QualityCounters counters = new QualityCounters();
    private @Nullable ScheduledExecutorService timer;
    private volatile boolean failing;
    private volatile boolean unbalanced;

    private Quality(CamelContext context) {
        this.context = context;
        Map<String, String> properties = PrefixedProperties.of(context, QualitySettings.PREFIX);
        this.settings = QualitySettings.of(properties);
        List<ScorerSettings> scorers = ScorerSettings.all(properties);
        Map<String, RebalanceSettings> rebalanced = RebalanceSettings.all(
                PrefixedProperties.of(context, QualitySettings.PREFIX + QualitySettings.REBALANCE));
        LlmDatabase database = LedgerDatabase.of(context);
        this.scores = new Scores(database, Clock.systemUTC(), settings.maxAge());
        this.oldScores = new OldScores(database, DELETED_AT_ONCE);
        this.balancer = new RouterBalancer(context, rebalanced, database, Clock.systemUTC());
        this.scoring = new Scoring(this, context, scorers);
    }

    /**
     * That of a context, made when it is first asked for.
     *
     * @throws IllegalArgumentException if a setting is wrong
     * @throws IllegalStateException if there is no database
     */
    public static Quality of(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        synchronized (extension) {
            Quality known = extension.getContextPlugin(Quality.class);
            if (known == null) {
                known = new Quality(context);
                extension.addContextPlugin(Quality.class, known);
                try {
                    context.addService(known);
                } catch (Exception e) {
                    throw new IllegalStateException("judgements cannot be kept: " + e.getMessage(), e);
                }
            }
            return known;
        }
    }

    /** Whether a context has a ledger, where judgements are kept. */
    public static boolean isPossible(CamelContext context) {
        return context.getComponent("llm", LlmComponent.class).isLedger()
                || !PrefixedProperties.of(context, SharedDatabase.PREFIX).isEmpty()
                || !context.getRegistry().findByType(LlmDatabase.class).isEmpty();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ScheduledExecutorService started =
                context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LlmQuality");
        timer = started;
        long millis = settings.settleInterval().toMillis();
        started.scheduleWithFixedDelay(this::settle, millis, millis, TimeUnit.MILLISECONDS);
        settings.maxAge()
                .ifPresent(age -> started.scheduleWithFixedDelay(
                        () -> deleteOld(age), 0, DELETION_INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        if (!balancer.routers().isEmpty()) {
            started.scheduleWithFixedDelay(this::balance, 0, millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected void doStop() throws Exception {
        scoring.close();
        ScheduledExecutorService started = timer;
        if (started != null) {
            timer = null;
            // An interrupt would close the file of an H2 database
            context.getExecutorServiceManager().shutdownGraceful(started, LONGEST_END_MILLIS);
        }
        super.doStop();
    }

    QualitySettings settings() {
        return settings;
    }

    /** Gives routers their weights. */
    public RouterBalancer balancer() {
        return balancer;
    }

    /** Judges answers by itself. */
    public Scoring scoring() {
        return scoring;
    }

    public QualityCounters counters() {
        return counters;
    }

    /** Keeps a judgement, and counts what became of it. */
    Outcome keep(Judgement judgement) throws SQLException {
        try {
            Outcome outcome = scores.add(judgement);
            counters.count(
                    judgement.name(),
                    outcome == Outcome.UNKNOWN_CALL || outcome == Outcome.TOO_MANY_WAITING ? Event.REFUSED : Event.KEPT,
                    1);
            return outcome;
        } catch (SQLException e) {
            counters.count(judgement.name(), Event.FAILED, 1);
            throw e;
        }
    }

    private void balance() {
        try {
            balancer.look();
            unbalanced = false;
        } catch (SQLException | RuntimeException e) {
            if (!unbalanced) {
                LOG.warn(
                        "Weights of routers cannot be looked up now; they stay as they are: {}",
                        DatabaseErrors.inWords(e));
            }
            unbalanced = true;
        }
    }

    private void deleteOld(Duration age) {
        try {
            oldScores.delete(Instant.now().minus(age));
        } catch (SQLException | RuntimeException e) {
            LOG.warn("Judgements that are too old could not be deleted: {}", DatabaseErrors.inWords(e));
        }
    }

    /** Counts judgements whose calls the ledger knows by now. */
    private void settle() {
        try {
            Scores.Settled settled = scores.settle();
            counters.count(FEEDBACK, Event.REFUSED, settled.refused());
            counters.count(FEEDBACK, Event.FORGOTTEN, settled.forgotten());
            failing = false;
        } catch (SQLException | RuntimeException e) {
            if (!failing) {
                LOG.warn(
                        "Judgements that wait for the ledger cannot be counted now; they stay: {}",
                        DatabaseErrors.inWords(e));
            }
            failing = true;
        }
    }
}
