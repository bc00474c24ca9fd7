package io.github.camelllm.routes.enrichment;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.jspecify.annotations.Nullable;

/**
 * Puts the text of a file that {@code pollEnrich} read into the variable {@code llmContext}; body and headers stay.
 * Thread-safe.
 *
 * <p>The file is let go as soon as its text is read. Otherwise it would be in progress until the whole exchange is done, and
 * another exchange that wants the same file would wait for the model's answer to this one.
 */
public final class ReferenceText implements AggregationStrategy {
    private final long maxBytes;

    /** @param maxBytes the largest file that is read */
    public ReferenceText(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Exchange aggregate(Exchange message, @Nullable Exchange file) {
        if (file == null) {
            throw new IllegalArgumentException("ReferenceText: expected the file "
                    + message.getVariable("llmFile", String.class) + ", found none before the timeout");
        }
        try {
            message.setVariable("llmContext", text(file));
        } finally {
            UnitOfWorkHelper.doneSynchronizations(
                    file, file.getExchangeExtension().handoverCompletions());
        }
        return message;
    }

    private String text(Exchange file) {
        Long bytes = file.getMessage().getHeader(Exchange.FILE_LENGTH, Long.class);
        String name = file.getMessage().getHeader(Exchange.FILE_NAME_ONLY, String.class);
        if (bytes != null && bytes > maxBytes) {
            throw new IllegalArgumentException(
                    "ReferenceText: expected at most " + maxBytes + " bytes, got " + bytes + " in " + name);
        }
        String text = file.getMessage().getBody(String.class);
        if (text == null) {
            throw new IllegalArgumentException("ReferenceText: expected text in " + name + ", got none");
        }
        return text;
    }
}
