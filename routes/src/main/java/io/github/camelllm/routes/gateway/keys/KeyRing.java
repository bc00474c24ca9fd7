package io.github.camelllm.routes.gateway.keys;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** All keys that are known at one time, to be found by their hashes. Immutable. */
final class KeyRing {
    static final KeyRing EMPTY = new KeyRing(Map.of(), List.of());

    private final NavigableMap<String, VirtualKey> byId;
    private final Map<String, VirtualKey> defined;
    private final Map<String, Entry> byHash = new HashMap<>();

    /**
     * A secret that a key has or had.
     *
     * @param until how long it still works; empty for as long as the key does
     * @param caller made once: nothing is made for each request
     */
    record Entry(VirtualKey key, KeyHash hash, Optional<Instant> until, CompletionStage<Caller> caller) {}

    /**
     * @param defined those of files and properties, by id: they win
     * @param stored those of a store
     */
    KeyRing(Map<String, VirtualKey> defined, Collection<VirtualKey> stored) {
        this.defined = Map.copyOf(defined);
        NavigableMap<String, VirtualKey> all = new TreeMap<>();
        stored.forEach(key -> all.put(key.id(), key));
        all.putAll(defined);
        byId = Collections.unmodifiableNavigableMap(all);
        all.values().forEach(this::enter);
    }

    private void enter(VirtualKey key) {
        CompletionStage<Caller> caller = CompletableFuture.completedStage(key.caller());
        key.previous()
                .ifPresent(old ->
                        byHash.put(old.hash().hex(), new Entry(key, old.hash(), Optional.of(old.until()), caller)));
        byHash.put(key.hash().hex(), new Entry(key, key.hash(), Optional.empty(), caller));
    }

    /**
     * The key with a secret of this hash. The map finds by a hash that nobody can aim at, so that its time tells nothing of
     * the hashes that it holds; what it finds is compared whole.
     */
    Optional<Entry> find(KeyHash hash) {
        @Nullable Entry entry = byHash.get(hash.hex());
        return entry != null && entry.hash().matches(hash) ? Optional.of(entry) : Optional.empty();
    }

    Optional<VirtualKey> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Whether it is defined in a file or by properties, which alone can change it. */
    boolean isDefined(String id) {
        return defined.containsKey(id);
    }

    /** Keys with ids behind one, sorted. */
    List<VirtualKey> after(String id, int most) {
        return byId.tailMap(id, false).values().stream().limit(most).toList();
    }

    int size() {
        return byId.size();
    }
}
