package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.YamlConfig;
import io.github.camelllm.wire.Json;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks Camel's own simple language whether expressions hold where Portkey's query does. */
class PortkeyConditionTest {
    @Nullable
    private static CamelContext camel;

    @BeforeAll
    @BeforeContainer
    static void start() {
        camel = new DefaultCamelContext();
        camel.start();
    }

    @AfterAll
    @AfterContainer
    static void stop() throws Exception {
        Objects.requireNonNull(camel).close();
    }

    private static List<String> expressions(String json) throws PortkeyCondition.Unsayable {
        ConfigNode query = YamlConfig.read("query", new StringReader(json)).get(0);
        return PortkeyCondition.expressions("query", query);
    }

    private static boolean holds(List<String> expressions, Map<String, ?> headers) {
        CamelContext context = Objects.requireNonNull(camel);
        Exchange exchange = new DefaultExchange(context);
        headers.forEach(exchange.getMessage()::setHeader);
        return expressions.stream()
                .anyMatch(expression -> expression.isEmpty()
                        || context.resolveLanguage("simple")
                                .createPredicate(expression)
                                .matches(exchange));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "{\"metadata.plan\": \"paid\"} ¦ ${header.plan} == 'paid'",
                "{\"metadata.plan\": {\"$eq\": \"it's\"}} ¦ ${header.plan} == \"it's\"",
                "{\"metadata.plan\": {\"$ne\": \"paid\"}} ¦ ${header.plan} != 'paid'",
                "{\"metadata.n\": {\"$gt\": 5, \"$lte\": 7.5}} ¦ ${header.n} > 5 && ${header.n} <= 7.5",
                "{\"metadata.n\": {\"$gt\": \"5\"}} ¦ ${header.n} > 5",
                "{\"metadata.n\": {\"$lt\": -4.5}} ¦ ${header.n} < -4.5",
                "{\"metadata.t\": {\"$in\": [\"a\", \"b\"]}} ¦ ${header.t} in 'a,b'",
                "{\"metadata.t\": {\"$nin\": [\"a\", \"b\"]}} ¦ ${header.t} !in 'a,b'",
                "{\"metadata.t\": {\"$in\": [\"a,b\", \"c\"]}} ¦ ${header.t} == 'a,b' || ${header.t} == 'c'",
                "{\"metadata.user-id\": \"x\", \"metadata._user\": true} ¦ ${header.user-id} == 'x' && ${header._user} == 'true'",
                "{\"metadata.a+b\": \"x\"} ¦ ${header[a+b]} == 'x'",
                "{\"params.model\": {\"$regex\": \"^gpt-\\\\d{1,2}\"}} ¦ ${header.CamelLlmModel} regex '[\\s\\S]*(?:^gpt-\\d{1,2})[\\s\\S]*'",
                "{\"$or\": [{\"metadata.a\": \"1\"}, {\"metadata.b\": \"2\", \"metadata.c\": \"3\"}]} ¦ ${header.b} == '2' && ${header.c} == '3' || ${header.a} == '1'",
                "{\"$and\": [{\"metadata.a\": \"1\"}, {\"metadata.b\": \"2\"}]} ¦ ${header.a} == '1' && ${header.b} == '2'"
            })
    void saysAQueryInTheSimpleLanguage(String query, String expression) throws PortkeyCondition.Unsayable {
        assertThat(expressions(query)).containsExactly(expression);
        // Camel can read it.
        assertThat(holds(List.of(expression), Map.of())).isIn(true, false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "{\"url.pathname\": \"/v1\"} ¦ query.url.pathname ¦ no header of an exchange holds what it is about",
                "{\"params.messages\": \"x\"} ¦ query.params.messages ¦ no header of an exchange holds what it is about",
                "{\"metadata.a\": {\"$length\": 1}} ¦ query.metadata.a.$length ¦ the simple language has no such operator",
                "{\"metadata.a\": null} ¦ query.metadata.a ¦ a header is a text, a number, true or false",
                "{\"metadata.a\": {\"$gt\": \"many\"}} ¦ query.metadata.a.$gt ¦ it compares with something that is no number",
                "{\"metadata.a\": {\"$regex\": \"(\"}} ¦ query.metadata.a.$regex ¦ Java does not know this form of it",
                "{\"metadata.a\": {\"$regex\": \"[{]x\"}} ¦ query.metadata.a.$regex ¦ the simple language has no such text",
                "{\"metadata.a\": \"${body}\"} ¦ query.metadata.a ¦ the simple language has no such text: it holds braces or line ends",
                "{\"metadata.a\": \"it's \\\"\"} ¦ query.metadata.a ¦ the simple language has no text with both kinds of quotes",
                "{\"metadata.a]b\": \"x\"} ¦ query.metadata.a]b ¦ no header can be called that"
            })
    void saysWhatItCannotSay(String query, String path, String why) {
        assertThatThrownBy(() -> expressions(query)).isInstanceOfSatisfying(PortkeyCondition.Unsayable.class, e -> {
            assertThat(e.note("-").path()).isEqualTo(path);
            assertThat(e.note("-").why()).isEqualTo(why);
        });
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "absent",
            value = {
                "$gt, 5, 5, false",
                "$gt, 5, 5.1, true",
                "$gt, 5, 10, true",
                "$gt, 5, absent, false",
                "$gte, 5, 5, true",
                "$lt, 5, 10, false",
                "$lt, 5, -10, true",
                "$lt, 5, absent, false",
                "$lt, -4.5, -5, true",
                "$lte, 5, 5.0, true",
                "$lte, 5, absent, false"
            })
    void comparesNumbersAsNumbers(String operator, String operand, @Nullable String header, boolean holds)
            throws PortkeyCondition.Unsayable {
        List<String> expressions = expressions("{\"metadata.n\": {\"" + operator + "\": " + operand + "}}");
        assertThat(holds(expressions, header == null ? Map.of() : Map.of("n", header)))
                .isEqualTo(holds);
    }

    private static final List<String> FIELDS = List.of("a", "b", "c");

    /** Header values of a request; absent ones too. */
    @Provide
    Arbitrary<Map<String, String>> headers() {
        Arbitrary<String> value = Arbitraries.of("", "1", "2", "10", "x", "x,y", "it's", "eu-west");
        return Combinators.combine(value.injectNull(0.2), value.injectNull(0.2), value.injectNull(0.2))
                .as((a, b, c) -> {
                    Map<String, String> headers = new LinkedHashMap<>();
                    List<@Nullable String> values = java.util.Arrays.asList(a, b, c);
                    for (int i = 0; i < FIELDS.size(); i++) {
                        String header = values.get(i);
                        if (header != null) {
                            headers.put(FIELDS.get(i), header);
                        }
                    }
                    return headers;
                });
    }

    @Provide
    Arbitrary<String> queries() {
        Arbitrary<String> text = Arbitraries.of("\"1\"", "\"2\"", "\"x\"", "\"x,y\"", "\"it's\"", "\"eu-west\"");
        Arbitrary<String> condition = Arbitraries.oneOf(
                text,
                text.map(value -> "{\"$eq\":" + value + "}"),
                text.map(value -> "{\"$ne\":" + value + "}"),
                text.list().ofMinSize(1).ofMaxSize(3).map(values -> "{\"$in\":[" + String.join(",", values) + "]}"),
                text.list().ofMinSize(1).ofMaxSize(3).map(values -> "{\"$nin\":[" + String.join(",", values) + "]}"),
                Arbitraries.of("^eu-", "t$", "\\\\d", "x", "^\\\\d{2}$")
                        .map(regex -> "{\"$regex\":\"" + regex + "\"}"));
        Arbitrary<String> leaf = Combinators.combine(Arbitraries.of(FIELDS), condition)
                .as((field, value) -> "{\"metadata." + field + "\":" + value + "}");
        return Arbitraries.recursive(
                () -> leaf,
                inner -> Combinators.combine(
                                Arbitraries.of("$or", "$and"),
                                inner.list().ofMinSize(1).ofMaxSize(3))
                        .as((operator, inners) -> "{\"" + operator + "\":[" + String.join(",", inners) + "]}"),
                0,
                3);
    }

    @Property(tries = 1000)
    void holdsWherePortkeysQueryHolds(@ForAll("queries") String query, @ForAll("headers") Map<String, String> headers)
            throws JsonProcessingException {
        List<String> expressions;
        try {
            expressions = expressions(query);
        } catch (PortkeyCondition.Unsayable e) {
            // Some have too many alternatives, and say so.
            assertThat(e).hasMessage("it has too many alternatives");
            return;
        }
        assertThat(holds(expressions, headers))
                .as("%s is %s", query, expressions)
                .isEqualTo(portkey(Json.MAPPER.readValue(query, Map.class), headers));
    }

    /** What Portkey's gateway does with a query, from its description. */
    private static boolean portkey(Map<?, ?> query, Map<String, String> headers) {
        return query.entrySet().stream().allMatch(member -> {
            String key = (String) member.getKey();
            if (key.equals("$or")) {
                return ((List<?>) member.getValue()).stream().anyMatch(inner -> portkey((Map<?, ?>) inner, headers));
            }
            if (key.equals("$and")) {
                return ((List<?>) member.getValue()).stream().allMatch(inner -> portkey((Map<?, ?>) inner, headers));
            }
            String value = headers.get(key.substring("metadata.".length()));
            if (!(member.getValue() instanceof Map<?, ?> operators)) {
                return member.getValue().equals(value);
            }
            Object operand = operators.values().iterator().next();
            return switch ((String) operators.keySet().iterator().next()) {
                case "$eq" -> operand.equals(value);
                case "$ne" -> !operand.equals(value);
                case "$in" -> ((List<?>) operand).contains(value);
                case "$nin" -> !((List<?>) operand).contains(value);
                default ->
                    value != null
                            && Pattern.compile((String) operand).matcher(value).find();
            };
        });
    }
}
