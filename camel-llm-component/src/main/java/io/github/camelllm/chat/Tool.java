package io.github.camelllm.chat;

import java.util.Optional;

/** Something the model may ask for. */
public sealed interface Tool {
    /**
     * A function of the application.
     *
     * @param parametersJson JSON Schema of the arguments as JSON text; empty for a function without arguments
     * @param strict whether the provider must make arguments conform to the schema; empty for its default
     */
    record Function(
            String name,
            Optional<String> description,
            Optional<String> parametersJson,
            Optional<Boolean> strict,
            Optional<CacheHint> cache)
            implements Tool {
        public static Function of(String name, String description, String parametersJson) {
            return new Function(
                    name, Optional.of(description), Optional.of(parametersJson), Optional.empty(), Optional.empty());
        }

        /** The same, without a word on whether its schema must be guaranteed. */
        public Function withoutStrict() {
            return new Function(name, description, parametersJson, Optional.empty(), cache);
        }

        /** Names the function only: its description and schema are part of the prompt. */
        @Override
        public String toString() {
            return "Function[" + name + "]";
        }
    }

    /**
     * A tool in one provider's own shape: a server tool (web search, code execution), a free-text tool, or a function with
     * members that {@link Function} lacks.
     *
     * @param dialect the dialect whose shape it is, such as {@code anthropic}; any other dialect refuses it if it is not plain
     * @param json the whole tool object as JSON text
     * @param plain the same function but for some members; empty if it is none
     */
    record Native(String dialect, String json, Optional<Function> plain) implements Tool {
        /** A tool that is no function. */
        public Native(String dialect, String json) {
            this(dialect, json, Optional.empty());
        }

        @Override
        public String toString() {
            return "Native[" + dialect + ", " + json.length() + " chars]";
        }
    }
}
