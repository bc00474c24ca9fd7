package io.github.camelllm.routes.failover;

import io.github.camelllm.component.LlmConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Puts what a failed call took where {@link SumUsage} looks for it: nothing if the provider refused it, unknown if it may have
 * been billed. A step of {@code doCatch}, before the next model is asked.
 */
public final class FailedCall implements Processor {
    @Override
    public void process(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure == null) {
            throw new IllegalStateException("Expected a step of doCatch, this exchange has not failed");
        }
        Spent spent = Spent.of(failure);
        Message message = exchange.getMessage();
        spent.writeTo(message);
        if (spent.any()) {
            message.setHeader(LlmConstants.CALL_ID, "failed");
        } else {
            message.removeHeader(LlmConstants.CALL_ID);
        }
    }
}
