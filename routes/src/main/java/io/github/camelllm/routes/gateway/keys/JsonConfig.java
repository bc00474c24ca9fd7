package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON as a configuration whose nodes know where they stand, such as {@code body.budgets[0]}. */
public final class JsonConfig {
    private static final int MOST_DEPTH = 16;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonConfig() {}

    /** @throws CatalogException if it is no JSON object; the message does not quote it */
    public static ObjectNode object(byte[] json, String where) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new CatalogException(
                    where + ": expected a JSON object without double members, at most " + MOST_DEPTH
                            + " deep, but it is none at " + Json.where(e),
                    e);
        } catch (IOException e) {
            throw new CatalogException(where + ": expected a JSON object in UTF-8", e);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new CatalogException(where + ": expected a JSON object, but it is "
                + (tree.isMissingNode() ? "empty" : "a JSON " + tree.getNodeType()));
    }

    public static ConfigNode node(JsonNode json, String where) {
        if (json.isObject()) {
            Map<String, ConfigNode> members = new LinkedHashMap<>();
            json.properties()
                    .forEach(member ->
                            members.put(member.getKey(), node(member.getValue(), where + "." + cut(member.getKey()))));
            return new Entries(where, members);
        }
        if (json.isArray()) {
            List<ConfigNode> items = new ArrayList<>();
            json.forEach(item -> items.add(node(item, where + "[" + items.size() + "]")));
            return new Items(where, items);
        }
        return new Scalar(where, json.asText(), kindOf(json));
    }

    private static String cut(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }

    private static Kind kindOf(JsonNode json) {
        switch (json.getNodeType()) {
            case NULL:
                return Kind.NULL;
            case BOOLEAN:
                return Kind.BOOLEAN;
            case NUMBER:
                return json.isIntegralNumber() ? Kind.INTEGER : Kind.DECIMAL;
            default:
                return Kind.TEXT;
        }
    }
}
