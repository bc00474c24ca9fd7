package io.github.camelllm.routes.redaction;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Replaces values in texts by placeholders such as {@code [EMAIL-1]}, the same value always by the same one. For one message. */
final class Redactor {
    private final List<Rule> rules;
    private final Map<String, String> placeholders = new HashMap<>();
    private final Map<String, String> values;
    private final Map<String, Integer> last = new HashMap<>();

    /** @param before what was redacted on this exchange already */
    Redactor(List<Rule> rules, Redactions before) {
        this.rules = rules;
        values = before.toMap();
        values.forEach((placeholder, value) -> placeholders.put(value, placeholder));
    }

    Redactions redactions() {
        return Redactions.of(values);
    }

    String redact(String text) {
        List<Found> found = find(text);
        StringBuilder redacted = new StringBuilder();
        int from = 0;
        for (Found each : found) {
            redacted.append(text, from, each.span().from())
                    .append(placeholder(
                            each.rule(),
                            text.substring(each.span().from(), each.span().to()),
                            text));
            from = each.span().to();
        }
        return redacted.append(text, from, text.length()).toString();
    }

    private record Found(String rule, Rule.Span span) {}

    /** What an earlier rule found is not looked at by a later one. */
    private List<Found> find(String text) {
        BitSet taken = new BitSet(text.length());
        List<Found> found = new ArrayList<>();
        for (Rule rule : rules) {
            for (Rule.Span span : rule.find(text)) {
                int free = taken.nextClearBit(span.from());
                int to = taken.nextSetBit(free);
                int end = to < 0 ? span.to() : Math.min(to, span.to());
                if (free < end) {
                    taken.set(free, end);
                    found.add(new Found(rule.name(), new Rule.Span(free, end)));
                }
            }
        }
        found.sort(Comparator.comparingInt(each -> each.span().from()));
        return found;
    }

    /** A text that holds what looks like a placeholder must not get that one for something else. */
    private String placeholder(String rule, String value, String text) {
        String known = placeholders.get(value);
        if (known != null) {
            return known;
        }
        String placeholder;
        do {
            placeholder = "[" + rule + "-" + last.merge(rule, 1, Integer::sum) + "]";
        } while (values.containsKey(placeholder) || text.contains(placeholder));
        placeholders.put(value, placeholder);
        values.put(placeholder, value);
        return placeholder;
    }

    /**
     * The same structure with other texts.
     *
     * @throws IllegalArgumentException for what can hold text that is not seen here
     */
    static Object deep(Object value, UnaryOperator<String> change) {
        if (value instanceof String text) {
            return change.apply(text);
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> changed = new LinkedHashMap<>();
            map.forEach((key, element) -> changed.put(key, element == null ? null : deep(element, change)));
            return changed;
        }
        if (value instanceof List<?> list) {
            List<Object> changed = new ArrayList<>();
            list.forEach(element -> changed.add(element == null ? null : deep(element, change)));
            return changed;
        }
        throw new IllegalArgumentException("redaction: expected text, or a Map or List of texts and numbers, got "
                + value.getClass().getName());
    }
}
