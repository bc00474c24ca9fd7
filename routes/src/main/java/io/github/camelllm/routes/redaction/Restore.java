package io.github.camelllm.routes.redaction;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Puts the values back that {@link Redact} took out of this exchange, wherever the body has their placeholders. Placeholders
 * that a model made up stay. A stream is read to its end first. Thread-safe.
 */
public final class Restore implements Processor {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\[[A-Z][A-Z0-9_]*-\\d+]");

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, String> values = exchange.getProperty(Redactions.PROPERTY, Redactions.NONE, Redactions.class)
                .toMap();
        Object body = message.getBody();
        if (!values.isEmpty() && body != null) {
            Object readable = body instanceof Map || body instanceof List ? body : message.getBody(String.class);
            if (readable == null) {
                throw new IllegalArgumentException("restoring: expected a body with text, got "
                        + body.getClass().getName());
            }
            message.setBody(Redactor.deep(readable, text -> restore(text, values)));
        }
    }

    private static String restore(String text, Map<String, String> values) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(), found.group())));
    }
}
