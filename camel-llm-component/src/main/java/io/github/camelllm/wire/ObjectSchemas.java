package io.github.camelllm.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Schemas for objects within a JSON Schema: what providers that guarantee a schema want of each of them. */
public final class ObjectSchemas {
    private static final Set<String> NAMED = Set.of("properties", "patternProperties", "$defs", "definitions");
    private static final Set<String> ONE_OR_SEVERAL = Set.of("items", "prefixItems", "anyOf", "allOf", "oneOf");
    private static final String ADDITIONAL = "additionalProperties";

    private ObjectSchemas() {}

    /** The schema itself, if it is one for objects, and those below it; definitions are found where they stand. */
    public static List<ObjectNode> in(JsonNode schema) {
        List<ObjectNode> found = new ArrayList<>();
        collect(schema, found);
        return found;
    }

    private static void collect(JsonNode schema, List<ObjectNode> found) {
        if (!(schema instanceof ObjectNode node)) {
            return;
        }
        if (isForObjects(node)) {
            found.add(node);
        }
        node.properties().forEach(member -> {
            boolean several = NAMED.contains(member.getKey())
                    || ONE_OR_SEVERAL.contains(member.getKey())
                            && member.getValue().isArray();
            if (several) {
                member.getValue().forEach(below -> collect(below, found));
            } else if (ONE_OR_SEVERAL.contains(member.getKey())) {
                collect(member.getValue(), found);
            }
        });
    }

    private static boolean isForObjects(ObjectNode schema) {
        JsonNode type = schema.path("type");
        if (type.isMissingNode()) {
            return schema.has("properties") || schema.has(ADDITIONAL);
        }
        boolean any = type.asText().equals("object");
        for (JsonNode word : type) {
            any |= word.asText().equals("object");
        }
        return any;
    }

    /** Whether a schema for objects says that they have no properties but those it names. */
    public static boolean isClosed(ObjectNode schema) {
        JsonNode additional = schema.path(ADDITIONAL);
        return additional.isBoolean() && !additional.booleanValue();
    }

    /** Whether a schema for objects requires each property that it names. */
    public static boolean requiresAll(ObjectNode schema) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        boolean all = true;
        for (String name : (Iterable<String>) () -> schema.path("properties").fieldNames()) {
            all &= required.contains(name);
        }
        return all;
    }
}
