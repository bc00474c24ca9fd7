package io.github.camelllm.chat;

import java.util.Optional;

/** The form that the answer's text must have. */
public sealed interface ResponseFormat {
    /** Free text. */
    record Text() implements ResponseFormat {}

    /** Some JSON object. */
    record JsonObject() implements ResponseFormat {}

    /**
     * JSON that conforms to a schema.
     *
     * @param name short name, letters, digits, {@code _} and {@code -}
     * @param schemaJson JSON Schema as JSON text
     * @param strict whether the provider must guarantee conformance; empty for its default
     */
    record JsonSchema(String name, String schemaJson, Optional<String> description, Optional<Boolean> strict)
            implements ResponseFormat {
        public static JsonSchema of(String name, String schemaJson) {
            return new JsonSchema(name, schemaJson, Optional.empty(), Optional.empty());
        }

        /** Names the schema only: it is part of the prompt. */
        @Override
        public String toString() {
            return "JsonSchema[" + name + ", " + schemaJson.length() + " chars]";
        }
    }
}
