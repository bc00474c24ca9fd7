package io.github.camelllm.routes.failover;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes a dead letter: the question from the variable {@code llmQuestion} is the body again, also if its answer was there already,
 * and {@link FailureReason} tells why. Camel's {@code useOriginalMessage} would take the message that came in at the very first
 * route, which is another one behind a splitter or a {@code direct} endpoint. For {@code onPrepareFailureRef}.
 */
public final class DeadQuestion implements Processor {
    private final FailureReason reason = new FailureReason();

    private final Question question = new Question();

    @Override
    public void process(Exchange exchange) throws IOException {
        Object asked = question.copy(exchange);
        if (asked != null) {
            exchange.getMessage().setBody(asked);
        }
        reason.process(exchange);
    }
}
