package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.YamlConfig;
import io.github.camelllm.component.LlmConfiguration;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.wire.Json;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ForeignParametersTest {
    private static final List<String> PARAMETERS = List.of(
            "temperature",
            "top_p",
            "top_k",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "seed",
            "frequency_penalty",
            "presence_penalty",
            "n",
            "reasoning_effort",
            "verbosity",
            "user",
            "service_tier",
            "prompt_cache_key",
            "parallel_tool_calls");

    private static ConfigNode node(String yaml) {
        return YamlConfig.read("test", new StringReader(yaml)).get(0);
    }

    private static Map<String, String> put(String parameter, String yaml) {
        Map<String, String> options = new LinkedHashMap<>();
        ForeignParameters.put(options, parameter, node(yaml));
        return options;
    }

    @Test
    void optionsAreThoseOfTheEndpoint() {
        Set<String> options = Arrays.stream(LlmConfiguration.class.getDeclaredFields())
                .map(Field::getName)
                .collect(Collectors.toSet());
        assertThat(options).contains("requestTimeout", "firstByteTimeout");
        for (String parameter : PARAMETERS) {
            assertThat(ForeignParameters.known(parameter)).as(parameter).isTrue();
            assertThat(options).containsAll(put(parameter, "1").keySet());
        }
    }

    @Test
    void headersAreThoseOfTheEndpoint() throws IllegalAccessException {
        Set<Object> headers = new HashSet<>();
        for (Field constant : LlmConstants.class.getFields()) {
            headers.add(constant.get(null));
        }
        for (String parameter : List.of(
                "model",
                "temperature",
                "top_p",
                "top_k",
                "max_tokens",
                "max_completion_tokens",
                "stop",
                "seed",
                "stream",
                "reasoning_effort",
                "user",
                "tool_choice")) {
            assertThat(headers).contains(ForeignParameters.header(parameter).orElseThrow());
        }
        assertThat(ForeignParameters.header("messages")).isEmpty();
    }

    @Test
    void stopsBecomeOneOptionUnlessTheyHoldCommas() {
        assertThat(put("stop", "[END, STOP]")).containsExactly(Map.entry("stop", "END,STOP"));
        assertThat(put("stop", "END")).containsExactly(Map.entry("stop", "END"));
        assertThat(put("stop", "['a,b']")).containsExactly(Map.entry("extra.stop", "[\"a,b\"]"));
        assertThat(put("stop", "'a,b'")).containsExactly(Map.entry("extra.stop", "\"a,b\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-0.5",
                "true",
                "null",
                "'true'",
                "'1'",
                "plain",
                "'two words'",
                "''",
                "[1, a, {b: null}]",
                "{a: {b: [x]}}",
                "'[1]'",
                "'-'",
                "' a'"
            })
    void whatGoesIntoTheBodyIsReadAgainAsItWas(String yaml) throws JsonProcessingException {
        String option = put("anything", yaml).get("extra.anything");
        Object read;
        try {
            // As the endpoint reads options extra.…
            read = Json.MAPPER.readValue(option, Object.class);
        } catch (JsonProcessingException e) {
            read = option;
        }
        assertThat(Json.MAPPER.writeValueAsString(read)).isEqualTo(expected(yaml));
    }

    private static String expected(String yaml) throws JsonProcessingException {
        Object value = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return Json.MAPPER.writeValueAsString(value);
    }
}
