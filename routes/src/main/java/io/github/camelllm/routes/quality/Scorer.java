package io.github.camelllm.routes.quality;

import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.component.BoundedPool;
import io.github.camelllm.routes.failover.Question;
import io.github.camelllm.routes.quality.QualityCounters.Event;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges a share of the answers by one route, on threads of its own behind a bounded queue, so that no call waits for it. What
 * does not fit into the queue is dropped and counted. Thread-safe.
 */
final class Scorer {
    /** Whose judgements these are. */
    static final String JUDGE = "auto";

    private static final Logger LOG = LoggerFactory.getLogger(Scorer.class);
    private static final long MOST_WAITING_BYTES = 32L << 20;
    private static final long LONGEST_END_MILLIS = 10_000;
    private static final double ALL = 100;

    private final Quality quality;
    private final CamelContext context;
    private final ScorerSettings settings;
    private final ExecutorService threads;
    private final ProducerTemplate template;
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile @Nullable Endpoint endpoint;
    private volatile boolean failing;

    Scorer(Quality quality, CamelContext context, ScorerSettings settings) {
        this.quality = quality;
        this.context = context;
        this.settings = settings;
        this.threads = BoundedPool.of(context, "LlmScore-" + settings.name(), settings.threads(), settings.queue());
        this.template = context.createProducerTemplate();
    }

    /** Whether a call's answer is among those that are judged: the same on every node, by the call's id. */
    boolean wants(UUID callId, Optional<String> task) {
        return (settings.tasks().isEmpty()
                        || task.filter(settings.tasks()::contains).isPresent())
                && share(callId, settings.name()) < settings.percent();
    }

    /** Evenly spread over 0 (inclusive) to 100 (exclusive), for each name another one. */
    static double share(UUID callId, String name) {
        long seed = callId.getMostSignificantBits()
                ^ Long.rotateLeft(callId.getLeastSignificantBits(), 31)
                ^ (long) name.hashCode() << 32;
        return new SplittableRandom(seed).nextDouble() * ALL;
    }

    int maxBytes() {
        return settings.maxBytes();
    }

    /**
     * Judges an answer later. Never waits.
     *
     * @param bytes that wait with it
     * @param answer makes the answer of them, on the thread that judges
     */
    void offer(UUID callId, Optional<String> task, long bytes, Supplier<ScoredAnswer> answer) {
        if (waitingBytes.addAndGet(bytes) > MOST_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            count(Event.DROPPED);
            return;
        }
        try {
            threads.execute(() -> {
                waitingBytes.addAndGet(-bytes);
                judge(callId, task, answer);
            });
        } catch (RejectedExecutionException e) {
            LOG.trace("An answer is not judged: too many wait", e);
            waitingBytes.addAndGet(-bytes);
            count(Event.DROPPED);
        }
    }

    void count(Event event) {
        quality.counters().count(settings.name(), event, 1);
    }

    private void judge(UUID callId, Optional<String> task, Supplier<ScoredAnswer> answer) {
        try {
            Exchange done = template.send(endpoint(), exchange(callId, task, answer.get()));
            if (done.getException() != null) {
                throw done.getException();
            }
            keep(callId, task, done.getMessage());
            failing = false;
        } catch (Exception e) {
            failed(e);
        }
    }

    /** Adds the ready route unless there is one of its name: only now are all routes of the application there. */
    private Endpoint endpoint() throws Exception {
        Endpoint known = endpoint;
        if (known == null) {
            // A context does not take routes of several threads at once; beside that it has failed to find an endpoint
            synchronized (quality) {
                if (settings.isReady() && context.getRoute(settings.routeId()) == null) {
                    PluginHelper.getRoutesLoader(context)
                            .loadRoutes(PluginHelper.getResourceLoader(context)
                                    .resolveResource(
                                            "classpath:camel-llm/quality/" + settings.routeId() + ".camel.yaml"));
                }
                known = CamelContextHelper.getMandatoryEndpoint(context, address());
            }
            endpoint = known;
        }
        return known;
    }

    /** Where no route listens, to wait for one would hold up all that wait here. */
    private String address() {
        String to = settings.to();
        return to.startsWith("direct:") && to.indexOf('?') < 0 ? to + "?block=false" : to;
    }

    private Exchange exchange(UUID callId, Optional<String> task, ScoredAnswer answer) {
        Exchange exchange = new DefaultExchange(context);
        Map<String, Object> scored = answer.map();
        scored.put("callId", callId.toString());
        task.ifPresent(name -> scored.put("task", name));
        exchange.setVariable(ScoredAnswer.VARIABLE, scored);
        answer.question().ifPresent(question -> exchange.setVariable(Question.VARIABLE, question));
        exchange.getMessage().setBody(answer.answer());
        return exchange;
    }

    private void keep(UUID callId, Optional<String> task, Message judged) throws SQLException {
        Optional<BigDecimal> score = Feedback.score(judged);
        if (score.isEmpty()) {
            count(Event.SKIPPED);
            return;
        }
        quality.keep(new Judgement(
                callId,
                settings.name(),
                JUDGE,
                Judgement.tenThousandths(score.get()),
                Optional.ofNullable(judged.getHeader(FeedbackHeaders.LABEL, String.class)),
                Optional.empty(),
                Optional.ofNullable(judged.getHeader(FeedbackHeaders.TASK, String.class))
                        .or(() -> task),
                Optional.empty()));
    }

    private void failed(Exception e) {
        if (ObjectHelper.getException(LlmBudgetExceededException.class, e) != null) {
            count(Event.SKIPPED);
            return;
        }
        if (!(e instanceof SQLException)) {
            // Those of the database are counted where they happen
            count(Event.FAILED);
        }
        LlmException ours = ObjectHelper.getException(LlmException.class, e);
        if (!failing) {
            // Other exceptions may quote what was asked or answered
            LOG.warn(
                    "Answers cannot be judged by {} now; the next failures are only counted: {}",
                    settings.name(),
                    ours == null ? e.getClass().getName() : ours.toString());
        }
        failing = true;
    }

    /** Waits for a while until what waits is judged. */
    void close() {
        // An interrupt would close the file of an H2 database
        context.getExecutorServiceManager().shutdownGraceful(threads, LONGEST_END_MILLIS);
        template.stop();
    }
}
