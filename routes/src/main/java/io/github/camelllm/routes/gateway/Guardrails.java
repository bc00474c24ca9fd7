package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.gateway.keys.Caller;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes that look at requests and answers. A route refuses by setting the header {@link #REFUSED}, and it may change the text,
 * but not that of a stream. One that fails, or that there is not, refuses as well, unless they are to fail open. Thread-safe.
 */
public final class Guardrails {
    /** Header that a guardrail sets to what the client is told. */
    public static final String REFUSED = "CamelLlmRefused";
    /** Header with what a guardrail gets: {@code request}, {@code answer} or {@code stream}. */
    public static final String PHASE = "CamelLlmGuardrailPhase";
    /** Header with the model as the client names it. */
    public static final String MODEL = "CamelLlmGuardrailModel";
    /** Header with the id of the caller. */
    public static final String CALLER = "CamelLlmGuardrailCaller";

    private static final Logger LOG = LoggerFactory.getLogger(Guardrails.class);

    private final CamelContext context;
    private final GatewayWorkers workers;
    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    Guardrails(CamelContext context, GatewayWorkers workers) {
        this.context = context;
        this.workers = workers;
    }

    /** What a guardrail looks at. */
    enum Phase {
        REQUEST,
        ANSWER,
        STREAM
    }

    /** What guardrails say. */
    record Verdict(Optional<LlmException> refusal, String passed) {
        static Verdict refused(LlmException refusal) {
            return new Verdict(Optional.of(refusal), "");
        }

        /**
         * The text as it may go on.
         *
         * @throws LlmException if it may not
         */
        String text() {
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            return passed;
        }
    }

    /**
     * Asks one guardrail after the other.
     *
     * @param ids of their routes
     * @param exchange of the request, which is only read
     * @param then gets the verdict, on another thread or this one
     */
    void check(
            List<String> ids, Phase phase, Exchange exchange, String text, boolean failOpen, Consumer<Verdict> then) {
        GatewayRequest request = GatewayRequest.of(exchange);
        Caller caller = exchange.getProperty(EnterStage.CALLER, Caller.class);
        Check check = new Check(ids, phase, request.model(), caller == null ? "" : caller.id(), failOpen, then);
        try {
            workers.run(() -> check.ask(0, text));
        } catch (LlmException e) {
            then.accept(Verdict.refused(e));
        }
    }

    /** Those of some routes that there are not. */
    List<String> missing(List<String> ids) {
        return ids.stream().filter(id -> context.getRoute(id) == null).toList();
    }

    private AsyncProducer producer(String id) throws Exception {
        AsyncProducer known = producers.get(id);
        if (known != null) {
            return known;
        }
        Route route = context.getRoute(id);
        if (route == null) {
            throw new IllegalStateException("there is no route with the id '" + id + "'");
        }
        AsyncProducer made = route.getEndpoint().createAsyncProducer();
        ServiceHelper.startService(made);
        AsyncProducer first = producers.putIfAbsent(id, made);
        if (first != null) {
            ServiceHelper.stopService(made);
        }
        return first == null ? made : first;
    }

    void close() {
        producers.values().forEach(ServiceHelper::stopService);
        producers.clear();
    }

    private final class Check {
        private final List<String> ids;
        private final Phase phase;
        private final String model;
        private final String caller;
        private final boolean failOpen;
        private final Consumer<Verdict> then;

        Check(List<String> ids, Phase phase, String model, String caller, boolean failOpen, Consumer<Verdict> then) {
            this.ids = ids;
            this.phase = phase;
            this.model = model;
            this.caller = caller;
            this.failOpen = failOpen;
            this.then = then;
        }

        void ask(int index, String text) {
            if (index == ids.size()) {
                then.accept(new Verdict(Optional.empty(), text));
                return;
            }
            String id = ids.get(index);
            Exchange question = new DefaultExchange(context, ExchangePattern.InOut);
            question.getMessage().setBody(text);
            question.getMessage().setHeader(PHASE, phase.name().toLowerCase(Locale.ROOT));
            question.getMessage().setHeader(MODEL, model);
            question.getMessage().setHeader(CALLER, caller);
            try {
                producer(id).process(question, doneSync -> judge(index, id, text, question));
            } catch (Exception e) {
                question.setException(e);
                judge(index, id, text, question);
            }
        }

        private void judge(int index, String id, String text, Exchange question) {
            Throwable failure = question.getException();
            Object refused = question.getMessage().getHeader(REFUSED);
            if (failure instanceof LlmContentFilteredException filtered) {
                then.accept(Verdict.refused(filtered));
            } else if (failure != null) {
                fail(index, id, text, failure);
            } else if (refused != null) {
                then.accept(Verdict.refused(Refusals.filtered(refused.toString(), model)));
            } else {
                String passed = question.getMessage().getBody(String.class);
                if (phase == Phase.STREAM && !text.equals(passed)) {
                    fail(index, id, text, new IllegalStateException("it changed the text of a stream"));
                } else {
                    ask(index + 1, passed == null ? "" : passed);
                }
            }
        }

        private void fail(int index, String id, String text, Throwable failure) {
            if (failOpen) {
                LOG.warn("Guardrail {} failed; the {} goes on", id, phase, failure);
                ask(index + 1, text);
            } else {
                LOG.error("Guardrail {} failed; the {} is refused", id, phase, failure);
                String why = "a guardrail of the gateway failed, so nothing can pass it";
                then.accept(Verdict.refused(
                        phase == Phase.REQUEST ? Refusals.unavailable(why, failure) : Refusals.withheld(why, failure)));
            }
        }
    }
}
