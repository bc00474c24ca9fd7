package io.github.camelllm.component;

import io.github.camelllm.call.Admission;
import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.Permit;
import io.github.camelllm.call.Timer;
import io.github.camelllm.limit.LimitDefinitions;
import io.github.camelllm.limit.LimitLevel;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.limit.MemoryLimitStore;
import io.github.camelllm.limit.RateLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rate limits of one component. What they need is made when the first limit is defined: most applications have none.
 * Thread-safe.
 */
final class LlmLimits implements Admission<Permit>, AutoCloseable {
    private final Function<Supplier<LimitDefinitions>, RateLimits> maker;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile LimitDefinitions definitions;
    private volatile @Nullable RateLimits made;

    /**
     * @param maker makes the limits for definitions that may change
     * @throws IllegalArgumentException if there are limits, and what they need is missing
     */
    LlmLimits(LimitDefinitions definitions, Function<Supplier<LimitDefinitions>, RateLimits> maker) {
        this.definitions = definitions;
        this.maker = maker;
        if (!definitions.isEmpty()) {
            limits();
        }
    }

    /** @throws IllegalArgumentException if Bucket4j is not on the class path */
    static LimitStore inMemory(Timer timer) {
        try {
            return new MemoryLimitStore(timer);
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException(
                    "Rate limits need com.bucket4j:bucket4j_jdk17-core on the class path; add it to the dependencies",
                    e);
        }
    }

    /** @throws IllegalArgumentException if these are the first limits, and what they need is missing */
    void define(LimitDefinitions changed) {
        if (!changed.isEmpty()) {
            limits();
        }
        definitions = changed;
    }

    private RateLimits limits() {
        lock.lock();
        try {
            RateLimits known = made;
            if (known == null) {
                known = maker.apply(() -> definitions);
                made = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Permit> admit(Attempt attempt) {
        RateLimits known = made;
        return known == null ? CompletableFuture.completedFuture(Permit.FREE) : known.admit(attempt);
    }

    /** Refuses all who wait. */
    @Override
    public void close() {
        RateLimits known = made;
        if (known != null) {
            known.close();
        }
    }

    /** See {@link RateLimits#levels}; empty if there has never been a limit. */
    List<LimitLevel> levels(int mostAccounts) {
        RateLimits known = made;
        return known == null ? List.of() : known.levels(mostAccounts);
    }

    LimitDefinitions definitions() {
        return definitions;
    }

    /** How the store is doing, and who waits, for people; empty if there has never been a limit. */
    Optional<Map<String, Object>> state() {
        RateLimits known = made;
        if (known == null) {
            return Optional.empty();
        }
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("store", known.store().kind());
        state.put("storeState", known.store().state());
        state.put("limits", List.copyOf(definitions.names()));
        state.put("waiting", known.waiting());
        state.put("heldByProvider", known.heldByProvider());
        return Optional.of(state);
    }
}
