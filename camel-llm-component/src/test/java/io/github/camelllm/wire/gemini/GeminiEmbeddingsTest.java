package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static io.github.camelllm.wire.gemini.GeminiCases.json;
import static io.github.camelllm.wire.gemini.GeminiCases.omitting;
import static io.github.camelllm.wire.gemini.GeminiCases.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.EncodedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiEmbeddingsTest {
    private static final EmbeddingsClientCodec CODEC = DIALECT.embeddings().orElseThrow();
    private static final EmbeddingsRequest REQUEST = new EmbeddingsRequest(
            "gemini-embedding-001",
            List.of("one", "two"),
            OptionalInt.of(768),
            Optional.of("RETRIEVAL_QUERY"),
            Optional.of("user-1"),
            Map.of());

    private static EmbeddingsResponse decoded(String body, int inputs) {
        return CODEC.decode(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), inputs, TARGET);
    }

    @Test
    void asksForABatch() {
        EncodedRequest encoded = CODEC.encode(REQUEST, TARGET);
        assertThat(encoded.path()).isEqualTo("/models/gemini-embedding-001:batchEmbedContents");
        assertThat(encoded.dropped()).containsExactly("user");
        assertThat(json(encoded.body()))
                .isEqualTo(json("{'requests':["
                        + "{'model':'models/gemini-embedding-001','content':{'parts':[{'text':'one'}]},"
                        + "'taskType':'RETRIEVAL_QUERY','outputDimensionality':768},"
                        + "{'model':'models/gemini-embedding-001','content':{'parts':[{'text':'two'}]},"
                        + "'taskType':'RETRIEVAL_QUERY','outputDimensionality':768}]}"));
    }

    @Test
    void asksVertexForAPrediction() {
        EncodedRequest encoded = CODEC.encode(REQUEST, with("embeddings", "predict"));
        assertThat(encoded.path()).isEqualTo("/models/gemini-embedding-001:predict");
        assertThat(json(encoded.body()))
                .isEqualTo(
                        json(
                                "{'instances':[{'content':'one','task_type':'RETRIEVAL_QUERY'},"
                                        + "{'content':'two','task_type':'RETRIEVAL_QUERY'}],'parameters':{'outputDimensionality':768}}"));
    }

    @Test
    void letsExtraWinOverWhatItSaysItself() {
        EmbeddingsRequest request = new EmbeddingsRequest(
                "m",
                List.of("one"),
                OptionalInt.of(768),
                Optional.of("RETRIEVAL_QUERY"),
                Optional.empty(),
                Map.of("taskType", "CLUSTERING", "title", "t"));
        assertThat(json(CODEC.encode(request, TARGET).body()).path("requests").path(0))
                .isEqualTo(json("{'model':'models/m','content':{'parts':[{'text':'one'}]},"
                        + "'outputDimensionality':768,'taskType':'CLUSTERING','title':'t'}"));
        EmbeddingsRequest predicted = new EmbeddingsRequest(
                "m",
                List.of("one"),
                OptionalInt.of(768),
                Optional.empty(),
                Optional.empty(),
                Map.of("parameters", Map.of("autoTruncate", true)));
        assertThat(json(CODEC.encode(predicted, with("embeddings", "predict")).body())
                        .path("parameters"))
                .isEqualTo(json("{'outputDimensionality':768,'autoTruncate':true}"));
    }

    @ParameterizedTest
    @CsvSource({"batchEmbedContents, 100", "embedContent, 1", "predict, 250"})
    void refusesMoreTextsThanTheMethodTakes(String method, int most) {
        assertThat(CODEC.maxInputs(with("embeddings", method))).isEqualTo(most);
        EmbeddingsRequest many = REQUEST.withInputs(Collections.nCopies(most + 1, "a"));
        assertThatThrownBy(() -> CODEC.encode(many, with("embeddings", method)))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("at most " + most);
    }

    @Test
    void refusesDimensionsThatTheProviderLacksAndDropsTheTask() {
        assertThatThrownBy(() -> CODEC.encode(REQUEST, omitting("outputDimensionality")))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'dimensions'");
        assertThat(CODEC.encode(REQUEST, omitting("taskType")).dropped()).containsExactly("user", "taskType");
    }

    @Test
    @DisplayName("oddity 33: many answers report no usage")
    void leavesUsageUnknownWhereThereIsNone() {
        EmbeddingsResponse response = decoded("{'embeddings':[{'values':[0.5,-1]},{'values':[2]}]}", 2);
        assertThat(response.usage()).isEmpty();
        assertThat(response.vectors().get(0)).containsExactly(0.5f, -1f);
        assertThat(response.vectors().get(1)).containsExactly(2f);
    }

    @Test
    @DisplayName("oddity 33: usage is promptTokenCount with promptTokenDetails in the singular")
    void readsUsageWhereThereIsSome() {
        assertThat(decoded(
                                "{'embedding':{'values':[1]},'usageMetadata':{'promptTokenCount':4,"
                                        + "'promptTokenDetails':[{'modality':'TEXT','tokenCount':4}]}}",
                                1)
                        .usage())
                .contains(Usage.builder().inputTokens(4).build());
    }

    @Test
    void countsTokensOfAPredictionOnlyIfEveryTextIsCounted() {
        String counted = "{'predictions':[{'embeddings':{'values':[1],'statistics':{'token_count':5}}},"
                + "{'embeddings':{'values':[2],'statistics':{%s}}}]}";
        assertThat(decoded(counted.formatted("'token_count':6"), 2).usage())
                .contains(Usage.builder().inputTokens(11).build());
        assertThat(decoded(counted.formatted(""), 2).usage()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "",
                "[]",
                "{'embeddings':[]}",
                "{'embeddings':[{'values':[1]},{'values':[1]}]}",
                "{'embeddings':[{}]}",
                "{'embeddings':[{'values':['x']}]}"
            })
    void refusesAnswersWithoutOneVectorPerText(String body) {
        assertThatThrownBy(() -> decoded(body, 1)).isInstanceOf(LlmMalformedResponseException.class);
    }

    @Test
    void reportsAnErrorInsideAnAnswer() {
        assertThatThrownBy(() -> decoded("{'error':{'code':429,'status':'RESOURCE_EXHAUSTED'}}", 1))
                .isInstanceOf(LlmRateLimitedException.class);
    }

    @Test
    @DisplayName("oddity 67: a token count is totalTokens, with more beside it at Vertex AI")
    void readsATokenCount() {
        GeminiTokenCounts counts = new GeminiTokenCounts();
        assertThat(counts.decode(
                        "{\"totalTokens\":36,\"totalBillableCharacters\":123}".getBytes(StandardCharsets.UTF_8),
                        TARGET))
                .isEqualTo(36);
        assertThatThrownBy(() -> counts.decode("{}".getBytes(StandardCharsets.UTF_8), TARGET))
                .isInstanceOf(LlmMalformedResponseException.class);
    }

    @Test
    void listsModelsOfVertex() {
        assertThat(DIALECT.models()
                        .orElseThrow()
                        .decode(
                                "{\"publisherModels\":[{\"name\":\"publishers/google/models/gemini-x\"}]}"
                                        .getBytes(StandardCharsets.UTF_8),
                                TARGET)
                        .models())
                .extracting("id")
                .containsExactly("gemini-x");
    }
}
