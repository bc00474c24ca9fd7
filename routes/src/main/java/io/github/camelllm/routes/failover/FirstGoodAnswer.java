package io.github.camelllm.routes.failover;

import io.github.camelllm.component.LlmConstants;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Predicate;
import org.apache.camel.StreamCache;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks several models at once and goes on with the first answer that is good. The others are not waited for; they run to their
 * end, and are paid for. No thread is held.
 *
 * <p>This is Java because no EIP does it: {@code multicast} and {@code recipientList} end with their last part, or with the
 * first failure, but not with the first success.
 *
 * <p>{@link FailoverHeaders#ANSWER_COST} is the cost of the answer taken. Tokens and cost of all calls are in the usual headers
 * if all calls were finished by then; otherwise they are unknown, so absent, and {@link FailoverHeaders#RUNNING_CALLS} says how
 * many were running. When the last call ends, what all of them took goes to the endpoint {@code totals}, as a Map with {@code
 * id}, {@code calls}, {@code failed}, and as far as known {@code cost}, {@code currency}, {@code inputTokens} and {@code
 * outputTokens}.
 */
public final class FirstGoodAnswer extends AsyncProcessorSupport implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(FirstGoodAnswer.class);

    private @Nullable CamelContext camelContext;
    private String models = "";
    private String good = "${body} != ''";
    private String totals = "";

    private List<AsyncProducer> producers = List.of();
    private @Nullable AsyncProducer totalsProducer;
    private @Nullable Predicate isGood;

    /** @param models as provider/model, separated by commas */
    public void setModels(String models) {
        this.models = models;
    }

    public String getModels() {
        return models;
    }

    /** @param good predicate in Camel's simple language, on a message that holds an answer */
    public void setGood(String good) {
        this.good = good;
    }

    public String getGood() {
        return good;
    }

    /** @param totals URI of the endpoint that gets what all calls took; empty for none */
    public void setTotals(String totals) {
        this.totals = totals;
    }

    public String getTotals() {
        return totals;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    protected void doStart() throws Exception {
        CamelContext context = camelContext;
        if (context == null) {
            throw new IllegalStateException("FirstGoodAnswer needs a Camel context");
        }
        List<AsyncProducer> started = new ArrayList<>();
        for (String model : models.split(",")) {
            if (!model.isBlank()) {
                started.add(producer(context, "llm:" + model.strip()));
            }
        }
        if (started.isEmpty()) {
            throw new IllegalArgumentException(
                    "models: expected provider/model, one or more, separated by commas, got '" + models + "'");
        }
        producers = List.copyOf(started);
        totalsProducer = totals.isBlank() ? null : producer(context, totals);
        isGood = context.resolveLanguage("simple").createPredicate(good);
        isGood.init(context);
    }

    private static AsyncProducer producer(CamelContext context, String uri) throws Exception {
        Endpoint endpoint = context.getEndpoint(uri);
        AsyncProducer producer = endpoint.createAsyncProducer();
        ServiceHelper.startService(endpoint, producer);
        return producer;
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(producers);
        ServiceHelper.stopService(totalsProducer);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        new Race(exchange, callback).run();
        return false;
    }

    /** One question to all models. */
    private final class Race {
        private final Exchange original;
        private final AsyncCallback callback;
        private final List<Exchange> legs = new ArrayList<>();
        private final List<Exchange> finished = new ArrayList<>();
        private final String id;
        private boolean decided;

        Race(Exchange original, AsyncCallback callback) {
            this.original = original;
            this.callback = callback;
            this.id = original.getExchangeId();
        }

        void run() {
            try {
                // All copies first: the original belongs to the route again as soon as one has answered
                for (int i = 0; i < producers.size(); i++) {
                    Exchange leg = ExchangeHelper.createCorrelatedCopy(original, false);
                    if (leg.getMessage().getBody() instanceof StreamCache cache) {
                        leg.getMessage().setBody(cache.copy(leg));
                    }
                    leg.getMessage().removeHeader(LlmConstants.CALL_ID);
                    legs.add(leg);
                }
            } catch (Exception e) {
                original.setException(new CamelExchangeException("Cannot copy the question", original, e));
                callback.done(false);
                return;
            }
            for (int i = 0; i < producers.size(); i++) {
                Exchange leg = legs.get(i);
                producers.get(i).process(leg, doneSync -> done(leg));
            }
        }

        private void done(Exchange leg) {
            boolean taken = isGood(leg);
            Runnable next = () -> {};
            boolean last;
            synchronized (this) {
                finished.add(leg);
                last = finished.size() == legs.size();
                if (!decided && (taken || last)) {
                    decided = true;
                    List<Exchange> known = List.copyOf(finished);
                    next = taken ? () -> succeed(leg, known) : this::fail;
                }
            }
            next.run();
            if (last) {
                report();
            }
        }

        private boolean isGood(Exchange leg) {
            if (leg.getException() != null) {
                return false;
            }
            try {
                return isGood != null && isGood.matches(leg);
            } catch (Exception e) {
                leg.setException(e);
                return false;
            }
        }

        private void succeed(Exchange winner, List<Exchange> known) {
            Spent own = Spent.of(winner);
            int running = legs.size() - known.size();
            Spent all = spent(known);
            if (running > 0) {
                all = all.plus(Spent.UNKNOWN);
            }
            Message answer = winner.getMessage();
            // A copy: what the winner took is read from its own headers once more, for the totals
            original.getMessage().setHeaders(new HashMap<>(answer.getHeaders()));
            original.getMessage().setBody(answer.getBody());
            all.writeTo(original.getMessage());
            own.cost()
                    .ifPresentOrElse(
                            cost -> original.getMessage().setHeader(FailoverHeaders.ANSWER_COST, cost),
                            () -> original.getMessage().removeHeader(FailoverHeaders.ANSWER_COST));
            own.currency().ifPresent(currency -> original.getMessage().setHeader(LlmConstants.COST_CURRENCY, currency));
            original.getMessage().setHeader(FailoverHeaders.ATTEMPTS, legs.size());
            original.getMessage().setHeader(FailoverHeaders.RUNNING_CALLS, running);
            callback.done(false);
        }

        /** All are in and none is good: the failure of the first model in the list, if there is one. */
        private void fail() {
            original.setException(legs.stream()
                    .flatMap(leg -> Optional.ofNullable(leg.getException()).stream())
                    .findFirst()
                    .orElseGet(() -> new NoAnswerException(
                            "Expected a good answer of one of " + legs.size() + " models, none passed the test")));
            callback.done(false);
        }

        private void report() {
            if (totalsProducer == null) {
                return;
            }
            Exchange total = totalsProducer.getEndpoint().createExchange();
            Spent all = spent(finished);
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("id", id);
            row.put("calls", legs.size());
            row.put("failed", (int)
                    finished.stream().filter(leg -> leg.getException() != null).count());
            all.cost().map(BigDecimal::toPlainString).ifPresent(cost -> row.put("cost", cost));
            all.currency().ifPresent(currency -> row.put("currency", currency));
            putTokens(row, "inputTokens", all.tokens().get(LlmConstants.INPUT_TOKENS));
            putTokens(row, "outputTokens", all.tokens().get(LlmConstants.OUTPUT_TOKENS));
            total.getMessage().setBody(row);
            totalsProducer.process(total, doneSync -> {
                if (total.getException() != null) {
                    LOG.warn(
                            "What a question to several models took could not be sent to {}",
                            totals,
                            total.getException());
                }
            });
        }
    }

    private static void putTokens(Map<String, Object> row, String name, @Nullable Long number) {
        if (number != null) {
            row.put(name, number);
        }
    }

    private static Spent spent(List<Exchange> legs) {
        return legs.stream().map(Spent::of).reduce(Spent.NOTHING, Spent::plus);
    }
}
