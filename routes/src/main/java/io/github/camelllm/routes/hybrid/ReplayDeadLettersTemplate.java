package io.github.camelllm.routes.hybrid;

import io.github.camelllm.routes.failover.FailoverHeaders;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;

/** Sends dead letters back into a route, so many in a period and each only so often. The twin of {@code camel-llm/templates/llm-replay-dead-letters.camel.yaml}, which says more. */
public final class ReplayDeadLettersTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-replay-dead-letters")
                .templateParameter("from")
                .templateParameter("to")
                .templateParameter("parked")
                .templateParameter("files", "false")
                .templateParameter("rate", "1")
                .templateParameter("period", "1000")
                .templateParameter("maximumReplays", "3")
                .from("{{from}}")
                .throttle(constant("{{rate}}"))
                .timePeriodMillis("{{period}}")
                .end()
                .setVariable("llmValid", constant("yes"))
                .filter(simple("'{{files}}' == 'true'"))
                .doTry()
                .bean(DeadLetterRecord.class, "read")
                .doCatch(IllegalArgumentException.class)
                .setVariable("llmValid", constant("no"))
                .setHeader(FailoverHeaders.FAILURE_MESSAGE, simple("${exception.message}"))
                .end()
                .end()
                .filter(simple("${header.LlmReplays} >= {{maximumReplays}}"))
                .setVariable("llmValid", constant("no"))
                .end()
                .choice()
                .when(simple("${variable.llmValid} == 'no'"))
                .to(ExchangePattern.InOnly, "{{parked}}")
                .otherwise()
                .process(new CountReplay())
                .removeHeaders("LlmFailure.*")
                .to(ExchangePattern.InOnly, "{{to}}")
                .end();
    }
}
