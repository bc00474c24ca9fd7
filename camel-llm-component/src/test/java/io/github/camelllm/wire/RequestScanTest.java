package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiDialect;
import io.github.camelllm.wire.openai.OpenAiChatDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at requests that are not decoded, and the changes that are made to their bytes. */
class RequestScanTest {
    private static final Dialect OPENAI = new OpenAiChatDialect();
    private static final Dialect ANTHROPIC = new AnthropicDialect();
    private static final Dialect GEMINI = new GeminiDialect();
    private static final WireTarget TARGET = WireTarget.of("p", "the model");

    private static RequestScan openai(String body) {
        return OPENAI.passThrough().scan("", utf8(body));
    }

    private static RequestScan anthropic(String body) {
        return ANTHROPIC.passThrough().scan("", utf8(body));
    }

    private static RequestScan gemini(String body) {
        return GEMINI.passThrough().scan("/v1beta/models/x:generateContent", utf8(body));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sent(RequestScan scan, WireProfile profile) {
        byte[] body = OPENAI.passThrough()
                .encode(scan, Map.of(), TARGET.withProfile(profile))
                .body();
        return new String(body, StandardCharsets.UTF_8);
    }

    private static WireProfile profile(Set<String> omit, Map<String, String> rename, Map<String, String> roles) {
        return new WireProfile(omit, rename, Map.of(), roles, Map.of());
    }

    private static boolean fits(RequestScan scan, WireProfile profile) {
        return OPENAI.passThrough().fits(scan, TARGET.withProfile(profile));
    }

    @Test
    void replacesNothingButTheModel() {
        String body = "{\"x\":{\"model\":\"a\"}, \"model\" : \"é\\u0022\",\n\"messages\":[]  }";

        assertThat(sent(openai(body), WireProfile.PLAIN))
                .isEqualTo("{\"x\":{\"model\":\"a\"}, \"model\" : \"the model\",\n\"messages\":[]  }");
    }

    @Test
    void leavesTheVeryBytesWhenTheModelIsTheSame() {
        RequestScan scan = openai("{\"model\":\"the model\",\"messages\":[]}");

        assertThat(OPENAI.passThrough().encode(scan, Map.of(), TARGET).body()).isSameAs(scan.body());
    }

    @Test
    void spellsMembersAndRolesAsTheProviderDoes() {
        RequestScan scan = openai("{\"messages\":[{\"content\":\"developer\",\"role\":\"developer\"},"
                + "{\"role\":\"user\",\"content\":\"a\"}],\"us\\u0065r\":\"u\",\"model\":\"m\"}");

        assertThat(sent(scan, profile(Set.of(), Map.of("user", "user_id"), Map.of("developer", "system"))))
                .isEqualTo("{\"messages\":[{\"content\":\"developer\",\"role\":\"system\"},"
                        + "{\"role\":\"user\",\"content\":\"a\"}],\"user_id\":\"u\",\"model\":\"the model\"}");
    }

    @Test
    void doesNotFitAProviderThatLacksWhatTheRequestHas() {
        String head =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"name\":\"n\",\"content\":[{\"type\":\"text\","
                        + "\"text\":\"a\"}]}]";
        WireProfile lacking = profile(Set.of("logprobs"), Map.of(), Map.of());

        assertThat(fits(openai(head + "}"), lacking)).isTrue();
        assertThat(fits(openai(head + ",\"logprobs\":true}"), lacking)).isFalse();
        assertThat(fits(openai(head + "}"), profile(Set.of("name"), Map.of(), Map.of())))
                .isFalse();
        assertThat(fits(
                        openai(head + ",\"response_format\":{\"type\":\"json_schema\"}}"),
                        profile(Set.of("json_schema"), Map.of(), Map.of())))
                .isFalse();
        assertThat(fits(openai(head + ",\"a\":1,\"b\":2}"), profile(Set.of(), Map.of("a", "b"), Map.of())))
                .isFalse();
        assertThat(fits(openai(head + ",\"max_tokens\":1,\"max_completion_tokens\":2}"), WireProfile.PLAIN))
                .isFalse();
        assertThat(fits(openai(head + "}"), new WireProfile(Set.of(), Map.of(), Map.of("x", 1), Map.of(), Map.of())))
                .isFalse();
        assertThat(fits(
                        openai(head + "}"),
                        new WireProfile(Set.of(), Map.of(), Map.of(), Map.of(), Map.of("text-parts", "string"))))
                .isFalse();
        assertThat(fits(
                        openai(head + ",\"reasoning_effort\":\"minimal\"}"),
                        new WireProfile(
                                Set.of(), Map.of(), Map.of(), Map.of(), Map.of("reasoning-efforts", "low,high"))))
                .isFalse();
    }

    @Test
    void takesTheLongerOfTwoBoundsOfTheAnswer() {
        RequestScan scan =
                openai("{\"model\":\"m\",\"messages\":[],\"max_tokens\":5,\"max_completion_tokens\":9,\"n\":3}");

        assertThat(scan.maxOutputTokens()).hasValue(9);
        assertThat(scan.answers()).isEqualTo(3);
    }

    @Test
    void readsGeminisSingleObjectsAsSeveral() {
        RequestScan scan = gemini("{\"contents\":{\"parts\":{\"text\":\"q\"}},"
                + "\"tools\":{\"functionDeclarations\":{\"name\":\"f\"}}}");

        assertThat(scan.messages()).isEqualTo(1);
        assertThat(scan.parts()).isEqualTo(1);
        assertThat(scan.tools()).isEqualTo(1);
        assertThat(scan.usesTools()).isTrue();
    }

    @Test
    void knowsASchemaOfGeminiUnderEachOfItsNames() {
        for (String name : List.of(
                "responseSchema",
                "response_schema",
                "responseJsonSchema",
                "_responseJsonSchema",
                "_response_json_schema")) {
            assertThat(gemini("{\"contents\":[],\"generationConfig\":{\"" + name + "\":{}}}")
                            .hasSchema())
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void readsGeminisNamesInBothSpellings() {
        RequestScan scan =
                gemini("{\"contents\":[],\"generation_config\":{\"candidate_count\":4,\"maxOutputTokens\":7}}");

        assertThat(scan.answers()).isEqualTo(4);
        assertThat(scan.maxOutputTokens()).hasValue(7);
        assertThatThrownBy(() -> gemini("{\"generationConfig\":{},\"generation_config\":{\"candidateCount\":9}}"))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> gemini("{\"generationConfig\":{\"candidateCount\":1,\"candidate_count\":9}}"))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"u\"}}]}]",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"of tomorrow\"}]}]",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"no type\"}]}]",
                "\"messages\":[],\"tools\":[{\"type\":\"web_search\"}]",
                "\"messages\":[],\"modalities\":[\"audio\"]",
                "\"messages\":[],\"web_search_options\":{}"
            })
    void knowsWhenBytesDoNotBoundTheTokens(String members) {
        assertThat(openai("{\"model\":\"m\"," + members + "}").isText()).isFalse();
    }

    @Test
    void knowsWhenBytesBoundTheTokens() {
        assertThat(openai("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                                + "\"text\":\"a\"}]},{\"role\":\"tool\",\"content\":\"r\"}],\"new\":1}")
                        .isText())
                .isTrue();
        assertThat(anthropic("{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":["
                                + "{\"type\":\"tool_result\",\"content\":[{\"type\":\"image\"}]}]}]}")
                        .isText())
                .isFalse();
        assertThat(gemini("{\"contents\":[{\"parts\":[{\"file_data\":{}}]}]}").isText())
                .isFalse();
        assertThat(gemini("{\"contents\":[{\"parts\":[{\"text\":\"a\"}]}]}").isText())
                .isTrue();
        assertThat(gemini("{\"contents\":[],\"cachedContent\":\"c\"}").isText()).isFalse();
        assertThat(gemini("{\"contents\":[],\"tools\":[{\"googleSearch\":{}}]}").isText())
                .isFalse();
        assertThat(gemini("{\"contents\":{},\"tools\":{\"googleSearch\":{}}}").isText())
                .isFalse();
    }

    @Test
    void seesHintsForAPromptCache() {
        assertThat(openai("{\"model\":\"m\",\"messages\":[],\"prompt_cache_key\":\"k\"}")
                        .mayWriteCache())
                .isTrue();
        assertThat(openai("{\"model\":\"m\",\"messages\":[],\"temperature\":1}").mayWriteCache())
                .isFalse();
        assertThat(anthropic("{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":["
                                + "{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}}]}]}")
                        .mayWriteCache())
                .isTrue();
    }

    @Test
    void addsTheClientsFeaturesToTheProvidersOwnAndTakesItsVersion() {
        RequestScan scan = anthropic("{\"model\":\"m\",\"max_tokens\":1,\"messages\":[]}");
        WireTarget target = TARGET.withProfile(
                new WireProfile(Set.of(), Map.of(), Map.of(), Map.of(), Map.of("anthropic-beta", "ours")));

        assertThat(ANTHROPIC
                        .passThrough()
                        .encode(scan, Map.of("anthropic-beta", "theirs", "anthropic-version", "2030-01-01"), target)
                        .headers())
                .isEqualTo(Map.of("anthropic-beta", "ours,theirs", "anthropic-version", "2030-01-01"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"role\":\"system\"}]}",
                "{\"model\":\"m\",\"messages\":[],\"stream_options\":{\"include_usage\":true,\"include_usage\":false}}",
                "{\"model\":\"m\",\"messages\":[],\"n\":1.5}",
                "{\"model\":\"m\",\"messages\":[],\"n\":99999999999}",
                "{\"model\":\"m\",\"messages\":[],}",
                "{\"model\":\"m\",\"messages\":[/* hidden */]}",
                "{\"model\":\"m\",\"messages\":['x']}",
                "{\"model\":\"m\",\"messages\":{}}",
                "null"
            })
    void refusesWhatCouldBeReadDifferently(String body) {
        assertThatThrownBy(() -> openai(body)).isInstanceOf(LlmInvalidRequestException.class);
    }

    @Test
    void refusesOtherEncodingsAndEndlessNesting() {
        byte[] utf16 = "{\"model\":\"m\",\"messages\":[]}".getBytes(StandardCharsets.UTF_16BE);
        String deep = "{\"model\":\"m\",\"messages\":[],\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";

        assertThatThrownBy(() -> OPENAI.passThrough().scan("", utf16)).isInstanceOf(LlmInvalidRequestException.class);
        assertThatThrownBy(() -> openai(deep)).isInstanceOf(LlmInvalidRequestException.class);
    }

    @Test
    void neverRepeatsWhatTheRequestSays() {
        assertThatThrownBy(() -> openai("{\"model\":\"m\",\"secret words\":1,\"secret words\":2}"))
                .message()
                .doesNotContain("secret");
        assertThatThrownBy(() -> openai("{\"model\":\"m\",\"messages\":[secret]}"))
                .message()
                .doesNotContain("secret");
    }

    @Property(tries = 1000)
    void anyBytesAreARequestOrRefused(@ForAll("dialects") Dialect dialect, @ForAll byte[] bytes) {
        requireRequestOrRefusal(dialect, bytes);
    }

    @Property(tries = 2000)
    void brokenRequestsAreReadOrRefused(
            @ForAll("dialects") Dialect dialect, @ForAll("shares") double share, @ForAll byte noise) {
        byte[] bytes = utf8(
                "{\"model\":\"m\",\"max_tokens\":5,\"n\":2,\"stream\":true,\"system\":\"s\",\"messages\":[{"
                        + "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\\u00e9\"}]}],\"contents\":[{\"parts\":"
                        + "[{\"text\":\"a\"}]}],\"generationConfig\":{\"candidateCount\":2},\"tools\":[{\"type\":\"function\"}]}");
        bytes[(int) (share * (bytes.length - 1))] = noise;

        requireRequestOrRefusal(dialect, bytes);
    }

    private static void requireRequestOrRefusal(Dialect dialect, byte[] bytes) {
        RequestScan scan;
        try {
            scan = dialect.passThrough().scan("/v1beta/models/x:generateContent", bytes);
        } catch (LlmInvalidRequestException e) {
            return;
        }
        byte[] sent = dialect.passThrough().encode(scan, Map.of(), TARGET).body();
        assertThat(tree(sent).isObject()).isTrue();
    }

    @Property(tries = 500)
    void membersAreWhereTheyAreSaidToBe(@ForAll("values") List<String> values, @ForAll("spaces") String space) {
        StringBuilder body = new StringBuilder("{").append(space);
        for (int i = 0; i < values.size(); i++) {
            body.append("\"k").append(i).append('"').append(space).append(':').append(space);
            body.append(values.get(i)).append(space).append(',').append(space);
        }
        body.append("\"model\":\"m\",\"messages\":[]}");

        RequestScan scan = openai(body.toString());

        for (int i = 0; i < values.size(); i++) {
            RequestScan.Member member = scan.members().get("k" + i);
            assertThat(part(scan, member.value())).isEqualTo(values.get(i));
            assertThat(part(scan, member.name())).isEqualTo("\"k" + i + "\"");
        }
    }

    private static String part(RequestScan scan, RequestScan.Range range) {
        return new String(scan.body(), range.from(), range.to() - range.from(), StandardCharsets.UTF_8);
    }

    private static JsonNode tree(byte[] bytes) {
        try {
            return Json.MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON was sent", e);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Provide
    Arbitrary<Dialect> dialects() {
        return Arbitraries.of(OPENAI, ANTHROPIC, GEMINI);
    }

    @Provide
    Arbitrary<Double> shares() {
        return Arbitraries.doubles().between(0, 1);
    }

    @Provide
    Arbitrary<List<String>> values() {
        List<String> values = Stream.of(
                        "1", "-0.5e3", "true", "null", "\"é\\\"\\\\\"", "\"\"", "[]", "[1,\"]\"]", "{\"a\":{\"b\":[]}}")
                .toList();
        return Arbitraries.of(values).list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> spaces() {
        return Arbitraries.of("", " ", "\n\t", "  ");
    }
}
