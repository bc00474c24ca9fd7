package io.github.camelllm.routes.failover;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Collects what several models said and decides when the last one is in. The cost is that of all of them. */
abstract class AllAnswers implements AggregationStrategy {
    private static final String LEGS = "CamelLlmLegs";

    @Override
    public final Exchange aggregate(@Nullable Exchange before, Exchange now) {
        List<Leg> legs = before == null ? new ArrayList<>() : legs(before);
        legs.add(Leg.of(now, now.getException() == null ? vote(now) : Optional.empty()));
        // What stands for all should not carry the traces of a failure if there is one without
        Exchange answer = before == null || before.getException() != null ? now : before;
        answer.setProperty(LEGS, legs);
        return answer;
    }

    @SuppressWarnings("unchecked")
    private static List<Leg> legs(Exchange exchange) {
        List<Leg> legs = exchange.getProperty(LEGS, List.class);
        return legs == null ? new ArrayList<>() : legs;
    }

    @Override
    public final void onCompletion(@Nullable Exchange exchange, Exchange original) {
        if (exchange == null) {
            return;
        }
        List<Leg> legs = legs(exchange);
        exchange.removeProperty(LEGS);
        legs.sort(Comparator.comparingInt(Leg::index));
        try {
            Leg chosen = choose(legs, exchange);
            exchange.setException(null);
            exchange.getMessage().setBody(chosen.body());
            exchange.getMessage().setHeaders(chosen.headers());
            legs.stream().map(Leg::spent).reduce(Spent.NOTHING, Spent::plus).writeTo(exchange.getMessage());
            mark(exchange, chosen, legs);
        } catch (Exception e) {
            exchange.setException(e);
        }
    }

    /** The answer as it is compared; empty if it is none. */
    abstract Optional<String> vote(Exchange answered);

    /**
     * Chooses an answer.
     *
     * @param legs in the order of the models
     * @throws Exception if none can be taken
     */
    abstract Leg choose(List<Leg> legs, Exchange exchange) throws Exception;

    /** Sets what else the result should tell. */
    void mark(Exchange result, Leg chosen, List<Leg> legs) {}

    /** The failure of the first model, or one that says that nothing came. */
    static Exception noneOf(List<Leg> legs) {
        return legs.stream()
                .flatMap(leg -> leg.failure().stream())
                .findFirst()
                .orElseGet(() -> new NoAnswerException(
                        "Expected an answer of one of " + legs.size() + " models, all came back without text"));
    }
}
