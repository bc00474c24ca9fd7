package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * JSON Schema to and from the OpenAPI subset of {@code responseSchema} and {@code parameters}: types in capitals,
 * {@code nullable} instead of a null type, no references, no {@code additionalProperties}. Source:
 * https://ai.google.dev/api/caching#Schema.
 */
final class GeminiSchema {
    private static final Set<String> KEPT = Set.of(
            "title",
            "description",
            "format",
            "enum",
            "required",
            "default",
            "example",
            "nullable",
            "pattern",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
            "minProperties",
            "maxProperties",
            "propertyOrdering");

    private static final int MAX_DEPTH = 64;

    /** References are written out at each place, so a small schema can stand for a huge or endless one. */
    private static final int MAX_SCHEMAS = 5_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode root;
    private int converted;

    private GeminiSchema(JsonNode root) {
        this.root = root;
    }

    /** The schema with a description of its own, if it has none. */
    static String describe(String schemaJson, String description) {
        if (tree(schemaJson) instanceof ObjectNode schema && !schema.has("description")) {
            return schema.put("description", description).toString();
        }
        return schemaJson;
    }

    /**
     * Converts a JSON Schema. What only makes it looser is left out ({@code additionalProperties}, {@code $schema},
     * {@code examples}).
     *
     * @return empty if it cannot be said: recursive references, references elsewhere, {@code not}, {@code allOf} of several
     */
    static Optional<String> jsonSchemaToOpenApi(String schemaJson) {
        JsonNode root = tree(schemaJson);
        try {
            return Optional.of(new GeminiSchema(root).toOpenApi(root, 0).toString());
        } catch (UnsupportedSchemaException e) {
            return Optional.empty();
        }
    }

    /** Converts an OpenAPI schema: types in small letters, a null type where it is nullable. */
    static JsonNode openApiToJsonSchema(JsonNode schema) {
        if (!(schema instanceof ObjectNode source)) {
            return schema;
        }
        ObjectNode result = NODES.objectNode();
        boolean nullable = source.path("nullable").asBoolean();
        for (Map.Entry<String, JsonNode> member : source.properties()) {
            JsonNode value = member.getValue();
            switch (member.getKey()) {
                case "type":
                    String type = value.asText("").toLowerCase(Locale.ROOT);
                    if (nullable) {
                        result.putArray("type").add(type).add("null");
                    } else if (!type.equals("type_unspecified")) {
                        result.put("type", type);
                    }
                    break;
                case "nullable":
                    break;
                case "items":
                    result.set("items", openApiToJsonSchema(value));
                    break;
                case "anyOf":
                case "any_of":
                    ArrayNode branches = result.putArray("anyOf");
                    value.forEach(branch -> branches.add(openApiToJsonSchema(branch)));
                    if (nullable && !source.has("type")) {
                        branches.addObject().put("type", "null");
                    }
                    break;
                case "properties":
                    ObjectNode properties = result.putObject("properties");
                    value.properties()
                            .forEach(property ->
                                    properties.set(property.getKey(), openApiToJsonSchema(property.getValue())));
                    break;
                default:
                    result.set(camel(member.getKey()), number(member.getKey(), value));
            }
        }
        return result;
    }

    private static JsonNode number(String name, JsonNode value) {
        // int64 bounds are sent as text.
        boolean isBound = name.startsWith("min") || name.startsWith("max");
        return isBound && value.isTextual() && value.textValue().matches("-?\\d{1,18}")
                ? NODES.numberNode(Long.parseLong(value.textValue()))
                : value;
    }

    private static String camel(String name) {
        switch (name) {
            case "min_items":
                return "minItems";
            case "max_items":
                return "maxItems";
            case "min_length":
                return "minLength";
            case "max_length":
                return "maxLength";
            case "min_properties":
                return "minProperties";
            case "max_properties":
                return "maxProperties";
            case "property_ordering":
                return "propertyOrdering";
            default:
                return name;
        }
    }

    private ObjectNode toOpenApi(JsonNode node, int depth) {
        if (depth > MAX_DEPTH || ++converted > MAX_SCHEMAS) {
            throw new UnsupportedSchemaException();
        }
        ObjectNode result = NODES.objectNode();
        if (!(node instanceof ObjectNode object)) {
            if (node.isBoolean() && node.booleanValue()) {
                return result;
            }
            throw new UnsupportedSchemaException();
        }
        ObjectNode source = resolve(object, depth);
        if (source.has("not") || source.has("if") || source.has("patternProperties")) {
            throw new UnsupportedSchemaException();
        }
        for (Map.Entry<String, JsonNode> member : source.properties()) {
            if (KEPT.contains(member.getKey())) {
                result.set(member.getKey(), member.getValue());
            }
        }
        if (source.has("const")) {
            result.putArray("enum")
                    .add(source.get("const").isTextual() ? source.get("const") : text(source.get("const")));
        }
        addType(source, depth, result);
        addBranches(source, depth, result);
        if (source.get("properties") instanceof ObjectNode properties) {
            ObjectNode below = result.putObject("properties");
            properties
                    .properties()
                    .forEach(property -> below.set(property.getKey(), toOpenApi(property.getValue(), depth + 1)));
            if (!result.has("propertyOrdering") && properties.size() > 1) {
                ArrayNode order = result.putArray("propertyOrdering");
                properties.fieldNames().forEachRemaining(order::add);
            }
        }
        if (source.has("items")) {
            result.set("items", toOpenApi(source.get("items"), depth + 1));
        }
        return result;
    }

    private static TextNode text(JsonNode value) {
        return NODES.textNode(value.asText());
    }

    private void addType(ObjectNode source, int depth, ObjectNode result) {
        JsonNode type = source.get("type");
        if (type == null) {
            if (source.has("const") || source.has("enum")) {
                result.put("type", "STRING");
            }
            return;
        }
        List<String> types = new ArrayList<>();
        if (type.isArray()) {
            type.forEach(one -> types.add(one.asText()));
        } else {
            types.add(type.asText());
        }
        if (types.remove("null")) {
            result.put("nullable", true);
        }
        if (types.size() == 1) {
            result.put("type", types.get(0).toUpperCase(Locale.ROOT));
        } else if (types.size() > 1) {
            ArrayNode branches = result.putArray("anyOf");
            for (String one : types) {
                ObjectNode branch = source.deepCopy();
                branch.put("type", one);
                branch.remove(List.of("title", "description", "anyOf", "oneOf", "default"));
                branches.add(toOpenApi(branch, depth + 1));
            }
            result.remove(List.of("enum", "format", "minimum", "maximum", "minLength", "maxLength", "pattern"));
        }
    }

    private void addBranches(ObjectNode source, int depth, ObjectNode result) {
        JsonNode branches = source.has("anyOf") ? source.get("anyOf") : source.get("oneOf");
        if (branches == null || !branches.isArray()) {
            return;
        }
        List<ObjectNode> kept = new ArrayList<>();
        for (JsonNode branch : branches) {
            if (branch.path("type").asText("").equals("null")) {
                result.put("nullable", true);
            } else {
                kept.add(toOpenApi(branch, depth + 1));
            }
        }
        if (kept.size() == 1 && !result.has("type")) {
            // Optional values are written as anyOf of a type and null.
            ObjectNode only = kept.get(0);
            only.properties().forEach(member -> {
                if (!result.has(member.getKey())) {
                    result.set(member.getKey(), member.getValue());
                }
            });
        } else {
            ArrayNode list = result.putArray("anyOf");
            kept.forEach(list::add);
        }
    }

    /** The schema with its reference replaced by what it points to, and a single {@code allOf} merged. */
    private ObjectNode resolve(ObjectNode source, int depth) {
        if (depth > MAX_DEPTH) {
            throw new UnsupportedSchemaException();
        }
        JsonNode reference = source.get("$ref");
        JsonNode all = source.get("allOf");
        if (reference == null && all == null) {
            return source;
        }
        JsonNode pointed;
        if (reference != null) {
            String pointer = reference.asText("");
            if (!pointer.startsWith("#/")) {
                // Elsewhere, or the whole schema again.
                throw new UnsupportedSchemaException();
            }
            pointed = root.at(pointer.substring(1));
        } else {
            pointed = all.size() == 1 ? all.get(0) : NODES.missingNode();
        }
        if (!(pointed instanceof ObjectNode target)) {
            throw new UnsupportedSchemaException();
        }
        ObjectNode merged = resolve(target, depth + 1).deepCopy();
        source.properties().forEach(member -> {
            if (!member.getKey().equals("$ref") && !member.getKey().equals("allOf")) {
                merged.set(member.getKey(), member.getValue());
            }
        });
        return merged;
    }

    private static JsonNode tree(String schemaJson) {
        try {
            return Json.MAPPER.readTree(schemaJson);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema that was valid before cannot be read", e);
        }
    }

    /** The schema says something that the subset cannot. Never leaves this class. */
    private static final class UnsupportedSchemaException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnsupportedSchemaException() {
            super("schema beyond the OpenAPI subset", null, false, false);
        }
    }
}
