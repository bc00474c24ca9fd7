package io.github.camelllm.routes.failover;

import io.github.camelllm.chat.LlmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;

/**
 * Puts the reason of a failure into headers of the message, beside the question, which stays as it is. The names do not begin
 * with Camel, so JMS and Kafka carry them. The words of the provider are left out: they can quote the prompt. For {@code
 * onPrepareFailureRef} of a dead letter channel, or as a step of {@code doCatch} and {@code onException}.
 */
public final class FailureReason implements Processor {
    @Override
    public void process(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure == null) {
            failure = exchange.getException();
        }
        if (failure == null) {
            throw new IllegalStateException("Expected a failed exchange, this one has no exception");
        }
        Message message = exchange.getMessage();
        LlmException call = ObjectHelper.getException(LlmException.class, failure);
        Throwable named = call == null ? failure : call;
        message.setHeader(FailoverHeaders.FAILURE, named.getClass().getSimpleName());
        message.setHeader(
                FailoverHeaders.FAILURE_TIME,
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        message.setHeader(FailoverHeaders.FAILURE_ATTEMPTS, attempts(exchange));
        message.removeHeader(FailoverHeaders.FAILURE_REQUEST_ID);
        if (call == null) {
            // What others put into their messages is not known to be free of the prompt
            message.setHeader(FailoverHeaders.FAILURE_MESSAGE, "failed outside of the call to the model");
            message.setHeader(FailoverHeaders.FAILURE_RETRYABLE, false);
            message.removeHeaders("LlmFailure(Type|Status|Model)");
        } else {
            message.setHeader(FailoverHeaders.FAILURE_MESSAGE, call.getMessage());
            message.setHeader(FailoverHeaders.FAILURE_TYPE, call.getErrorType());
            message.setHeader(FailoverHeaders.FAILURE_STATUS, call.getStatusCode());
            message.setHeader(FailoverHeaders.FAILURE_RETRYABLE, call.isRetryable());
            message.setHeader(FailoverHeaders.FAILURE_MODEL, call.getProvider() + "/" + call.getModel());
            if (call.getRequestId() != null) {
                message.setHeader(FailoverHeaders.FAILURE_REQUEST_ID, call.getRequestId());
            }
        }
        message.removeHeader(Exchange.REDELIVERY_DELAY);
    }

    private static int attempts(Exchange exchange) {
        Integer failures = exchange.getProperty(AskAgainLater.FAILURES, 1, Integer.class);
        exchange.removeProperty(AskAgainLater.FAILURES);
        return failures;
    }
}
