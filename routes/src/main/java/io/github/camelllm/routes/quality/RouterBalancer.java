package io.github.camelllm.routes.quality;

import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.RouterWeights;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterTarget;
import io.github.camelllm.router.Strategy;
import io.github.camelllm.routes.quality.Rebalance.Proposal;
import io.github.camelllm.routes.quality.WeightsChange.Kind;
import io.github.camelllm.routes.quality.WeightsChange.Reason;
import io.github.camelllm.routes.store.LlmDatabase;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives routers the weights that the scores of their targets deserve, and the earlier ones back. Every change is a row in the
 * ledger's database, where all nodes find it. Thread-safe; blocks while the database answers.
 */
public final class RouterBalancer {
    private static final Logger LOG = LoggerFactory.getLogger(RouterBalancer.class);
    private static final Set<Strategy> STRATEGIES =
            Set.of(Strategy.BEST_VALUE, Strategy.WEIGHTED, Strategy.ROUND_ROBIN);
    private static final int MOST_ROWS = 10_000;
    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);
    private static final String AUDIT = "router-weights";
    private static final String SCHEDULE = "schedule";

    private final CamelContext context;
    private final Map<String, RebalanceSettings> settings;
    private final Leaderboard leaderboard;
    private final WeightsTable table;
    private final Clock clock;
    private final Map<String, Instant> tried = new ConcurrentHashMap<>();

    RouterBalancer(CamelContext context, Map<String, RebalanceSettings> settings, LlmDatabase database, Clock clock) {
        this.context = context;
        this.settings = Map.copyOf(settings);
        this.leaderboard = new Leaderboard(database, QUERY_TIMEOUT);
        this.table = new WeightsTable(database);
        this.clock = clock;
    }

    /**
     * What became of a request to change weights.
     *
     * @param change as it is kept; version 0 if nothing was changed
     */
    public record Result(boolean changed, WeightsChange change) {}

    private LlmComponent component() {
        return context.getComponent("llm", LlmComponent.class);
    }

    /** Routers that follow their scores. */
    public Set<String> routers() {
        return settings.keySet();
    }

    /** Changes of a router, the last one first. */
    public List<WeightsChange> history(String router, int most) throws SQLException {
        require(router);
        return table.history(router, most);
    }

    /** Weights in use, by target. */
    public Map<String, Double> weights(String router) {
        require(router);
        Map<String, Double> weights = new LinkedHashMap<>();
        component().routerWeights().inUse(router).ifPresent(found -> found.targets()
                .forEach(target -> weights.put(target.name(), target.weight())));
        return weights;
    }

    private RebalanceSettings require(String router) {
        RebalanceSettings own = settings.get(router);
        if (own == null) {
            throw new IllegalArgumentException("router '" + router + "' does not follow its scores; expected one that "
                    + QualitySettings.PREFIX + QualitySettings.REBALANCE + "NAME.… names, which are "
                    + String.join(", ", settings.keySet().stream().sorted().toList()));
        }
        return own;
    }

    private RouterDefinition written(String router) {
        RouterDefinition written = component()
                .routerWeights()
                .written(router)
                .orElseThrow(() -> new IllegalArgumentException("there is no router '" + router + "'"));
        if (!STRATEGIES.contains(written.strategy())) {
            throw new IllegalArgumentException("router '" + router + "': expected the strategy bestValue, weighted or"
                    + " roundRobin for weights that follow its scores, but it has another");
        }
        return written;
    }

    /**
     * Gives a router new weights, unless they come out as they are.
     *
     * @param dryRun whether nothing is to be changed
     * @throws IllegalArgumentException if there is no such router, or it has no use for weights
     * @throws IllegalStateException if somebody else changes it at the same time
     */
    public Result rebalance(String router, String actor, boolean dryRun) throws SQLException {
        RebalanceSettings own = require(router);
        RouterDefinition written = written(router);
        Instant now = clock.instant();
        Proposal proposal = Rebalance.propose(
                written,
                weights(router),
                leaderboard.rows(
                        new Leaderboard.Query(now.minus(own.period()), now, own.task(), own.scores(), false),
                        MOST_ROWS),
                own);
        boolean changes = proposal.changes() && !dryRun;
        WeightsChange change = new WeightsChange(
                router,
                changes ? version(router) + 1 : 0,
                now,
                actor,
                Kind.REBALANCE,
                proposal.weights(),
                proposal.why(),
                proposal.targets().stream().map(Reason::of).toList());
        if (changes) {
            add(change);
        }
        return new Result(changes, change);
    }

    /**
     * Gives a router the weights back that it had before its last change, or after an earlier one. A schedule does not change them
     * again until somebody rebalances the router.
     *
     * @param version 0 for the weights of its definition
     * @throws IllegalArgumentException if there is no such router or change
     * @throws IllegalStateException if the weights are for other targets than it has now, or somebody else changes it
     */
    public Result restore(String router, Optional<Long> version, String actor) throws SQLException {
        require(router);
        RouterDefinition written = written(router);
        long last = version(router);
        if (last == 0) {
            throw new IllegalArgumentException("router '" + router + "' has the weights of its definition already");
        }
        long wanted = version.orElse(last - 1);
        Optional<WeightsChange> earlier = table.find(router, wanted);
        if (wanted != 0 && earlier.isEmpty()) {
            throw new IllegalArgumentException(
                    "router '" + router + "' has no change " + wanted + "; expected 0 to " + last);
        }
        Map<String, Double> weights = earlier.map(WeightsChange::weights).orElse(Map.of());
        if (!weights.isEmpty() && !weights.keySet().equals(Set.copyOf(written.targetNames()))) {
            throw new IllegalStateException(
                    "router '" + router + "' has other targets now than those that change " + wanted + " is about");
        }
        WeightsChange change = new WeightsChange(
                router,
                last + 1,
                clock.instant(),
                actor,
                weights.isEmpty() ? Kind.RESET : Kind.RESTORE,
                weights,
                weights.isEmpty()
                        ? "Back to the weights of the router's definition"
                        : "Back to the weights of change " + wanted,
                reasons(written, weights(router), weights));
        add(change);
        return new Result(true, change);
    }

    private static List<Reason> reasons(
            RouterDefinition written, Map<String, Double> before, Map<String, Double> after) {
        List<Reason> reasons = new ArrayList<>();
        for (RouterTarget target : written.targets()) {
            double was = before.getOrDefault(target.name(), target.weight());
            double is = after.getOrDefault(target.name(), target.weight());
            reasons.add(new Reason(
                    target.name(), Optional.of(BigDecimal.valueOf(was)), Optional.of(BigDecimal.valueOf(is)), ""));
        }
        return reasons;
    }

    private long version(String router) throws SQLException {
        return table.history(router, 1).stream()
                .findFirst()
                .map(WeightsChange::version)
                .orElse(0L);
    }

    private void add(WeightsChange change) throws SQLException {
        Map<String, Double> before = weights(change.router());
        if (!table.add(change)) {
            throw new IllegalStateException(
                    "router '" + change.router() + "' was changed by somebody else at the same time");
        }
        component()
                .getPolicies()
                .audit(new AuditEntry(
                        change.at(),
                        AUDIT,
                        change.router(),
                        change.actor(),
                        new TreeMap<>(before).toString(),
                        new TreeMap<>(change.weights()) + ": " + change.why()));
        LOG.info("Router {} has change {} of its weights, by {}", change.router(), change.version(), change.actor());
        use();
    }

    /** Uses the weights that the database has now. */
    void use() throws SQLException {
        Map<String, Map<String, Double>> weights = new TreeMap<>();
        table.latest().forEach((router, change) -> {
            if (settings.containsKey(router) && !change.weights().isEmpty()) {
                weights.put(router, change.weights());
            }
        });
        RouterWeights routers = component().routerWeights();
        routers.set(weights);
    }

    /** Takes over what other nodes changed, and rebalances the routers whose time has come. */
    void look() throws SQLException {
        use();
        Map<String, WeightsChange> latest = table.latest();
        Instant now = clock.instant();
        for (Map.Entry<String, RebalanceSettings> each : settings.entrySet()) {
            String router = each.getKey();
            Optional<Duration> every = each.getValue().every();
            Optional<WeightsChange> last = Optional.ofNullable(latest.get(router));
            if (every.isEmpty() || last.isPresent() && last.get().isHeld()) {
                continue;
            }
            Instant before = now.minus(every.get());
            boolean changedLately = last.isPresent() && last.get().at().isAfter(before);
            Instant triedAt = tried.get(router);
            if (!changedLately && (triedAt == null || !triedAt.isAfter(before))) {
                tried.put(router, now);
                scheduled(router);
            }
        }
    }

    private void scheduled(String router) throws SQLException {
        try {
            rebalance(router, SCHEDULE, false);
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.warn("Router {} is not rebalanced: {}", router, e.getMessage());
        }
    }
}
