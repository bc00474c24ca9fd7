package io.github.camelllm.routes.failover;

import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/** Asks again as often and as late as it makes sense; what then still fails becomes a dead letter with its reason. The twin of {@code camel-llm/templates/llm-retry-dead-letter.camel.yaml}, which says more. */
public final class RetryDeadLetterTemplate extends RouteBuilder {
    @Override
    public void configure() {
        // The fluent methods of the error handler take numbers only, not placeholders
        RedeliveryPolicyDefinition again = new RedeliveryPolicyDefinition()
                .maximumRedeliveries("{{redeliveries}}")
                .redeliveryDelay("{{delay}}")
                .maximumRedeliveryDelay("{{maximumDelay}}")
                .useExponentialBackOff()
                .backOffMultiplier(2)
                .useCollisionAvoidance()
                .asyncDelayedRedelivery()
                .retryAttemptedLogLevel(LoggingLevel.DEBUG)
                .logExhaustedMessageHistory(false);
        DefaultErrorHandlerDefinition deadLetters = deadLetterChannel("{{deadLetter}}")
                .deadLetterHandleNewException(false)
                .onExceptionOccurred(new AskAgainLater())
                .onPrepareFailure(new DeadQuestion());
        deadLetters.setRedeliveryPolicy(again);
        routeTemplate("llm-retry-dead-letter")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("to")
                .templateParameter("deadLetter")
                .templateParameter("redeliveries", "5")
                .templateParameter("delay", "1000")
                .templateParameter("maximumDelay", "60000")
                .from("{{from}}")
                .errorHandler(deadLetters)
                // For the dead letter, if the answer cannot be delivered
                .setVariable(Question.VARIABLE, body())
                .to("llm:{{model}}")
                .to("{{to}}");
    }
}
