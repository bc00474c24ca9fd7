package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.decoded;
import static io.github.camelllm.wire.gemini.GeminiCases.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Usage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiUsageTest {
    private static final String STOP = "{'candidates':[{'finishReason':'STOP'}]}";

    @Test
    @DisplayName("oddity 26: thoughts are counted beside the candidates, tool use beside the prompt")
    void addsUpWhatIsCountedApart() {
        Usage usage = decoded("{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':440,"
                        + "'toolUsePromptTokenCount':86,'candidatesTokenCount':12,'thoughtsTokenCount':27,"
                        + "'cachedContentTokenCount':204,'totalTokenCount':565,"
                        + "'promptTokensDetails':[{'modality':'TEXT','tokenCount':100},{'modality':'AUDIO','tokenCount':30},"
                        + "{'modality':'IMAGE','tokenCount':200},{'modality':'VIDEO','tokenCount':110}],"
                        + "'candidatesTokensDetails':[{'modality':'IMAGE','tokenCount':12}],'serviceTier':'flex'}}")
                .usage()
                .orElseThrow();
        assertThat(usage)
                .isEqualTo(Usage.builder()
                        .inputTokens(526)
                        .cacheReadInputTokens(204)
                        .inputAudioTokens(30)
                        .inputImageTokens(310)
                        .outputTokens(39)
                        .reasoningOutputTokens(27)
                        .outputImageTokens(12)
                        .totalTokens(565)
                        .serviceTier("flex")
                        .build());
    }

    @Test
    void keepsTheToolUseCountReadable() {
        assertThat(decoded("{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'toolUsePromptTokenCount':86}}")
                        .extensions())
                .containsEntry("toolUsePromptTokenCount", "86");
    }

    @Test
    @DisplayName("oddity 31: usage comes on every chunk, the last one counts")
    void takesTheLastUsage() {
        ChatResponse response = streamed(
                "{'candidates':[{'content':{'parts':[{'text':'a'}]}}],'usageMetadata':{'promptTokenCount':9,"
                        + "'candidatesTokenCount':21,'thoughtsTokenCount':35,'totalTokenCount':65}}",
                "{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':87,"
                        + "'thoughtsTokenCount':78,'totalTokenCount':165}}");
        assertThat(response.usage())
                .contains(Usage.builder()
                        .inputTokens(87)
                        .outputTokens(78)
                        .reasoningOutputTokens(78)
                        .totalTokens(165)
                        .build());
    }

    @Test
    @DisplayName("oddity 31: a usage with nothing but trafficType is no count")
    void takesTheTrafficTypeForTheTierAndNotForUsage() {
        ChatResponse response = streamed(
                "{'candidates':[{'content':{'parts':[{'text':'a'}]}}],'usageMetadata':{'trafficType':'ON_DEMAND_PRIORITY'}}",
                "{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':3,'totalTokenCount':5}}",
                "{'usageMetadata':{'trafficType':'ON_DEMAND'}}");
        assertThat(response.usage())
                .contains(Usage.builder()
                        .inputTokens(3)
                        .outputTokens(2)
                        .totalTokens(5)
                        .serviceTier("standard")
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "ON_DEMAND, standard",
        "ON_DEMAND_FLEX, flex",
        "PROVISIONED_THROUGHPUT, provisioned_throughput",
        "standard, standard"
    })
    void namesTiersAsPriceListsDo(String word, String tier) {
        assertThat(GeminiUsage.trafficTypeToServiceTier(word)).isEqualTo(tier);
    }

    @Test
    void leavesUnknownCountsUnknown() {
        Usage usage = decoded("{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':3}}")
                .usage()
                .orElseThrow();
        assertThat(usage).isEqualTo(Usage.builder().inputTokens(3).build());
        assertThat(decoded(STOP).usage()).isEmpty();
    }
}
