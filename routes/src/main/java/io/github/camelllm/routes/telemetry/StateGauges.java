package io.github.camelllm.routes.telemetry;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.component.LlmDevConsole;
import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.ledger.LedgerState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.console.DevConsole;
import org.jspecify.annotations.Nullable;

/**
 * What budgets, limits, circuits, servers and the ledger are like now, as this process sees them. Looked at from time to time;
 * nothing is asked of a database for it. Thread-safe.
 */
final class StateGauges {
    private static final String BUDGET = "llm.budget";
    private static final String ACCOUNT = "llm.budget.account";
    private static final String CURRENCY = "llm.cost.currency";

    private final CamelContext context;
    private final MeterRegistry registry;
    private final Supplier<List<LedgerState>> ledgers;
    private final LlmDevConsole console = new LlmDevConsole();
    private final Map<String, MultiGauge> gauges = new HashMap<>();
    private final BoundedLabels targets;
    private final int mostAccounts;
    private final int mostTargets;
    private volatile Optional<Pricing> pricing = Optional.empty();

    StateGauges(
            CamelContext context,
            MeterRegistry registry,
            Supplier<List<LedgerState>> ledgers,
            TelemetrySettings settings) {
        this.context = context;
        this.registry = registry;
        this.ledgers = ledgers;
        this.mostAccounts = settings.maxTagValues();
        this.mostTargets = settings.maxModels();
        this.targets = new BoundedLabels(mostTargets);
        console.setCamelContext(context);
    }

    /** @param known says which models there surely are */
    void setPricing(Pricing known) {
        pricing = Optional.of(known);
    }

    /** Looks now. */
    synchronized void refresh() {
        Map<?, ?> state = (Map<?, ?>) console.call(DevConsole.MediaType.JSON);
        budgets(rows(state, "budgets"));
        targets(rows(state, "targets"), ofRouters(rows(state, "routers")));
        limits(rows(state, "limits"));
        servers();
        ledgers();
    }

    private static List<Map<?, ?>> rows(Map<?, ?> state, String name) {
        List<Map<?, ?>> rows = new ArrayList<>();
        if (state.get(name) instanceof List<?> list) {
            list.forEach(row -> rows.add((Map<?, ?>) row));
        }
        return rows;
    }

    private record Told(Tags labels, double value) {}

    /** Values by labels, and how many found no place. */
    private static final class Rows {
        private final Map<String, Told> told = new TreeMap<>();
        private final int most;
        private int omitted;

        Rows(int most) {
            this.most = most;
        }

        void add(Tags labels, @Nullable Object value) {
            add(labels, value, (before, now) -> now);
        }

        /** @param merge of values that have the same labels */
        void add(Tags labels, @Nullable Object value, DoubleBinaryOperator merge) {
            String key = labels.toString();
            if (value instanceof Number number && (told.size() < most || told.containsKey(key))) {
                told.merge(
                        key,
                        new Told(labels, number.doubleValue()),
                        (before, now) -> new Told(labels, merge.applyAsDouble(before.value(), now.value())));
            } else {
                omitted++;
            }
        }

        List<MultiGauge.Row<?>> all() {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            told.values().forEach(row -> rows.add(MultiGauge.Row.of(row.labels(), row.value())));
            return rows;
        }
    }

    private void tell(String name, String description, Rows rows) {
        gauges.computeIfAbsent(
                        name,
                        key -> MultiGauge.builder(name).description(description).register(registry))
                .register(rows.all(), true);
    }

    private void budgets(List<Map<?, ?>> budgets) {
        Rows limits = new Rows(mostAccounts);
        Rows spent = new Rows(mostAccounts);
        Rows reserved = new Rows(mostAccounts);
        for (Map<?, ?> budget : budgets) {
            Tags labels = Tags.of(
                    BUDGET, String.valueOf(budget.get("budget")),
                    ACCOUNT, String.valueOf(budget.get("account")),
                    CURRENCY, String.valueOf(budget.get("currency")));
            limits.add(labels, budget.get("limit"));
            spent.add(labels, budget.get("spent"));
            reserved.add(labels, budget.get("reserved"));
        }
        tell("llm.budget.limit", "What an account of a budget may spend.", limits);
        tell("llm.budget.spent", "What an account of a budget has spent in its window.", spent);
        tell("llm.budget.reserved", "What is set aside for attempts under way.", reserved);
        Rows omitted = new Rows(1);
        omitted.add(Tags.empty(), spent.omitted);
        tell("llm.budget.accounts.omitted", "Accounts of budgets that have no place among the metrics.", omitted);
    }

    /** One of several keys or addresses is a target of its own, with the name of the others: the worst of them is told. */
    private void targets(List<Map<?, ?>> rows, Set<String> ofRouters) {
        // And one for all that have no place
        Rows circuits = new Rows(mostTargets + 1);
        Rows underWay = new Rows(mostTargets + 1);
        for (Map<?, ?> target : rows) {
            String name = String.valueOf(target.get("target"));
            boolean mayClaim = ofRouters.contains(name) || hasAnswered(target) || isListed(name);
            Tags labels = Tags.of("llm.target", targets.of(name, mayClaim));
            circuits.add(labels, circuit(String.valueOf(target.get("circuit"))), Math::max);
            underWay.add(labels, target.get("underWay"), Double::sum);
        }
        tell("llm.circuit.state", "Circuit of a target: 0 closed, 1 half open, 2 open.", circuits);
        tell("llm.target.attempts.active", "Attempts at a target that have not ended.", underWay);
    }

    private static Set<String> ofRouters(List<Map<?, ?>> routers) {
        Set<String> targets = new HashSet<>();
        for (Map<?, ?> router : routers) {
            if (router.get("models") instanceof Map<?, ?> models) {
                models.values().forEach(model -> targets.add(String.valueOf(model)));
            }
        }
        return targets;
    }

    private static boolean hasAnswered(Map<?, ?> target) {
        return target.get("calls") instanceof Number calls
                && target.get("failures") instanceof Number failures
                && calls.longValue() > failures.longValue();
    }

    /** Clients may ask for any model; a name that nobody answers to is none. */
    private boolean isListed(String target) {
        int slash = target.indexOf('/');
        return slash > 0
                && pricing.flatMap(prices ->
                                prices.price(target.substring(0, slash), target.substring(slash + 1), Instant.now()))
                        .isPresent();
    }

    private static int circuit(String state) {
        switch (state) {
            case "closed":
                return 0;
            case "half_open":
                return 1;
            default:
                return 2;
        }
    }

    private void limits(List<Map<?, ?>> limits) {
        Rows waiting = new Rows(mostAccounts);
        for (Map<?, ?> limit : limits) {
            if (limit.get("waiting") instanceof Map<?, ?> accounts) {
                accounts.forEach((account, count) ->
                        waiting.add(Tags.of("llm.limit.account", String.valueOf(account)), count, Double::sum));
            }
        }
        tell("llm.limit.waiting", "Attempts that wait for a rate limit.", waiting);
    }

    private void servers() {
        Rows requests = new Rows(mostTargets);
        Rows connections = new Rows(mostTargets);
        for (Route route : context.getRoutes()) {
            if (route.getConsumer() instanceof LlmHttpConsumer server) {
                Tags labels = Tags.of("camel.route.id", route.getRouteId());
                requests.add(labels, server.getPendingExchangesSize());
                connections.add(labels, server.getConnections());
            }
        }
        tell("llm.http.requests.active", "Requests that have not been answered to their end.", requests);
        tell("llm.http.connections", "Connections of clients.", connections);
    }

    private void ledgers() {
        Rows backlog = new Rows(mostTargets);
        Rows journal = new Rows(mostTargets);
        Rows lost = new Rows(mostTargets);
        Rows rejected = new Rows(mostTargets);
        Rows alarms = new Rows(mostTargets);
        for (LedgerState ledger : ledgers.get()) {
            Tags labels = Tags.of("llm.ledger.node", ledger.node());
            backlog.add(labels, ledger.lagBytes());
            journal.add(labels, ledger.journalBytes());
            lost.add(labels, ledger.lost());
            rejected.add(labels, ledger.rejected());
            ledger.alarms()
                    .keySet()
                    .forEach(alarm -> alarms.add(
                            labels.and("llm.ledger.alarm", alarm.name().toLowerCase(Locale.ROOT)), 1));
        }
        tell("llm.ledger.backlog.bytes", "Bytes of the journal that are not in the database yet.", backlog);
        tell("llm.ledger.journal.bytes", "Bytes of the journal on the disk.", journal);
        tell("llm.ledger.records.lost", "Records that could not be kept anywhere, since the start.", lost);
        tell("llm.ledger.records.rejected", "Records that the database refused, since the start.", rejected);
        tell("llm.ledger.alarm", "1 for each alarm that is raised.", alarms);
    }
}
