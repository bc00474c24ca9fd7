package io.github.camelllm.cache;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares questions by their vectors, in this process. Scopes are apart: a search looks at no other scope than its own. When
 * it is full, the oldest question of the scope that was asked least lately goes.
 */
public final class MemorySemanticIndex implements SemanticIndex {
    private final Embedder embedder;
    private final Executor executor;
    private final LongSupplier nanoTime;
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, ArrayDeque<Entry>> scopes = new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    /** Makes vectors of texts: the smaller the angle between two, the more alike their meaning. May take a while. */
    public interface Embedder {
        float[] embed(String text);
    }

    /**
     * How much is remembered.
     *
     * @param perScope most questions of one scope
     * @param total most questions in all
     * @param maxChars longer questions are neither looked for nor remembered
     */
    public record Limits(int perScope, int total, int maxChars) {
        public static final Limits DEFAULT = new Limits(1_000, 10_000, 2_000);
    }

    private record Entry(String key, float[] vector, QuestionFacts facts, long untilNanos) {}

    /**
     * @param executor runs the embedder; a question that it refuses is not looked for
     * @param nanoTime as {@link System#nanoTime()}
     */
    public MemorySemanticIndex(Embedder embedder, Executor executor, LongSupplier nanoTime, Limits limits) {
        this.embedder = embedder;
        this.executor = executor;
        this.nanoTime = nanoTime;
        this.limits = limits;
    }

    @Override
    public CompletableFuture<Found> find(Question question, double threshold) {
        if (question.text().isBlank() || question.text().length() > limits.maxChars()) {
            return CompletableFuture.completedFuture(Found.NOTHING);
        }
        try {
            return CompletableFuture.supplyAsync(() -> search(question, threshold), executor);
        } catch (RejectedExecutionException e) {
            // More questions than can be compared now: those beyond go to the provider
            return CompletableFuture.completedFuture(Found.NOTHING);
        }
    }

    private Found search(Question question, double threshold) {
        float[] vector = normalised(embedder.embed(question.text()));
        QuestionFacts facts = QuestionFacts.of(question.text());
        Optional<String> key = nearest(question.scope(), vector, facts, threshold);
        return new Found() {
            @Override
            public Optional<String> key() {
                return key;
            }

            @Override
            public void remember(String answer, Duration ttl) {
                add(question.scope(), new Entry(answer, vector, facts, nanoTime.getAsLong() + ttl.toNanos()));
            }
        };
    }

    private Optional<String> nearest(String scope, float[] vector, QuestionFacts facts, double threshold) {
        @Nullable Entry best = null;
        double highest = threshold;
        for (Entry entry : entries(scope)) {
            if (entry.facts().agreeWith(facts)) {
                double similarity = dot(entry.vector(), vector);
                if (similarity >= highest) {
                    highest = similarity;
                    best = entry;
                }
            }
        }
        return Optional.ofNullable(best).map(Entry::key);
    }

    /** The scope's questions whose time is not up. */
    private List<Entry> entries(String scope) {
        lock.lock();
        try {
            ArrayDeque<Entry> entries = scopes.get(scope);
            if (entries == null) {
                return List.of();
            }
            long now = nanoTime.getAsLong();
            size -= entries.size();
            entries.removeIf(entry -> entry.untilNanos() - now <= 0);
            size += entries.size();
            if (entries.isEmpty()) {
                scopes.remove(scope);
            }
            return new ArrayList<>(entries);
        } finally {
            lock.unlock();
        }
    }

    private void add(String scope, Entry entry) {
        lock.lock();
        try {
            ArrayDeque<Entry> entries = scopes.computeIfAbsent(scope, absent -> new ArrayDeque<>());
            size -= entries.size();
            entries.removeIf(known -> known.key().equals(entry.key()));
            if (entries.size() >= limits.perScope()) {
                entries.remove();
            }
            entries.add(entry);
            size += entries.size();
            while (size > limits.total()) {
                removeOldest();
            }
        } finally {
            lock.unlock();
        }
    }

    private void removeOldest() {
        Iterator<Map.Entry<String, ArrayDeque<Entry>>> eldest =
                scopes.entrySet().iterator();
        ArrayDeque<Entry> entries = eldest.next().getValue();
        entries.remove();
        size--;
        if (entries.isEmpty()) {
            eldest.remove();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static float[] normalised(float[] vector) {
        double length = Math.sqrt(dot(vector, vector));
        float[] normalised = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            normalised[i] = (float) (vector[i] / length);
        }
        return normalised;
    }
}
