package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.budget.BudgetEvent;
import io.github.camelllm.budget.BudgetState;
import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.Budgets;
import io.github.camelllm.budget.MemoryBudgetStore;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.Pricing;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The budgets of one component, as they are defined now, to be looked at and changed. Thread-safe.
 */
public final class LlmPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(LlmPolicies.class);
    private static final String BUDGET = "budget";
    private static final String RELOAD = "reload";

    private final PolicyStore stored;
    private final Optional<CallLedger> ledger;
    private final Clock clock;
    private final Reloaded<BudgetDefinitions> definitions;
    private final Budgets budgets;
    private volatile BudgetDefinitions announced;
    private volatile @Nullable String actor;

    /**
     * @param files where definitions in files and properties are
     * @param store keeps the amounts
     * @param events gets what is worth telling of budgets; must return quickly
     */
    LlmPolicies(
            Callable<Reloaded.Source> files,
            PolicyStore stored,
            BudgetStore store,
            Optional<CallLedger> ledger,
            Pricing pricing,
            Timer timer,
            Clock clock,
            Consumer<BudgetEvent> events) {
        this.stored = stored;
        this.ledger = ledger;
        this.clock = clock;
        definitions = new Reloaded<>("Budgets", withStored(files), LlmPolicies::read, this::changed);
        announced = definitions.get();
        if (store instanceof MemoryBudgetStore memory) {
            ledger.ifPresent(books -> Budgets.restore(memory, announced, books.spent(), clock.instant()));
        }
        budgets = new Budgets(announced, store, pricing, timer, clock, events);
    }

    private Callable<Reloaded.Source> withStored(Callable<Reloaded.Source> files) {
        return () -> {
            Reloaded.Source written = files.call();
            return new Reloaded.Source(written.location(), written.yaml(), written.properties(), stored.load(BUDGET));
        };
    }

    private static BudgetDefinitions read(Reloaded.Source source) {
        BudgetDefinitions read = BudgetDefinitions.NONE;
        if (!source.location().isEmpty()) {
            read = read.withYaml(source.location(), new StringReader(source.yaml()));
        }
        read = read.withProperties(source.properties());
        for (Map.Entry<String, String> single : source.stored().entrySet()) {
            read = withStored(read, single.getKey(), single.getValue());
        }
        return read;
    }

    /** @throws CatalogException if the text is not the definition of one budget, or of one with another name */
    private static BudgetDefinitions withStored(BudgetDefinitions others, String name, String yaml) {
        String where = "stored budget " + name;
        BudgetDefinitions one = BudgetDefinitions.NONE.withYaml(where, new StringReader(named(name, yaml)));
        if (one.all().size() != 1 || one.find(name).isEmpty()) {
            throw new CatalogException(where + ": expected the definition of this one budget");
        }
        return others.withYaml(where, new StringReader(named(name, yaml)));
    }

    private static String named(String name, String yaml) {
        return yaml.lines().anyMatch(line -> line.startsWith("id:")) ? yaml : "id: " + name + "\n" + yaml;
    }

    private void changed(BudgetDefinitions now) {
        BudgetDefinitions before = announced;
        announced = now;
        budgets.define(now);
        Set<String> names = new TreeSet<>();
        before.all().forEach(budget -> names.add(budget.name()));
        now.all().forEach(budget -> names.add(budget.name()));
        String who = actor;
        for (String name : names) {
            String old = before.find(name).map(BudgetDefinition::toString).orElse("");
            String young = now.find(name).map(BudgetDefinition::toString).orElse("");
            if (!before.find(name).equals(now.find(name))) {
                LOG.info(
                        "Budget {}: {} is now {}",
                        name,
                        old.isEmpty() ? "nothing" : old,
                        young.isEmpty() ? "gone" : young);
                ledger.ifPresent(books -> books.audit(
                        new AuditEntry(clock.instant(), BUDGET, name, who == null ? RELOAD : who, old, young)));
            }
        }
    }

    Budgets budgets() {
        return budgets;
    }

    /** Looks for changes from now on, if there is anything that can change by itself. */
    void watch(Duration interval, Timer timer) {
        if (!definitions.isEmpty() || !(stored instanceof MemoryPolicyStore)) {
            definitions.watch(interval, timer);
        }
    }

    /** Reads files, properties and stored definitions again, now. */
    public void refresh() {
        definitions.refresh();
    }

    /** Why the newest definitions are not in use; null if they are. */
    public @Nullable String getProblem() {
        return definitions.problem().orElse(null);
    }

    /**
     * Adds a budget or replaces one. Nodes that share the store of definitions take it over at their next look.
     *
     * @param yaml its definition, such as {@code limit: 500 USD} and {@code window: month} in two lines
     * @param who changes it, for the audit
     * @throws CatalogException if it is none; nothing changes then
     */
    public synchronized void defineBudget(String name, String yaml, String who) {
        withStored(BudgetDefinitions.NONE, name, yaml);
        stored.put(BUDGET, name, yaml, who);
        refreshAs(who);
    }

    /** Takes a budget away that was defined by {@link #defineBudget}. */
    public synchronized void removeBudget(String name, String who) {
        stored.remove(BUDGET, name, who);
        refreshAs(who);
    }

    private void refreshAs(String who) {
        actor = who;
        try {
            definitions.refresh();
        } finally {
            actor = null;
        }
    }

    /** Accounts that this process used lately, each a map of JDK types: budget, account, hard, limit, spent, reserved, … */
    public List<Map<String, Object>> getBudgets() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (BudgetState state : budgets.states()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("budget", state.budget());
            row.put("account", state.account());
            row.put("hard", state.hard());
            row.put("limit", state.limit().amount());
            row.put("spent", state.spent().amount());
            row.put("reserved", state.reserved().amount());
            row.put("currency", state.limit().currency());
            state.resetsAt().ifPresent(at -> row.put("resetsAt", at.toString()));
            rows.add(row);
        }
        return rows;
    }
}
