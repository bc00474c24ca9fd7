package io.github.camelllm.routes.ledger.reconcile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Pages of an API, one after the other or in an array, of which the elements of {@code data} are given one at a time. The last
 * page must say that there is no more: a part of a month would look like a drift. Not thread-safe.
 */
final class JsonPages implements Closeable {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JsonParser parser;
    private boolean more;
    private boolean sawData;
    private int element;

    JsonPages(Reader text) throws IOException {
        parser = MAPPER.createParser(text);
        parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
    }

    void forEach(Consumer<JsonNode> elements) throws IOException {
        try {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    page(elements);
                } else if (token != JsonToken.START_ARRAY && token != JsonToken.END_ARRAY) {
                    throw new ExportException("expected pages of an API, JSON objects with 'data', but came " + token
                            + " in line " + parser.currentLocation().getLineNr());
                }
            }
        } catch (JsonProcessingException e) {
            throw new ExportException(
                    "the export is no JSON from line " + e.getLocation().getLineNr() + " on", e);
        }
        if (!sawData) {
            throw new ExportException("expected pages of an API, JSON objects with 'data', but there is none");
        }
        if (more) {
            throw new ExportException("the last page has has_more: true, so that the export is a part only:"
                    + " fetch all pages, and put them one after the other");
        }
    }

    private void page(Consumer<JsonNode> elements) throws IOException {
        more = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("data") && value == JsonToken.START_ARRAY) {
                sawData = true;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    element++;
                    elements.accept(MAPPER.readTree(parser));
                }
            } else if (name.equals("has_more")) {
                more = value == JsonToken.VALUE_TRUE;
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Names the element that was given last. */
    String where() {
        return "data[" + (element - 1) + "]";
    }

    static Optional<String> text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    String required(JsonNode node, String name) {
        return text(node, name)
                .orElseThrow(() -> new ExportException(where() + ": expected '" + name + "' but it is missing"));
    }

    BigDecimal decimal(JsonNode node, String name) {
        required(node, name);
        JsonNode value = node.path(name);
        return ExportValues.decimal(
                value.isNumber() ? value.decimalValue().toString() : value.asText(), where() + " " + name);
    }

    OptionalLong count(JsonNode node, String name) {
        return node.path(name).isNumber()
                ? OptionalLong.of(ExportValues.count(node.path(name).decimalValue(), where() + " " + name))
                : OptionalLong.empty();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
