package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ObjectSchemas;
import io.github.camelllm.wire.UnsupportedOptions;
import java.io.IOException;

/**
 * Writes schemas whose conformance the provider guarantees. It wants {@code additionalProperties: false} of every object
 * in them (https://platform.claude.com/docs/en/build-with-claude/structured-outputs); a schema that says so goes as it came.
 */
final class SchemaWriter {
    /** Numbers keep all their digits. */
    private static final ObjectReader READER = Json.MAPPER
            .reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private SchemaWriter() {}

    /**
     * @param schema a JSON object
     * @param option the vocabulary's name of what holds the schema
     */
    static void writeClosed(String schema, String option, UnsupportedOptions unsupported, JsonGenerator json)
            throws IOException {
        JsonNode tree = READER.readTree(schema);
        boolean changed = false;
        for (ObjectNode object : ObjectSchemas.in(tree)) {
            if (!ObjectSchemas.isClosed(object)) {
                changed = true;
                report(object, option + ".additionalProperties", unsupported);
                object.put("additionalProperties", false);
            }
        }
        json.writeRawValue(changed ? tree.toString() : schema);
    }

    /** Further properties beside named ones are a freedom; where only they are described, they are the answer. */
    private static void report(ObjectNode object, String option, UnsupportedOptions unsupported) {
        JsonNode additional = object.path("additionalProperties");
        if (additional.isObject()
                || additional.asBoolean() && object.path("properties").isEmpty()) {
            unsupported.meaning(option);
        } else if (additional.asBoolean()) {
            unsupported.knob(option);
        }
    }
}
