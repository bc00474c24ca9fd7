package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.RateLimit;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Eight applications that share a provider's limits, each with four threads that always have a call to make. */
final class EightClients {
    private static final int THREADS = 4;
    private static final String ASK = "llm:openai/gpt-5-mini?maxTokens=60&maxRetries=0";
    private static final String QUESTION = "Tell me a short story about a train.";

    private final Duration minute;
    private final RateLimit.Counting counting;
    private final long requests;
    private final long tokens;

    EightClients(Duration minute, RateLimit.Counting counting, long requests, long tokens) {
        this.minute = minute;
        this.counting = counting;
        this.requests = requests;
        this.tokens = tokens;
    }

    /**
     * What the provider saw.
     *
     * @param refused how many answers were 429
     * @param failed calls that failed in another way
     * @param used share of the limit that came nearest to being used up
     */
    record Result(int refused, int failed, double used, int calls) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "429s=%d used=%.1f%%", refused, used * 100);
        }
    }

    /** @param nodes one application with eight times the threads, or eight that share a store */
    Result run(int nodes, String store, Properties properties, Duration time) throws Exception {
        Properties all = new Properties();
        all.setProperty("llm.limit.all.requestsPerMinute", String.valueOf(requests));
        all.setProperty("llm.limit.all.tokensPerMinute", String.valueOf(tokens));
        all.setProperty("llm.limit.all.wait", "10m");
        all.setProperty("llm.limits.minute", minute.toMillis() + "ms");
        all.setProperty("llm.limits.nodes", String.valueOf(nodes));
        all.putAll(properties);
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        AtomicLong used = new AtomicLong();
        List<SimulatedContext> contexts = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Simulator simulator = Simulator.builder()
                .rateLimit(new RateLimit(requests, tokens, counting, minute))
                .build()
                .start()) {
            for (int i = 0; i < nodes; i++) {
                SimulatedContext context = new SimulatedContext(simulator, all);
                context.getComponent("llm", LlmComponent.class).setLimitStore(store);
                context.start();
                contexts.add(context);
            }
            for (SimulatedContext context : contexts) {
                // Loads classes and connects
                context.createProducerTemplate().requestBody(ASK, QUESTION);
            }
            long end = System.nanoTime() + time.toNanos();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 8 * THREADS; i++) {
                ProducerTemplate template = contexts.get(i % nodes).createProducerTemplate();
                clients.add(threads.submit(() -> {
                    while (System.nanoTime() - end < 0) {
                        ask(template, end, calls, used, refused, failed);
                    }
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        } finally {
            threads.shutdownNow();
            contexts.forEach(SimulatedContext::stop);
        }
        double minutes = time.toNanos() / (double) minute.toNanos();
        double ofRequests = calls.get() / (requests * minutes);
        double ofTokens = used.get() / (tokens * minutes);
        return new Result(refused.get(), failed.get(), Math.max(ofRequests, ofTokens), calls.get());
    }

    /** Counts calls that were answered before the end. */
    private static void ask(
            ProducerTemplate template,
            long end,
            AtomicInteger calls,
            AtomicLong used,
            AtomicInteger refused,
            AtomicInteger failed) {
        try {
            Exchange answer =
                    template.request(ASK, exchange -> exchange.getMessage().setBody(QUESTION));
            if (answer.getException() != null) {
                throw new CamelExecutionException("failed", answer, answer.getException());
            }
            if (System.nanoTime() - end < 0) {
                calls.incrementAndGet();
                used.addAndGet(answer.getMessage().getHeader("CamelLlmInputTokens", 0L, Long.class)
                        + answer.getMessage().getHeader("CamelLlmOutputTokens", 0L, Long.class));
            }
        } catch (RuntimeException e) {
            (String.valueOf(e.getCause()).contains("429") ? refused : failed).incrementAndGet();
            System.err.println(e.getCause());
        }
    }
}
