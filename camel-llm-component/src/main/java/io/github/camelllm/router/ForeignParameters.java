package io.github.camelllm.router;

import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Members of a chat request in OpenAI's shape, as options of an endpoint and as headers that set them. */
final class ForeignParameters {
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("temperature", "temperature"),
            Map.entry("top_p", "topP"),
            Map.entry("top_k", "topK"),
            Map.entry("max_tokens", "maxTokens"),
            Map.entry("max_completion_tokens", "maxTokens"),
            Map.entry("stop", "stop"),
            Map.entry("seed", "seed"),
            Map.entry("frequency_penalty", "frequencyPenalty"),
            Map.entry("presence_penalty", "presencePenalty"),
            Map.entry("n", "n"),
            Map.entry("reasoning_effort", "reasoningEffort"),
            Map.entry("verbosity", "verbosity"),
            Map.entry("user", "user"),
            Map.entry("service_tier", "serviceTier"),
            Map.entry("prompt_cache_key", "promptCacheKey"),
            Map.entry("parallel_tool_calls", "parallelToolCalls"));

    private static final Map<String, String> HEADERS = Map.ofEntries(
            Map.entry("model", "CamelLlmModel"),
            Map.entry("temperature", "CamelLlmTemperature"),
            Map.entry("top_p", "CamelLlmTopP"),
            Map.entry("top_k", "CamelLlmTopK"),
            Map.entry("max_tokens", "CamelLlmMaxTokens"),
            Map.entry("max_completion_tokens", "CamelLlmMaxTokens"),
            Map.entry("stop", "CamelLlmStop"),
            Map.entry("seed", "CamelLlmSeed"),
            Map.entry("stream", "CamelLlmStreaming"),
            Map.entry("reasoning_effort", "CamelLlmReasoningEffort"),
            Map.entry("user", "CamelLlmUser"),
            Map.entry("tool_choice", "CamelLlmToolChoice"));

    private ForeignParameters() {}

    /** The header of an exchange that holds a parameter of its request; empty if none does. */
    static Optional<String> header(String parameter) {
        return Optional.ofNullable(HEADERS.get(parameter));
    }

    /** Whether a parameter is an option of the endpoint. */
    static boolean known(String parameter) {
        return OPTIONS.containsKey(parameter);
    }

    /** Puts a parameter among options: as one of the endpoint, or else into the request body as it is. */
    static void put(Map<String, String> options, String parameter, ConfigNode value) {
        String option = OPTIONS.get(parameter);
        if (option != null
                && value instanceof Scalar scalar
                && !(option.equals("stop") && scalar.value().contains(","))) {
            options.put(option, scalar.value());
        } else if (option != null && option.equals("stop") && value instanceof Items list && isTexts(list)) {
            options.put(
                    option,
                    list.items().stream().map(ForeignParameters::scalarText).collect(Collectors.joining(",")));
        } else {
            options.put("extra." + parameter, json(value));
        }
    }

    private static boolean isTexts(Items list) {
        return list.items().stream()
                .allMatch(item -> item instanceof Scalar && !scalarText(item).contains(","));
    }

    private static String scalarText(ConfigNode node) {
        return ((Scalar) node).value();
    }

    /** A value as JSON text, except that a text stays as it is unless it would be read as something else. */
    static String json(ConfigNode node) {
        Object value = value(node);
        String written = new String(Json.bytes(json -> Json.MAPPER.writeValue(json, value)), StandardCharsets.UTF_8);
        return node instanceof Scalar scalar
                        && scalar.kind() == Kind.TEXT
                        && scalar.value().matches("[A-Za-z][\\w.:/-]*")
                        && !scalar.value().matches("true|false|null")
                ? scalar.value()
                : written;
    }

    private static @Nullable Object value(ConfigNode node) {
        if (node instanceof Entries map) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            map.members().forEach((key, member) -> members.put(key, value(member)));
            return members;
        }
        if (node instanceof Items list) {
            List<@Nullable Object> items = new ArrayList<>();
            list.items().forEach(item -> items.add(value(item)));
            return items;
        }
        Scalar scalar = (Scalar) node;
        switch (scalar.kind()) {
            case NULL:
                return null;
            case BOOLEAN:
                return Boolean.valueOf(scalar.value());
            case INTEGER:
            case DECIMAL:
                return scalar.value().matches("-?\\d{1,18}(\\.\\d{1,18})?([eE][+-]?\\d{1,2})?")
                        ? new BigDecimal(scalar.value())
                        : scalar.value();
            default:
                return scalar.value();
        }
    }
}
