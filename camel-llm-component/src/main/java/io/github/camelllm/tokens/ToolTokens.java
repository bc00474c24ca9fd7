package io.github.camelllm.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Estimates the tokens of declared tools. OpenAI shows functions to the model in a shorter form than JSON:
 * <a href="https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken">its cookbook</a> gives the numbers for
 * gpt-4 and gpt-4o used here; nested objects are counted like the outermost. Claude gets the JSON and
 * <a href="https://docs.claude.com/en/docs/agents-and-tools/tool-use/overview#pricing">hidden instructions</a>, as do,
 * with other instructions, open models through their chat templates.
 */
final class ToolTokens {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PROPERTIES_INIT = 3;
    private static final int PROPERTY_KEY = 3;
    private static final int ENUM_INIT = -3;
    private static final int ENUM_ITEM = 3;
    private static final List<String> ALTERNATIVES = List.of("anyOf", "oneOf", "allOf", "$defs", "definitions");
    private static final int FUNCTIONS_END = 12;
    private static final int TEMPLATE_INSTRUCTIONS = 150;

    private ToolTokens() {}

    static long tokens(
            List<Tool> tools,
            Optional<ToolChoice> choice,
            String model,
            ModelFamily family,
            ToLongFunction<String> text) {
        if (tools.isEmpty()) {
            return 0;
        }
        boolean openAi = family.isOpenAi();
        long tokens = openAi ? FUNCTIONS_END : instructions(choice, model, family);
        for (Tool tool : tools) {
            if (tool instanceof Tool.Function function && openAi) {
                tokens += openAiFunction(function, family == ModelFamily.OPENAI_CL100K ? 10 : 7, text);
            } else if (tool instanceof Tool.Function function) {
                tokens += text.applyAsLong(jsonOf(function));
            } else if (tool instanceof Tool.Native other) {
                tokens += text.applyAsLong(other.json());
            } else {
                throw new AssertionError(tool.getClass());
            }
        }
        return tokens;
    }

    private static long instructions(Optional<ToolChoice> choice, String model, ModelFamily family) {
        switch (family) {
            case CLAUDE:
            case CLAUDE_NEW:
                boolean forced = choice.filter(ToolTokens::isForced).isPresent();
                if (model.contains("claude-3-opus")) {
                    return forced ? 281 : 530;
                }
                if (model.contains("claude-3-sonnet")) {
                    return forced ? 235 : 159;
                }
                if (model.contains("claude-3-haiku")) {
                    return forced ? 340 : 264;
                }
                return forced ? 313 : 346;
            case GEMINI:
                return 0;
            default:
                return TEMPLATE_INSTRUCTIONS;
        }
    }

    private static boolean isForced(ToolChoice choice) {
        return choice instanceof ToolChoice.Required
                || choice instanceof ToolChoice.Function
                || (choice instanceof ToolChoice.Allowed allowed && allowed.required());
    }

    /** About what the provider's own JSON of the function looks like. */
    private static String jsonOf(Tool.Function function) {
        return "{\"type\":\"function\",\"name\":\"" + function.name() + "\",\"description\":\""
                + function.description().orElse("") + "\",\"parameters\":"
                + function.parametersJson().orElse("{}") + "}";
    }

    private static long openAiFunction(Tool.Function function, int init, ToLongFunction<String> text) {
        long tokens = init
                + text.applyAsLong(function.name() + ":"
                        + withoutFullStop(function.description().orElse("")));
        String parameters = function.parametersJson().orElse("");
        if (parameters.isEmpty()) {
            return tokens;
        }
        try {
            return tokens + properties(MAPPER.readTree(parameters), text);
        } catch (JsonProcessingException e) {
            // The provider will refuse it; as plain text it still has a size.
            return tokens + text.applyAsLong(parameters);
        }
    }

    /** A schema's properties and those of the schemas in it; a reference is counted where it is defined. */
    private static long properties(JsonNode schema, ToLongFunction<String> text) {
        long tokens = 0;
        for (String alternatives : ALTERNATIVES) {
            for (JsonNode alternative : schema.path(alternatives)) {
                tokens += properties(alternative, text);
            }
        }
        JsonNode properties = schema.path("properties");
        if (!properties.isEmpty()) {
            tokens += PROPERTIES_INIT;
        }
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            JsonNode value = property.getValue();
            JsonNode choices = value.path("enum");
            tokens += PROPERTY_KEY;
            if (!choices.isEmpty()) {
                tokens += ENUM_INIT;
                for (JsonNode choice : choices) {
                    tokens += ENUM_ITEM + text.applyAsLong(choice.asText());
                }
            }
            tokens += text.applyAsLong(
                    property.getKey() + ":" + value.path("type").asText() + ":"
                            + withoutFullStop(value.path("description").asText()));
            tokens += properties(value, text) + properties(value.path("items"), text);
        }
        return tokens;
    }

    private static String withoutFullStop(String description) {
        return description.endsWith(".") ? description.substring(0, description.length() - 1) : description;
    }
}
