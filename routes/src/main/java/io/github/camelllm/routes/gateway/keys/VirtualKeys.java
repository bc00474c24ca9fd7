package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.routes.gateway.keys.KeyRefusal.Reason;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.PrefixedProperties;
import io.github.camelllm.routes.store.Shared;
import io.github.camelllm.routes.store.SharedDatabase;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual keys of a Camel context, by the properties {@code llm.gateway.keys.…} and {@code llm.gateway.key.ID.…}. All of
 * them are in memory, so that asking who calls waits for nothing; a thread looks for changes of other nodes and of the file.
 * Thread-safe.
 */
public final class VirtualKeys extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualKeys.class);
    private static final String AUDIT_KIND = "key";
    private static final String ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int ID_CHARS = 10;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final CamelContext context;
    private final KeySettings settings;
    private final Clock clock;
    private final KeyStore store;
    private final KeyFile file;
    private final Supplier<LlmPolicies> policies;
    private final ReentrantLock reading = new ReentrantLock();

    // Guarded by reading
    private KeyFile.@Nullable Source source;
    private Map<String, VirtualKey> defined = Map.of();
    private KeyStore.Keys stored = new KeyStore.Keys(KeyStore.NONE, List.of());
    /** What is wrong with the source as it was last read. */
    private String sourceProblem = "";
    /** The same, or why it cannot be read now. */
    private String fileProblem = "";

    private volatile String problem = "";

    private volatile KeyRing ring = KeyRing.EMPTY;
    /** When the store was last known to hold nothing newer; null before the first time. */
    private volatile @Nullable Instant seen;

    private @Nullable ScheduledExecutorService watch;

    VirtualKeys(CamelContext context, KeySettings settings, Clock clock) {
        this.context = context;
        this.settings = settings;
        this.clock = clock;
        this.policies = () -> component().getPolicies();
        this.file = new KeyFile(context, settings.location());
        this.store = settings.store() == KeySettings.Store.MEMORY ? new MemoryKeyStore() : inDatabase();
    }

    /**
     * Those of a context; made and started when they are first asked for, stopped with the context.
     *
     * @throws CatalogException if a property or a key of a file is wrong
     */
    public static VirtualKeys of(CamelContext context) {
        return of(context, Clock.systemUTC());
    }

    static synchronized VirtualKeys of(CamelContext context, Clock clock) {
        VirtualKeys known = context.hasService(VirtualKeys.class);
        if (known == null) {
            known = new VirtualKeys(context, KeySettings.of(PrefixedProperties.of(context, KeySettings.PREFIX)), clock);
            try {
                context.addService(known, true, true);
            } catch (Exception e) {
                known.shutdown();
                throw RuntimeCamelException.wrapRuntimeCamelException(e);
            }
        }
        return known;
    }

    private KeyStore inDatabase() {
        Shared<LlmDatabase> part = SharedDatabase.of(context, PrefixedProperties.of(context, SharedDatabase.PREFIX));
        boolean policiesInDatabase = component().getPolicyStore().equals("jdbc");
        return new JdbcKeyStore(part.get(), policiesInDatabase, clock, part);
    }

    private LlmComponent component() {
        return context.getComponent("llm", LlmComponent.class);
    }

    @Override
    protected void doStart() throws IOException {
        KeyFile.Source written = file.source();
        defined = file.keys(written, clock.instant());
        source = written;
        ring = new KeyRing(defined, stored.keys());
        refresh();
        ScheduledExecutorService thread =
                context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LlmKeys");
        watch = thread;
        long millis = settings.refreshInterval().toMillis();
        thread.scheduleWithFixedDelay(this::refresh, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        if (watch != null) {
            context.getExecutorServiceManager().shutdownNow(watch);
            watch = null;
        }
    }

    @Override
    protected void doShutdown() {
        store.close();
    }

    /** Looks for changes now. What cannot be read is told in the log, and the keys that are known stay. */
    public void refresh() {
        reading.lock();
        try {
            boolean changed = refreshDefined();
            String trouble = fileProblem;
            try {
                Instant asked = clock.instant();
                Optional<KeyStore.Keys> newer = store.load(stored.version());
                if (newer.isPresent()) {
                    trouble += take(newer.get());
                    changed = true;
                }
                seen = asked;
            } catch (RuntimeException e) {
                trouble += (trouble.isEmpty() ? "" : "; ")
                        + e.getMessage()
                        + (e.getCause() == null ? "" : ": " + e.getCause().getMessage());
            }
            if (changed) {
                ring = new KeyRing(defined, stored.keys());
            }
            tell(trouble);
        } finally {
            reading.unlock();
        }
    }

    /**
     * Takes newer keys over, each with its budgets and limits or not at all.
     *
     * @return what keeps some of them from that; empty for nothing
     */
    private String take(KeyStore.Keys newer) {
        if (!store.isShared()) {
            stored = newer;
            return "";
        }
        // They were written in one transaction with the keys, so they are there
        policies.get().refresh();
        String trouble = policies.get().getProblem();
        if (trouble == null) {
            stored = newer;
            return "";
        }
        Map<String, VirtualKey> known = new HashMap<>();
        stored.keys().forEach(key -> known.put(key.id(), key));
        List<VirtualKey> usable = new ArrayList<>();
        int waiting = 0;
        for (VirtualKey key : newer.keys()) {
            Optional<VirtualKey> before = Optional.ofNullable(known.get(key.id()));
            if (key.revoked().isPresent()
                    || KeyPolicies.changes(before, Optional.of(key)).isEmpty()) {
                usable.add(key);
            } else {
                before.ifPresent(usable::add);
                waiting++;
            }
        }
        // With the old version, so that the next look tries again
        stored = new KeyStore.Keys(waiting == 0 ? newer.version() : stored.version(), usable);
        return waiting == 0
                ? ""
                : waiting + " keys wait for their budgets and limits, whose definitions cannot be used now: " + trouble;
    }

    /** @return whether the keys of file and properties are others now */
    private boolean refreshDefined() {
        try {
            KeyFile.Source now = file.source();
            if (now.equals(source)) {
                fileProblem = sourceProblem;
                return false;
            }
            source = now;
            defined = file.keys(now, clock.instant());
            sourceProblem = "";
            fileProblem = "";
            LOG.info("{} keys are defined in the file and the properties now", defined.size());
            return true;
        } catch (CatalogException e) {
            sourceProblem = String.valueOf(e.getMessage());
            fileProblem = sourceProblem;
            return false;
        } catch (IOException | RuntimeException e) {
            fileProblem = e.toString();
            return false;
        }
    }

    private void tell(String trouble) {
        if (!trouble.isEmpty() && !trouble.equals(problem)) {
            LOG.error("The keys that are known stay in use, since newer ones cannot be read: {}", trouble);
        } else if (trouble.isEmpty() && !problem.isEmpty()) {
            LOG.info("The keys can be read again");
        }
        problem = trouble;
    }

    /** Why newer keys are not in use; null if all are that were read. */
    public @Nullable String getProblem() {
        String now = problem;
        return now.isEmpty() ? null : now;
    }

    /** Lets callers in that send one of these keys. */
    public Authenticator authenticator() {
        return new VirtualKeyAuthenticator(() -> ring, this::isStale, clock);
    }

    /** Whether the keys that are known are too old to be believed. */
    private boolean isStale() {
        Instant last = seen;
        return store.isShared() && (last == null || clock.instant().isAfter(last.plus(settings.maxStale())));
    }

    KeySettings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    KeyRing ring() {
        return ring;
    }

    /**
     * Gives out a key.
     *
     * @param request its members: name, and perhaps id, models, tags, expires, metadata, budgets, limits
     * @throws CatalogException if it is wrong
     * @throws KeyRefusal if there is one of this id
     */
    IssuedKey create(ObjectNode request, String who) {
        String secret = IssuedKey.newSecret();
        VirtualKey key = KeyReader.create(request, newId(), secret, clock.instant());
        VirtualKey created = change(
                key.id(),
                before -> {
                    if (before.isPresent()) {
                        throw new KeyRefusal(
                                Reason.CONFLICT,
                                "there is a key with the id '" + key.id() + "' already; ids are not used again");
                    }
                    return key;
                },
                who);
        return new IssuedKey(created, secret);
    }

    private static String newId() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < ID_CHARS; i++) {
            id.append(ID_LETTERS.charAt(RANDOM.nextInt(ID_LETTERS.length())));
        }
        return id.toString();
    }

    /** Changes what a key may; see {@link #create}. Members that are absent stay as they are. */
    VirtualKey change(String id, ObjectNode request, String who) {
        return change(id, before -> KeyReader.change(request, notRevoked(id, before), clock.instant()), who);
    }

    /**
     * Gives a key another secret.
     *
     * @param graceTime how long the one before still works; zero for not at all
     */
    IssuedKey rotate(String id, Duration graceTime, String who) {
        String secret = IssuedKey.newSecret();
        VirtualKey key = change(
                id,
                before -> {
                    Instant now = clock.instant();
                    VirtualKey old = notRevoked(id, before);
                    if (old.stateAt(now) == VirtualKey.State.EXPIRED) {
                        throw new KeyRefusal(
                                Reason.CONFLICT, "the key '" + id + "' has expired; change 'expires' first");
                    }
                    return old.rotatedTo(secret, now, now.plus(graceTime));
                },
                who);
        return new IssuedKey(key, secret);
    }

    /** Ends a key for good, and its budgets and limits with it. Without effect if it has ended already. */
    VirtualKey revoke(String id, String who) {
        return change(
                id,
                before -> {
                    VirtualKey key = present(id, before);
                    return key.revoked().isPresent() ? key : key.revokedAt(clock.instant());
                },
                who);
    }

    private static VirtualKey present(String id, Optional<VirtualKey> key) {
        return key.orElseThrow(() -> unknown(id));
    }

    private static VirtualKey notRevoked(String id, Optional<VirtualKey> key) {
        VirtualKey present = present(id, key);
        if (present.revoked().isPresent()) {
            throw new KeyRefusal(
                    Reason.CONFLICT,
                    "the key '" + id + "' was revoked at " + present.revoked().get() + " and stays so; create another");
        }
        return present;
    }

    static KeyRefusal unknown(String id) {
        return new KeyRefusal(Reason.UNKNOWN, "there is no key with the id '" + id + "'");
    }

    private VirtualKey change(String id, Edit edit, String who) {
        if (ring.isDefined(id)) {
            throw new KeyRefusal(
                    Reason.CONFLICT,
                    "the key '" + id + "' is defined in a file or by properties, and can only be changed there");
        }
        KeyStore.Change done = store.change(id, before -> Optional.of(edit.of(before)), who, policies);
        if (!KeyPolicies.changes(done.before(), done.after()).isEmpty()) {
            requirePoliciesInUse(id, done, who);
        }
        refresh();
        VirtualKey after = done.after().orElseThrow();
        audit(id, who, done.before().map(VirtualKey::auditLine).orElse(""), after.auditLine());
        return after;
    }

    /** Definitions that cannot be used would leave a key without its budget, so the key is put back as it was. */
    private void requirePoliciesInUse(String id, KeyStore.Change done, String who) {
        String trouble = policies.get().getProblem();
        if (trouble != null) {
            UnaryOperator<Optional<VirtualKey>> back = now -> done.before();
            store.change(id, back, who, policies);
            refresh();
            throw new KeyRefusal(
                    Reason.CONFLICT,
                    "the key '" + id + "' was not changed, since definitions of budgets and limits cannot be used now: "
                            + trouble);
        }
    }

    private void audit(String id, String who, String before, String after) {
        if (!before.equals(after)) {
            LOG.info("key {} was changed by {}: {} is now {}", id, who, before, after);
            policies.get().audit(new AuditEntry(clock.instant(), AUDIT_KIND, id, who, before, after));
        }
    }

    /** Makes a key out of what is there. */
    private interface Edit {
        VirtualKey of(Optional<VirtualKey> before);
    }
}
