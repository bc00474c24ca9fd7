package io.github.camelllm.routes.redaction;

import io.github.camelllm.component.LlmConstants;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Replaces values in the body by placeholders such as {@code [EMAIL-1]}, before a model sees it. The body is text, or a
 * {@code Map} or {@code List} of texts; the headers {@code CamelLlmUserMessage} and {@code CamelLlmSystemMessage} are redacted
 * with it. {@link Restore} puts the values back.
 *
 * <p>It fails closed: a body in which text cannot be seen (a picture, a PDF, an object) is refused, and so is all if the
 * rules cannot be read. Thread-safe.
 */
public final class Redact implements Processor {
    private static final List<String> HEADERS = List.of(LlmConstants.USER_MESSAGE, LlmConstants.SYSTEM_MESSAGE);
    private static final int MAX_RULES = 200;

    private final List<Rule> shipped;
    private final String patterns;
    private volatile @Nullable List<Rule> rules;

    /**
     * @param rules some of {@code email,phone,iban,card}, separated by commas; {@code none} for none of them
     * @param patterns a resource with rules of your own, {@code NAME expression} in each line; {@code none} if there are none
     */
    public Redact(String rules, String patterns) {
        shipped = rules.equals("none")
                ? List.of()
                : Stream.of(rules.split(","))
                        .map(String::strip)
                        .map(Rule::shipped)
                        // Longer values first, whatever the order in which they are asked for
                        .sorted((one, other) -> order(one) - order(other))
                        .toList();
        this.patterns = patterns;
    }

    private static int order(Rule rule) {
        return List.of("IBAN", "CARD", "EMAIL", "PHONE").indexOf(rule.name());
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Redactor redactor = new Redactor(
                rules(exchange.getContext()),
                exchange.getProperty(Redactions.PROPERTY, Redactions.NONE, Redactions.class));
        Object body = Redactor.deep(readable(message), redactor::redact);
        Map<String, Object> headers = new LinkedHashMap<>();
        for (String header : HEADERS) {
            Object value = message.getHeader(header);
            if (value != null) {
                headers.put(header, Redactor.deep(value, redactor::redact));
            }
        }
        message.setBody(body);
        headers.forEach(message::setHeader);
        exchange.setProperty(Redactions.PROPERTY, redactor.redactions());
    }

    /**
     * A text with placeholders that nobody can put values back for.
     *
     * @throws RuntimeException if the rules cannot be read
     */
    public String redacted(String text, CamelContext context) {
        return new Redactor(rules(context), Redactions.NONE).redact(text);
    }

    private static Object readable(Message message) {
        Object body = message.getBody();
        if (body instanceof String || body instanceof Map || body instanceof List) {
            return body;
        }
        String text = message.getBody(String.class);
        if (text == null) {
            throw new IllegalArgumentException("redaction: expected a body with text, got "
                    + (body == null ? "none" : body.getClass().getName()));
        }
        if (text.indexOf('\0') >= 0 || text.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException("redaction: expected text, got bytes that are none");
        }
        return text;
    }

    private List<Rule> rules(CamelContext context) {
        List<Rule> known = rules;
        if (known == null) {
            List<Rule> all = new ArrayList<>(own(context));
            all.addAll(shipped);
            if (all.isEmpty()) {
                throw new IllegalArgumentException("redaction: expected at least one rule, got none");
            }
            known = List.copyOf(all);
            rules = known;
        }
        return known;
    }

    private List<Rule> own(CamelContext context) {
        if (patterns.equals("none")) {
            return List.of();
        }
        List<Rule> own = new ArrayList<>();
        try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(context, patterns);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] words = line.strip().split("\\s+", 2);
                if (words.length < 2 || own.size() == MAX_RULES) {
                    throw new IllegalArgumentException(patterns + ", line " + number + ": expected "
                            + (words.length < 2 ? "NAME expression" : "at most " + MAX_RULES + " rules"));
                }
                own.add(Rule.of(words[0], words[1]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("redaction: rules cannot be read: " + patterns, e);
        }
        return own;
    }
}
