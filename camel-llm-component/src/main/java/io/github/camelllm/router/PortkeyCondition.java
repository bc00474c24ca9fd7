package io.github.camelllm.router;

import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Says a query of Portkey's conditional routing in Camel's simple language, which has no parentheses and takes {@code &&}
 * and {@code ||} from left to right. So a query becomes alternatives of conjunctions, and one expression if that way of
 * reading allows it, else several of which any may hold.
 *
 * <p>{@code {"metadata.plan": {"$eq": "paid"}}} is {@code ${header.plan} == 'paid'}.
 */
final class PortkeyCondition {
    private static final int MOST_ALTERNATIVES = 32;
    private static final int MOST_PARTS = 32;
    private static final int MOST_DEPTH = 16;
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,15})?");
    private static final Pattern PLAIN_WORD = Pattern.compile("[\\w.:@/-]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Map<String, String> COMPARISONS = Map.of("$gt", ">", "$gte", ">=", "$lt", "<", "$lte", "<=");

    private PortkeyCondition() {}

    /** Part of a query that the simple language cannot say. */
    static final class Unsayable extends Exception {
        private static final long serialVersionUID = 1L;

        private final String path;
        private final String found;

        Unsayable(String path, String found, String why) {
            super(why);
            this.path = path;
            this.found = found;
        }

        RouterImport.Note note(String instead) {
            return new RouterImport.Note(path, found, String.valueOf(getMessage()), instead);
        }
    }

    /**
     * @param path of the query in their document
     * @return expressions of which one must hold; an empty one always holds, and no expression never does
     */
    static List<String> expressions(String path, ConfigNode query) throws Unsayable {
        List<List<String>> alternatives = query(path, query, 0);
        if (alternatives.contains(List.<String>of())) {
            return List.of("");
        }
        List<List<String>> conjunctions =
                alternatives.stream().filter(parts -> parts.size() > 1).toList();
        if (conjunctions.size() > 1) {
            return alternatives.stream().map(PortkeyCondition::all).toList();
        }
        List<String> terms = new ArrayList<>();
        conjunctions.forEach(parts -> terms.add(all(parts)));
        alternatives.stream().filter(parts -> parts.size() == 1).forEach(parts -> terms.add(parts.get(0)));
        return terms.isEmpty() ? List.of() : List.of(String.join(" || ", terms));
    }

    private static String all(List<String> parts) {
        return String.join(" && ", parts);
    }

    private static List<List<String>> query(String path, ConfigNode node, int depth) throws Unsayable {
        if (!(node instanceof Entries map)) {
            throw ForeignMap.wrong(path, node, "a map");
        }
        if (depth > MOST_DEPTH) {
            throw new Unsayable(path, "a map", "it is nested deeper than " + MOST_DEPTH);
        }
        List<List<String>> alternatives = List.of(List.of());
        for (Map.Entry<String, ConfigNode> member : map.members().entrySet()) {
            String key = member.getKey();
            String below = path + "." + key;
            List<List<String>> next;
            if (key.equals("$or")) {
                next = new ArrayList<>();
                for (int i = 0; i < items(below, member.getValue()).size(); i++) {
                    next.addAll(query(
                            below + "[" + i + "]",
                            items(below, member.getValue()).get(i),
                            depth + 1));
                }
            } else if (key.equals("$and")) {
                next = List.of(List.of());
                for (int i = 0; i < items(below, member.getValue()).size(); i++) {
                    next = both(
                            below,
                            next,
                            query(
                                    below + "[" + i + "]",
                                    items(below, member.getValue()).get(i),
                                    depth + 1));
                }
            } else {
                next = field(below, field(path, key), member.getValue());
            }
            alternatives = both(below, alternatives, next);
        }
        return alternatives;
    }

    private static List<ConfigNode> items(String path, ConfigNode node) {
        if (node instanceof Items list) {
            return list.items();
        }
        throw ForeignMap.wrong(path, node, "a list");
    }

    private static List<List<String>> both(String path, List<List<String>> first, List<List<String>> second)
            throws Unsayable {
        List<List<String>> product = new ArrayList<>();
        for (List<String> left : first) {
            for (List<String> right : second) {
                List<String> parts = new ArrayList<>(left);
                parts.addAll(right);
                product.add(parts);
                if (product.size() > MOST_ALTERNATIVES || parts.size() > MOST_PARTS) {
                    throw new Unsayable(path, "a condition", "it has too many alternatives");
                }
            }
        }
        return product;
    }

    /** The value of a field as an expression. */
    private static String field(String path, String key) throws Unsayable {
        String[] parts = key.split("\\.");
        String name = parts.length > 1 ? parts[1] : "";
        Optional<String> header = Optional.empty();
        if (parts[0].equals("metadata") && !name.isEmpty()) {
            header = Optional.of(name);
        } else if (parts[0].equals("params")) {
            header = ForeignParameters.header(name);
        }
        String found = header.orElseThrow(() ->
                new Unsayable(path + "." + key, "a condition", "no header of an exchange holds what it is about"));
        if (NAME.matcher(found).matches()) {
            return "${header." + found + "}";
        }
        if (found.matches("[^\\[\\]{}'\"$\\\\\\s]+")) {
            return "${header[" + found + "]}";
        }
        throw new Unsayable(path + "." + key, "a condition", "no header can be called that");
    }

    private static List<List<String>> field(String path, String field, ConfigNode value) throws Unsayable {
        if (!(value instanceof Entries operators)) {
            return List.of(List.of(field + " == " + literal(path, value)));
        }
        List<List<String>> alternatives = List.of(List.of());
        for (Map.Entry<String, ConfigNode> operator : operators.members().entrySet()) {
            String below = path + "." + operator.getKey();
            alternatives = both(below, alternatives, operator(below, field, operator.getKey(), operator.getValue()));
        }
        return alternatives;
    }

    private static List<List<String>> operator(String path, String field, String operator, ConfigNode value)
            throws Unsayable {
        switch (operator) {
            case "$eq":
                return List.of(List.of(field + " == " + literal(path, value)));
            case "$ne":
                return List.of(List.of(field + " != " + literal(path, value)));
            case "$gt":
            case "$gte":
            case "$lt":
            case "$lte":
                if (value instanceof Scalar scalar
                        && NUMBER.matcher(scalar.value()).matches()) {
                    return List.of(List.of(field + " " + COMPARISONS.get(operator) + " " + scalar.value()));
                }
                throw new Unsayable(path, ForeignMap.kind(value), "it compares with something that is no number");
            case "$in":
            case "$nin":
                return among(path, field, operator.equals("$in"), items(path, value));
            case "$regex":
                return List.of(List.of(field + " regex " + regex(path, value)));
            default:
                throw new Unsayable(path, ForeignMap.kind(value), "the simple language has no such operator");
        }
    }

    private static List<List<String>> among(String path, String field, boolean in, List<ConfigNode> values)
            throws Unsayable {
        boolean words = values.stream()
                .allMatch(value -> value instanceof Scalar scalar
                        && scalar.kind() != Kind.NULL
                        && PLAIN_WORD.matcher(scalar.value()).matches());
        if (words && !values.isEmpty()) {
            String list = values.stream().map(value -> ((Scalar) value).value()).collect(Collectors.joining(","));
            return List.of(List.of(field + (in ? " in '" : " !in '") + list + "'"));
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            parts.add(field + (in ? " == " : " != ") + literal(path + "[" + i + "]", values.get(i)));
        }
        if (parts.size() > MOST_ALTERNATIVES) {
            throw new Unsayable(path, "a list of " + parts.size(), "it has too many alternatives");
        }
        return in ? parts.stream().map(List::of).toList() : List.of(parts);
    }

    private static String literal(String path, ConfigNode value) throws Unsayable {
        if (!(value instanceof Scalar scalar) || scalar.kind() == Kind.NULL) {
            throw new Unsayable(path, ForeignMap.kind(value), "a header is a text, a number, true or false");
        }
        boolean number = scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.DECIMAL;
        if (number && NUMBER.matcher(scalar.value()).matches()) {
            return scalar.value();
        }
        if (scalar.value().matches("(?s).*[{}\\p{Cntrl}].*")) {
            throw new Unsayable(path, "a text", "the simple language has no such text: it holds braces or line ends");
        }
        return quoted(path, scalar.value());
    }

    /** Matches anywhere in the text, as JavaScript does; Camel's operator matches all of it. */
    private static String regex(String path, ConfigNode value) throws Unsayable {
        String regex = ForeignMap.text(path, value);
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new Unsayable(path, "a regular expression", "Java does not know this form of it");
        }
        if (regex.contains("${") || regex.replaceAll("\\{\\d+(,\\d*)?\\}", "").matches("(?s).*[{}\\p{Cntrl}].*")) {
            throw new Unsayable(path, "a regular expression", "the simple language has no such text");
        }
        return quoted(path, "[\\s\\S]*(?:" + regex + ")[\\s\\S]*");
    }

    private static String quoted(String path, String text) throws Unsayable {
        if (text.contains("'") && text.contains("\"")) {
            throw new Unsayable(path, "a text", "the simple language has no text with both kinds of quotes");
        }
        String quote = text.contains("'") ? "\"" : "'";
        return quote + text + quote;
    }
}
