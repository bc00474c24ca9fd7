package io.github.camelllm.component;

import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import java.io.Reader;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Definitions of one kind, budgets or limits: from a file, from properties and from a store, in which they can be changed while
 * the component runs. Each change is logged, and entered in the ledger's audit. Thread-safe.
 *
 * @param <T> all definitions of the kind
 */
final class PolicyDefinitions<T> {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyDefinitions.class);
    private static final String BY_RELOADING = "reload";

    private final String kind;
    private final Family<T> family;
    private final PolicyStore stored;
    private final Optional<CallLedger> ledger;
    private final Clock clock;
    private final Consumer<T> use;
    private final Reloaded<T> definitions;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile T announced;
    private volatile @Nullable String actor;

    /**
     * How definitions of a kind are read.
     *
     * @param yaml adds those of a text to others
     * @param properties adds those of properties to others
     * @param union adds many to others
     * @param lines each definition in a line, by name
     */
    record Family<T>(
            T none,
            YamlReader<T> yaml,
            BiFunction<T, Map<String, String>, T> properties,
            BiFunction<T, List<T>, T> union,
            Function<T, Map<String, String>> lines) {
        /** Adds the definitions of a text to others. */
        interface YamlReader<T> {
            T read(T others, String sourceName, Reader text);
        }

        T withYaml(T others, String sourceName, String text) {
            return yaml.read(others, sourceName, new StringReader(text));
        }

        T withProperties(T others, Map<String, String> added) {
            return properties.apply(others, added);
        }

        T withAll(T others, List<T> added) {
            return union.apply(others, added);
        }

        Map<String, String> linesOf(T definitions) {
            return lines.apply(definitions);
        }
    }

    /**
     * @param kind {@code budget} or {@code limit}
     * @param files where definitions in files and properties are
     * @param use gets the definitions whenever they have changed, not the first ones; may refuse them
     * @throws CatalogException if one is wrong
     */
    PolicyDefinitions(
            String kind,
            Family<T> family,
            Callable<Reloaded.Source> files,
            PolicyStore stored,
            Optional<CallLedger> ledger,
            Clock clock,
            Consumer<T> use) {
        this.kind = kind;
        this.family = family;
        this.stored = stored;
        this.ledger = ledger;
        this.clock = clock;
        this.use = use;
        definitions =
                new Reloaded<>("Definitions of " + kind + "s", () -> withStored(files), this::read, this::changed);
        announced = definitions.get();
    }

    private Reloaded.Source withStored(Callable<Reloaded.Source> files) throws Exception {
        Reloaded.Source written = files.call();
        return new Reloaded.Source(written.location(), written.text(), written.properties(), stored.load(kind));
    }

    private T read(Reloaded.Source source) {
        T read = family.none();
        if (!source.location().isEmpty()) {
            read = family.withYaml(read, source.location(), source.text());
        }
        read = family.withProperties(read, source.properties());
        List<T> singles = new ArrayList<>(source.stored().size());
        source.stored().forEach((name, yaml) -> singles.add(stored(name, yaml)));
        return family.withAll(read, singles);
    }

    /** A stored definition, alone. */
    private T stored(String name, String yaml) {
        String where = "stored " + kind + " " + name;
        String named =
                yaml.lines().anyMatch(line -> line.startsWith("id:")) ? yaml : yaml.stripTrailing() + "\nid: " + name;
        T read = family.withYaml(family.none(), where, named);
        if (!family.linesOf(read).keySet().equals(Set.of(name))) {
            throw new CatalogException(where + ": expected the definition of this one " + kind);
        }
        return read;
    }

    private void changed(T now) {
        Map<String, String> before = family.linesOf(announced);
        use.accept(now);
        announced = now;
        Map<String, String> after = family.linesOf(now);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        String who = actor == null ? BY_RELOADING : actor;
        for (String name : names) {
            String old = before.getOrDefault(name, "");
            String young = after.getOrDefault(name, "");
            if (!old.equals(young)) {
                LOG.info("{} {} was changed by {}: '{}' is now '{}'", kind, name, who, old, young);
                ledger.ifPresent(books -> books.audit(new AuditEntry(clock.instant(), kind, name, who, old, young)));
            }
        }
    }

    T get() {
        return definitions.get();
    }

    /** Why the newest definitions are not in use; empty if they are. */
    Optional<String> problem() {
        return definitions.problem();
    }

    /** Looks for changes from now on, if there is anything that can change by itself. */
    void watch(Duration interval, Timer timer) {
        if (!definitions.isEmpty() || !(stored instanceof MemoryPolicyStore)) {
            definitions.watch(interval, timer);
        }
    }

    void refresh() {
        definitions.refresh();
    }

    /** @throws CatalogException if the text is no definition, or cannot be used; nothing changes then */
    void define(String name, String yaml, String who) {
        stored(name, yaml);
        changeOne(name, Optional.of(yaml), who);
    }

    /** @throws CatalogException if what is left cannot be used; nothing changes then */
    void remove(String name, String who) {
        changeOne(name, Optional.empty(), who);
    }

    private void changeOne(String name, Optional<String> yaml, String who) {
        changing.lock();
        try {
            Optional<String> before = Optional.ofNullable(stored.load(kind).get(name));
            change(who, () -> store(name, yaml, who));
            Optional<String> problem = definitions.problem();
            if (problem.isPresent()) {
                change(who, () -> store(name, before, who));
                throw new CatalogException(
                        kind + " " + name + " was not changed, since definitions cannot be used: " + problem.get());
            }
        } finally {
            changing.unlock();
        }
    }

    private void store(String name, Optional<String> yaml, String who) {
        yaml.ifPresentOrElse(text -> stored.put(kind, name, text, who), () -> stored.remove(kind, name, who));
    }

    /** Changes what is stored, and takes it over at once; if that cannot be, {@link #problem} says why. */
    void change(String who, Runnable change) {
        changing.lock();
        try {
            actor = who;
            change.run();
            definitions.refresh();
        } finally {
            actor = null;
            changing.unlock();
        }
    }
}
