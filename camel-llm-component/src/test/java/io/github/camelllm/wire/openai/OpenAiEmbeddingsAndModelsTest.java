package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.DIALECT;
import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static io.github.camelllm.wire.openai.Exchanges.omitting;
import static io.github.camelllm.wire.openai.Exchanges.tree;
import static io.github.camelllm.wire.openai.Exchanges.utf8;
import static io.github.camelllm.wire.openai.Exchanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.openai.OpenAiEmbeddingsServer.ServedEmbeddings;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiEmbeddingsAndModelsTest {
    private static final EmbeddingsClientCodec EMBEDDINGS = DIALECT.embeddings().orElseThrow();
    private static final ModelsClientCodec MODELS = DIALECT.models().orElseThrow();

    private static JsonNode encode(EmbeddingsRequest request, WireTarget target) {
        return tree(EMBEDDINGS.encode(request, target).body());
    }

    private static EmbeddingsResponse decode(String body, int inputs) {
        return EMBEDDINGS.decode(utf8(body), inputs, TARGET);
    }

    @Test
    @DisplayName("oddity 33: vectors are asked for in base64, unless the provider cannot")
    void asksForBase64() {
        EmbeddingsRequest request = new EmbeddingsRequest(
                "m",
                List.of("a", "b"),
                OptionalInt.of(256),
                Optional.empty(),
                Optional.of("u"),
                Map.of("truncate", "END"));
        assertThat(encode(request, TARGET))
                .isEqualTo(
                        tree(
                                "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\",\"dimensions\":256,\"user\":\"u\",\"truncate\":\"END\"}"));
        assertThat(encode(request, omitting("encoding_format")).has("encoding_format"))
                .isFalse();
    }

    @Test
    void lengthOfVectorsIsNotDroppedSilently() {
        EmbeddingsRequest request = new EmbeddingsRequest(
                "m", List.of("a"), OptionalInt.of(256), Optional.empty(), Optional.empty(), Map.of());
        assertThatThrownBy(() -> encode(request, omitting("dimensions")))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'dimensions'");
    }

    @Test
    void purposeGoesUnderTheProvidersName() {
        EmbeddingsRequest request = new EmbeddingsRequest(
                "m", List.of("a"), OptionalInt.empty(), Optional.of("query"), Optional.empty(), Map.of());
        assertThat(encode(request, with(OpenAiOptions.EMBEDDINGS_TASK_TYPE, "input_type"))
                        .path("input_type")
                        .asText())
                .isEqualTo("query");
        assertThat(EMBEDDINGS.encode(request, TARGET).dropped()).containsExactly("taskType");
    }

    @Test
    void batchesAreAsLargeAsTheProviderTakes() {
        assertThat(EMBEDDINGS.maxInputs(TARGET)).isEqualTo(2048);
        assertThat(EMBEDDINGS.maxInputs(with(OpenAiOptions.EMBEDDINGS_MAX_INPUTS, "10")))
                .isEqualTo(10);
        assertThatThrownBy(() -> encode(EmbeddingsRequest.of("m", List.of()), TARGET))
                .isInstanceOf(LlmInvalidRequestException.class);
    }

    @Test
    @DisplayName("oddity 33: vectors come as lists or as base64, in any order, and usage may be a total only")
    void readsListsAndBase64() {
        EmbeddingsResponse answer = decode(
                "{\"data\":[{\"index\":1,\"embedding\":\"AACAPwAAAMA=\"},{\"index\":0,\"embedding\":[0.5,-1,1e-3]}],\"model\":\"m1\",\"usage\":{\"total_tokens\":12}}",
                2);
        assertThat(answer.vectors().get(0)).containsExactly(0.5f, -1f, 0.001f);
        assertThat(answer.vectors().get(1)).containsExactly(1f, -2f);
        assertThat(answer.model()).contains("m1");
        assertThat(answer.usage().orElseThrow().inputTokens()).hasValue(12);
        assertThat(answer.usage().orElseThrow().outputTokens()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"data\":[]} | expected 2 vectors",
                "{\"data\":[{\"embedding\":[1]}]} | expected 2 vectors",
                "{\"data\":[{\"embedding\":[1]},{\"embedding\":[1]},{\"embedding\":[1]}]} | each index from 0 to 1",
                "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]} | each index from 0 to 1",
                "{\"data\":[{\"embedding\":[\"x\"]},{\"embedding\":[1]}]} | expected numbers in 'data[0].embedding'",
                "{\"data\":[{\"embedding\":\"AAA=\"},{\"embedding\":[1]}]} | expected 32-bit floats",
                "{\"data\":[{\"embedding\":\"%%%\"},{\"embedding\":[1]}]} | expected base64",
                "{\"data\":[{},{\"embedding\":[1]}]} | 'data[0].embedding'",
                "{\"object\":\"list\"} | expected member 'data'",
                "<html> | HTML",
                "[] | JSON object"
            })
    void answerWithoutTheVectorsIsMalformed(String body, String complaint) {
        assertThatThrownBy(() -> decode(body, 2))
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void errorWithStatus200IsOne() {
        assertThatThrownBy(() -> decode("{\"error\":{\"code\":429,\"message\":\"m\"}}", 1))
                .isInstanceOf(LlmRateLimitedException.class);
    }

    @Property(tries = 300)
    void anyBytesGiveAnAnswerOrAnLlmException(@ForAll @Size(max = 100) byte[] bytes) {
        try {
            EMBEDDINGS.decode(bytes, 1, TARGET);
            MODELS.decode(bytes, TARGET);
            OpenAiEmbeddingsServer.decode(bytes);
        } catch (LlmException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @Property(tries = 300)
    void vectorsCrossTheWireExactly(@ForAll @Size(min = 1, max = 20) float[] vector, @ForAll boolean base64) {
        for (float number : vector) {
            if (!Float.isFinite(number)) {
                return;
            }
        }
        EmbeddingsRequest request = EmbeddingsRequest.of("m", List.of("a", "b"));
        EmbeddingsResponse answer = new EmbeddingsResponse(
                Optional.of("m1"),
                List.of(vector, new float[] {1}),
                Optional.of(Usage.builder().inputTokens(3).totalTokens(3).build()));
        EmbeddingsResponse got = EMBEDDINGS.decode(
                OpenAiEmbeddingsServer.encode(answer, new ServedEmbeddings(request, base64)), 2, TARGET);
        assertThat(Arrays.equals(got.vectors().get(0), vector)).isTrue();
        assertThat(got.model()).isEqualTo(answer.model());
        assertThat(got.usage()).isEqualTo(answer.usage());
    }

    @Test
    void requestCrossesTheWire() {
        EmbeddingsRequest request = new EmbeddingsRequest(
                "m", List.of("a", "ü"), OptionalInt.of(8), Optional.of("query"), Optional.of("u"), Map.of("x", 1));
        WireTarget target = with(OpenAiOptions.EMBEDDINGS_TASK_TYPE, "input_type");
        assertThat(OpenAiEmbeddingsServer.decode(
                        EMBEDDINGS.encode(request, target).body()))
                .isEqualTo(new ServedEmbeddings(request, true));
        assertThat(OpenAiEmbeddingsServer.decode(utf8("{\"model\":\"m\",\"input\":\"a\"}")))
                .isEqualTo(new ServedEmbeddings(EmbeddingsRequest.of("m", List.of("a")), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\"}",
                "{\"model\":\"m\",\"input\":[]}",
                "{\"model\":\"m\",\"input\":[[1,2]]}",
                "{\"input\":\"a\"}",
                "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"hex\"}"
            })
    void badEmbeddingsRequestIsRefused(String body) {
        assertThatThrownBy(() -> OpenAiEmbeddingsServer.decode(utf8(body)))
                .isInstanceOf(LlmInvalidRequestException.class);
    }

    @Test
    void modelsCrossTheWire() {
        List<ModelInfo> models = List.of(
                new ModelInfo(
                        "a",
                        Optional.of("Model A"),
                        Optional.of("me"),
                        Optional.of(Instant.ofEpochSecond(1_700_000_000)),
                        OptionalLong.of(1000),
                        OptionalLong.of(10)),
                new ModelInfo(
                        "b",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty()));
        assertThat(MODELS.decode(OpenAiModelsServer.encode(models), TARGET))
                .isEqualTo(new ModelsClientCodec.Page(models, Optional.empty()));
        assertThat(tree(OpenAiModelsServer.encode(models.get(1))))
                .isEqualTo(tree("{\"id\":\"b\",\"object\":\"model\",\"created\":0,\"owned_by\":\"\"}"));
    }

    @Test
    void modelListsOfOtherShapesAreRead() {
        assertThat(MODELS.decode(utf8("[{\"id\":\"a\"},{\"model_id\":\"b\"}]"), TARGET)
                        .models())
                .extracting(ModelInfo::id)
                .containsExactly("a", "b");
        ModelInfo router = MODELS.decode(
                        utf8(
                                "{\"data\":[{\"id\":\"x/y\",\"name\":\"Y\",\"context_length\":8192,\"top_provider\":{\"max_completion_tokens\":512}}]}"),
                        TARGET)
                .models()
                .get(0);
        assertThat(router.displayName()).contains("Y");
        assertThat(router.contextWindowTokens()).hasValue(8192);
        assertThat(router.maxOutputTokens()).hasValue(512);
    }

    @Test
    void modelListsAreReadPageByPage() {
        assertThat(MODELS.encode(Optional.empty(), TARGET).path()).isEqualTo("/models");
        assertThat(MODELS.encode(Optional.of("a b"), TARGET).path()).isEqualTo("/models?after=a+b");
        assertThat(MODELS.decode(utf8("{\"data\":[{\"id\":\"a\"}],\"has_more\":true,\"last_id\":\"a\"}"), TARGET)
                        .nextPageToken())
                .contains("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "7", "<html>", "{\"data\":[{}]}", ""})
    void listWithoutModelsIsMalformed(String body) {
        assertThatThrownBy(() -> MODELS.decode(utf8(body), TARGET)).isInstanceOf(LlmMalformedResponseException.class);
    }
}
