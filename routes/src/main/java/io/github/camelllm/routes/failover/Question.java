package io.github.camelllm.routes.failover;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;

/**
 * The question that a route keeps in the variable {@value #VARIABLE} while it works on the answer. It may be a stream that has
 * been read once: each use gets a view of its own, from the beginning.
 */
public final class Question implements Processor {
    /** Name of the variable. */
    public static final String VARIABLE = "llmQuestion";

    /**
     * Gives a copy of an exchange a question of its own, for {@code onPrepare}. Without it, copies that are worked on by several
     * threads share one stream, and to copy or just to look up a stream moves its position.
     */
    @Override
    public void process(Exchange exchange) throws IOException {
        exchange.setVariable(VARIABLE, copy(exchange));
    }

    /** The question as it came, to be asked once more. */
    public @Nullable Object copy(Exchange exchange) throws IOException {
        Object question = exchange.getVariable(VARIABLE);
        return question instanceof StreamCache cache ? cache.copy(exchange) : question;
    }

    /**
     * The question as text.
     *
     * @throws IllegalArgumentException if there is none, or it is nothing that becomes text
     */
    public String text(Exchange exchange) throws IOException {
        String text = exchange.getContext().getTypeConverter().convertTo(String.class, exchange, copy(exchange));
        if (text == null) {
            throw new IllegalArgumentException(
                    "Expected text in the variable " + VARIABLE + ", got nothing that is or becomes text");
        }
        return text;
    }
}
