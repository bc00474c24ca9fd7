package io.github.camelllm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an instance of a JSON Schema, with values taken from a text where they fit, and always the same one for the
 * same text and seed.
 *
 * <p>It heeds types, {@code enum}, {@code const}, {@code required}, bounds of numbers, lengths, {@code pattern},
 * {@code format}, arrays with {@code items}, {@code prefixItems} and {@code contains}, {@code additionalProperties},
 * local {@code $ref}s, {@code anyOf}, {@code oneOf} and {@code allOf}. It does not heed {@code not}, {@code if},
 * {@code dependentSchemas} and {@code patternProperties}: an instance of a schema that uses these may not conform.
 */
final class SchemaInstances {
    /** From this depth on, only what is required is written, so that recursive schemas end. */
    private static final int SHALLOW_FROM = 6;

    private static final int MAX_DEPTH = 64;
    private static final int MAX_ITEMS = 1_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode root;
    private final SchemaValues values;
    private final long seed;

    private SchemaInstances(JsonNode root, String text, long seed) {
        this.root = root;
        this.values = new SchemaValues(new TextFacts(text));
        this.seed = seed;
    }

    /** @throws IllegalArgumentException if the schema refers to something that it does not hold, or has no finite instance */
    static JsonNode instance(JsonNode schema, String text, long seed) {
        SchemaInstances writer = new SchemaInstances(schema, text, seed);
        return writer.value(schema, "", 0, 0);
    }

    /**
     * @param name name of the property that the value is for; empty at the top
     * @param index position in an array, so that items differ
     */
    private JsonNode value(JsonNode unresolved, String name, int index, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("the schema has no instance of less than " + MAX_DEPTH + " levels");
        }
        JsonNode schema = merged(unresolved, 0);
        if (schema.has("const")) {
            return schema.get("const");
        }
        long here = Hash.mix(Hash.of(seed, name) + index);
        if (schema.path("enum").isArray() && !schema.get("enum").isEmpty()) {
            return values.choose(schema.get("enum"), name, here);
        }
        for (String union : List.of("anyOf", "oneOf")) {
            if (schema.path(union).isArray() && !schema.get(union).isEmpty()) {
                JsonNode chosen = alternative(schema.get(union), name, depth);
                return value(combine(without(schema, union), chosen, 0), name, index, depth + 1);
            }
        }
        switch (type(schema, name, depth)) {
            case "object":
                return object(schema, depth);
            case "array":
                return array(schema, name, depth);
            case "integer":
            case "number":
                return number(schema, name, index, here);
            case "boolean":
                return NODES.booleanNode(values.speaksFor(name));
            case "null":
                return NODES.nullNode();
            default:
                return NODES.textNode(values.string(schema, name, index, here));
        }
    }

    /** The schema's type; of several, the first that is not null unless the text has nothing for it. */
    private String type(JsonNode schema, String name, int depth) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            return type.textValue();
        }
        if (type.isArray()) {
            boolean nullable = false;
            String first = "";
            for (JsonNode option : type) {
                nullable |= option.asText().equals("null");
                first = first.isEmpty() && !option.asText().equals("null") ? option.asText() : first;
            }
            boolean nothing = first.equals("string") && !values.hasString(schema, name);
            boolean tooDeep = depth >= SHALLOW_FROM && (first.equals("object") || first.equals("array"));
            return first.isEmpty() || nullable && (nothing || tooDeep) ? "null" : first;
        }
        if (schema.has("properties") || schema.has("required") || schema.has("additionalProperties")) {
            return "object";
        }
        if (schema.has("items") || schema.has("prefixItems")) {
            return "array";
        }
        return schema.has("minimum") || schema.has("maximum") || schema.has("multipleOf") ? "number" : "string";
    }

    private JsonNode alternative(JsonNode options, String name, int depth) {
        JsonNode best = options.get(0);
        int bestScore = Integer.MIN_VALUE;
        for (JsonNode option : options) {
            JsonNode resolved = merged(option, 0);
            boolean isNull = resolved.path("type").asText().equals("null");
            boolean nothing = resolved.path("type").asText().equals("string") && !values.hasString(resolved, name);
            int score = isNull
                    ? depth >= SHALLOW_FROM || anyNothing(options, name) ? 1 : -1
                    : nothing ? 0 : score(resolved);
            if (score > bestScore) {
                bestScore = score;
                best = option;
            }
        }
        return best;
    }

    private boolean anyNothing(JsonNode options, String name) {
        for (JsonNode option : options) {
            JsonNode resolved = merged(option, 0);
            if (resolved.path("type").asText().equals("string") && !values.hasString(resolved, name)) {
                return options.size() == 2;
            }
        }
        return false;
    }

    /** How much the text speaks for an alternative: by the constants and enums that tell it apart. */
    private int score(JsonNode schema) {
        int score = 0;
        for (JsonNode property : schema.path("properties")) {
            JsonNode resolved = merged(property, 0);
            if (resolved.path("const").isTextual()) {
                score += values.score(resolved.get("const").textValue());
            } else if (resolved.path("enum").size() == 1) {
                score += values.score(resolved.get("enum").get(0).asText());
            }
        }
        return score;
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        JsonNode properties = schema.path("properties");
        for (Map.Entry<String, JsonNode> field : properties.properties()) {
            boolean never = field.getValue().isBoolean() && !field.getValue().booleanValue();
            if (!never && (depth < SHALLOW_FROM || required.contains(field.getKey()))) {
                object.set(field.getKey(), value(field.getValue(), field.getKey(), 0, depth + 1));
            }
        }
        JsonNode additional = schema.path("additionalProperties");
        for (String name : required) {
            if (!object.has(name)) {
                object.set(name, value(additional.isObject() ? additional : NODES.objectNode(), name, 0, depth + 1));
            }
        }
        int least = Math.min(schema.path("minProperties").asInt(0), MAX_ITEMS);
        boolean mapOnly = properties.isEmpty() && additional.isObject() && depth < SHALLOW_FROM;
        for (int i = 0; object.size() < Math.max(least, mapOnly ? 1 : 0); i++) {
            String name = values.key(i);
            object.set(name, value(additional.isObject() ? additional : NODES.objectNode(), name, i, depth + 1));
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = NODES.arrayNode();
        schema.path("prefixItems").forEach(item -> array.add(value(item, name, array.size(), depth + 1)));
        int least = Math.min(schema.path("minItems").asInt(0), MAX_ITEMS);
        int most = Math.min(schema.path("maxItems").asInt(MAX_ITEMS), MAX_ITEMS);
        JsonNode items = schema.path("items");
        boolean noItems = items.isBoolean() && !items.booleanValue();
        JsonNode itemSchema = items.isObject() ? merged(items, 0) : NODES.objectNode();
        int wanted = noItems
                ? array.size()
                : depth >= SHALLOW_FROM ? least : Math.max(least, Math.min(most, values.items(itemSchema, name)));
        boolean unique = schema.path("uniqueItems").asBoolean(false);
        if (schema.path("contains").isObject() && array.size() < most) {
            array.add(value(schema.get("contains"), name, array.size(), depth + 1));
        }
        Set<JsonNode> seen = new LinkedHashSet<>();
        array.forEach(seen::add);
        for (int i = array.size(), tries = 0; array.size() < wanted && tries < wanted + 50; i++, tries++) {
            JsonNode item = item(itemSchema, items.isObject() ? items : NODES.objectNode(), name, i, unique, depth);
            if (!unique || seen.add(item)) {
                array.add(item);
            }
        }
        return array;
    }

    /** An item; where items must differ, an enum gives its values in turn. */
    private JsonNode item(JsonNode resolved, JsonNode raw, String name, int index, boolean unique, int depth) {
        JsonNode options = resolved.path("enum");
        if (unique && options.isArray() && !options.isEmpty()) {
            List<JsonNode> ranked = values.ranked(options, name, Hash.of(seed, name));
            return ranked.get(index % ranked.size());
        }
        return value(raw, name, index, depth + 1);
    }

    private JsonNode number(JsonNode schema, String name, int index, long here) {
        boolean whole = type(schema, name, 0).equals("integer");
        BigDecimal step = decimal(schema, "multipleOf");
        if (step == null || step.signum() <= 0) {
            step = whole ? BigDecimal.ONE : new BigDecimal("0.01");
        } else if (whole && step.stripTrailingZeros().scale() > 0) {
            step = step.multiply(BigDecimal.TEN.pow(step.stripTrailingZeros().scale()));
        }
        Bound least = bound(schema, "minimum", "exclusiveMinimum", true);
        Bound most = bound(schema, "maximum", "exclusiveMaximum", false);
        BigDecimal drawn = values.number(name, index, here, least.value(), most.value());
        BigDecimal fitted = drawn.divide(step, 0, RoundingMode.HALF_EVEN).multiply(step);
        BigDecimal low = least.value();
        BigDecimal high = most.value();
        if (low != null && (fitted.compareTo(low) < 0 || least.exclusive() && fitted.compareTo(low) == 0)) {
            fitted = low.divide(step, 0, RoundingMode.CEILING).multiply(step);
            if (least.exclusive() && fitted.compareTo(low) == 0) {
                fitted = fitted.add(step);
            }
        }
        if (high != null && (fitted.compareTo(high) > 0 || most.exclusive() && fitted.compareTo(high) == 0)) {
            fitted = high.divide(step, 0, RoundingMode.FLOOR).multiply(step);
            if (most.exclusive() && fitted.compareTo(high) == 0) {
                fitted = fitted.subtract(step);
            }
        }
        if (low != null
                && high != null
                && (fitted.compareTo(low) < 0 || least.exclusive() && fitted.compareTo(low) == 0)
                && !schema.has("multipleOf")) {
            fitted = low.add(high).divide(BigDecimal.valueOf(2));
        }
        if (whole) {
            BigInteger integer = fitted.toBigInteger();
            return integer.bitLength() < 64 ? NODES.numberNode(integer.longValue()) : NODES.numberNode(integer);
        }
        BigDecimal plain = fitted.stripTrailingZeros();
        return NODES.numberNode(plain.scale() < 0 ? plain.setScale(0) : plain);
    }

    private record Bound(@Nullable BigDecimal value, boolean exclusive) {}

    /** Of an inclusive and an exclusive bound the tighter one. Drafts before 6 write the exclusive one as a boolean. */
    private static Bound bound(JsonNode schema, String inclusive, String exclusive, boolean lower) {
        BigDecimal with = decimal(schema, inclusive);
        BigDecimal without = decimal(schema, exclusive);
        if (with == null || without == null) {
            return without != null
                    ? new Bound(without, true)
                    : new Bound(with, schema.path(exclusive).asBoolean(false));
        }
        boolean outer = lower ? without.compareTo(with) >= 0 : without.compareTo(with) <= 0;
        return outer ? new Bound(without, true) : new Bound(with, false);
    }

    private static @Nullable BigDecimal decimal(JsonNode schema, String member) {
        JsonNode value = schema.path(member);
        return value.isNumber() ? value.decimalValue() : null;
    }

    /** The schema with its reference followed and its {@code allOf} drawn in. */
    private JsonNode merged(JsonNode schema, int depth) {
        if (!schema.isObject()) {
            return NODES.objectNode();
        }
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("the schema's $refs go round in a circle");
        }
        JsonNode result = schema;
        if (schema.path("$ref").isTextual()) {
            JsonNode target = merged(resolve(schema.get("$ref").textValue()), depth + 1);
            result = combine(without(schema, "$ref"), target, depth);
        }
        if (result.path("allOf").isArray()) {
            JsonNode all = result.get("allOf");
            result = without(result, "allOf");
            for (JsonNode each : all) {
                result = combine(result, each, depth + 1);
            }
        }
        return result;
    }

    private JsonNode resolve(String reference) {
        if (!reference.startsWith("#")) {
            throw new IllegalArgumentException("the schema has a $ref that is not local");
        }
        JsonNode target = root.at(reference.substring(1));
        if (target.isMissingNode()) {
            throw new IllegalArgumentException("the schema has a $ref to something that it does not hold");
        }
        return target;
    }

    /** Both schemas at once; members of the second win, but properties and required names add up. */
    private JsonNode combine(JsonNode one, JsonNode other, int depth) {
        ObjectNode both = (ObjectNode) merged(one, depth + 1).deepCopy();
        JsonNode second = merged(other, depth + 1);
        second.properties().forEach(field -> {
            String key = field.getKey();
            if (key.equals("properties") && both.path(key).isObject()) {
                ((ObjectNode) both.get(key)).setAll((ObjectNode) field.getValue());
            } else if (key.equals("required") && both.path(key).isArray()) {
                ((ArrayNode) both.get(key)).addAll((ArrayNode) field.getValue());
            } else {
                both.set(key, field.getValue());
            }
        });
        return both;
    }

    private static JsonNode without(JsonNode schema, String member) {
        List<String> names = new ArrayList<>();
        schema.fieldNames().forEachRemaining(names::add);
        names.remove(member);
        ObjectNode rest = NODES.objectNode();
        names.forEach(name -> rest.set(name, schema.get(name)));
        return rest;
    }
}
