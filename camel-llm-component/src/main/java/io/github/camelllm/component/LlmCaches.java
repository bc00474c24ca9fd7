package io.github.camelllm.component;

import io.github.camelllm.cache.CacheSettings;
import io.github.camelllm.cache.CacheStatistics;
import io.github.camelllm.cache.CacheStore;
import io.github.camelllm.cache.MemoryCacheStore;
import io.github.camelllm.cache.ResponseCache;
import io.github.camelllm.cache.SemanticIndex;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.EmbeddingsResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The caches of one component and the index of its questions, made when the first endpoint needs them. Thread-safe. */
final class LlmCaches {
    private static final String PROPERTIES = "llm.cache.";
    private static final String MAX_BYTES = "maxBytes";
    private static final String TIMEOUT = "timeout";
    private static final long DEFAULT_MAX_BYTES = 64L << 20;

    private final String kind;
    private final LlmExtensions extensions;
    private final LlmExtension.Context context;
    private final Executor workers;
    private final Consumer<CallRecord> records;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Made made;
    private @Nullable SemanticIndex index;

    /** Both are in one store and count together. */
    private record Made(ResponseCache<ChatResponse> chats, ResponseCache<EmbeddingsResponse> embeddings) {}

    /**
     * @param kind {@code memory}, or a kind of store that an extension has
     * @param records gets the records of calls that the cache answers
     */
    LlmCaches(
            String kind,
            LlmExtensions extensions,
            LlmExtension.Context context,
            Executor workers,
            Consumer<CallRecord> records) {
        this.kind = kind;
        this.extensions = extensions;
        this.context = context;
        this.workers = workers;
        this.records = records;
    }

    /** @throws IllegalArgumentException if a property is wrong, or nothing on the class path has such a store */
    ResponseCache<ChatResponse> chats() {
        return made().chats();
    }

    /** @throws IllegalArgumentException as {@link #chats} */
    ResponseCache<EmbeddingsResponse> embeddings() {
        return made().embeddings();
    }

    private Made made() {
        lock.lock();
        try {
            Made known = made;
            if (known == null) {
                Map<String, String> properties = context.properties(PROPERTIES);
                requireKnown(properties.keySet());
                ResponseCache<ChatResponse> chats = ResponseCache.ofChats(
                        store(properties),
                        settings(properties),
                        context.timer(),
                        context.clock(),
                        workers,
                        records,
                        () -> context.pricing().book().version());
                known = new Made(chats, chats.ofEmbeddings());
                made = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** @throws IllegalArgumentException if nothing on the class path has one */
    SemanticIndex semanticIndex() {
        lock.lock();
        try {
            SemanticIndex known = index;
            if (known == null) {
                known = extensions.semanticIndex();
                index = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** What the caches did; empty if no endpoint has needed them yet. */
    Optional<CacheStatistics.Counts> counts() {
        return inUse().map(caches -> caches.chats().counts());
    }

    /** Calls that are looked up now, or wait for an answer under way. */
    int waiting() {
        return inUse().map(
                        caches -> caches.chats().waiting() + caches.embeddings().waiting())
                .orElse(0);
    }

    private Optional<Made> inUse() {
        lock.lock();
        try {
            return Optional.ofNullable(made);
        } finally {
            lock.unlock();
        }
    }

    private static void requireKnown(Set<String> names) {
        for (String name : names) {
            if (!name.equals(MAX_BYTES) && !name.equals(TIMEOUT) && !name.startsWith("semantic.")) {
                throw new IllegalArgumentException(PROPERTIES + name + " is no property of the cache; known are "
                        + PROPERTIES + MAX_BYTES + ", " + PROPERTIES + TIMEOUT + " and " + PROPERTIES + "semantic.*");
            }
        }
    }

    private CacheStore store(Map<String, String> properties) {
        if (!kind.equals("memory")) {
            return extensions.cacheStore(kind);
        }
        try {
            return new MemoryCacheStore(maxBytes(properties), context.timer()::nanoTime);
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException(
                    "camel.component.llm.cache-store=memory needs com.github.ben-manes.caffeine:caffeine on the class path",
                    e);
        }
    }

    private static long maxBytes(Map<String, String> properties) {
        String text = properties.getOrDefault(MAX_BYTES, String.valueOf(DEFAULT_MAX_BYTES));
        if (!text.matches("[1-9]\\d{0,17}")) {
            throw new IllegalArgumentException(
                    PROPERTIES + MAX_BYTES + " must be a number of bytes such as 67108864 but is '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static CacheSettings settings(Map<String, String> properties) {
        CacheSettings usual = CacheSettings.DEFAULT;
        String text = properties.get(TIMEOUT);
        if (text == null) {
            return usual;
        }
        Duration timeout = Durations.parse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        PROPERTIES + TIMEOUT + " must be " + Durations.EXPECTED + " but is '" + text + "'"));
        return new CacheSettings(timeout, usual.storePause(), usual.semanticTimeout(), usual.maxWaiting());
    }
}
