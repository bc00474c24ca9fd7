package io.github.camelllm.routes.failover;

import io.github.camelllm.component.LlmConstants;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * Of several answers the one that cost least; equal ones in the order of the models. An answer of unknown cost is taken only
 * if there is no other. The cost in the headers is that of all calls, {@link FailoverHeaders#ANSWER_COST} that of the answer.
 */
public final class CheapestAnswer extends AllAnswers {
    @Override
    Optional<String> vote(Exchange answered) {
        String text = answered.getMessage().getBody(String.class);
        return Optional.ofNullable(text).filter(said -> !said.isBlank());
    }

    @Override
    Leg choose(List<Leg> legs, Exchange exchange) throws Exception {
        Comparator<Leg> unknownLast = Comparator.comparing(
                leg -> leg.spent().cost().orElse(null), Comparator.nullsLast(BigDecimal::compareTo));
        Optional<Leg> cheapest =
                legs.stream().filter(leg -> leg.vote().isPresent()).min(unknownLast);
        if (cheapest.isEmpty()) {
            throw noneOf(legs);
        }
        return cheapest.get();
    }

    @Override
    void mark(Exchange result, Leg chosen, List<Leg> legs) {
        result.getMessage().removeHeader(FailoverHeaders.ANSWER_COST);
        chosen.spent().cost().ifPresent(cost -> result.getMessage().setHeader(FailoverHeaders.ANSWER_COST, cost));
        if (chosen.spent().currency().isPresent()) {
            result.getMessage()
                    .setHeader(
                            LlmConstants.COST_CURRENCY,
                            chosen.spent().currency().get());
        }
    }
}
