package io.github.camelllm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends in logs and exception messages by way of string concatenation must not hold prompts, answers or names. */
class ToStringTest {
    private static final Pattern CANARY = Pattern.compile("⟦([^⟧]+)⟧");

    /** Identifiers and names that the application or the provider chose. A new entry needs a reason. */
    private static final Set<String> SHOWN = Set.of(
            "AudioOptions.format",
            "AudioOptions.voice",
            "ChatMessage.Tool.toolCallId",
            "ChatRequest.model",
            "ChatResponse.model",
            "Citation.url",
            "ClientMembers.dialect",
            "ContentPart.Opaque.dialect",
            "ContentPart.Opaque.type",
            "ContentPart.ToolCall.id",
            "ContentPart.ToolCall.name",
            "EmbeddingsRequest.model",
            "EmbeddingsResponse.model",
            "ErrorDetails.errorType",
            "ErrorDetails.model",
            "ErrorDetails.provider",
            "Finish.nativeReason",
            "LlmBudgetExceededException.Excess.account",
            "LlmBudgetExceededException.Excess.budget",
            "MediaSource.FileId.id",
            "MediaSource.FileId.mediaType",
            "MediaSource.Inline.type",
            "MediaSource.Url.mediaType",
            "ModelInfo.displayName",
            "ModelInfo.id",
            "ModelInfo.ownedBy",
            "Money.currency",
            "ResponseFormat.JsonSchema.name",
            "StreamEvent.Answering.cached",
            "StreamEvent.Answering.model",
            "StreamEvent.Answering.provider",
            "StreamEvent.ExtensionAdded.name",
            "StreamEvent.Started.id",
            "StreamEvent.Started.model",
            "StreamEvent.Started.systemFingerprint",
            "StreamEvent.ToolCallDelta.name",
            "Tool.Function.name",
            "Tool.Native.dialect",
            "ToolChoice.Allowed.names",
            "ToolChoice.Function.name",
            "Usage.serviceTier");

    static Stream<Class<?>> records() {
        return Specimens.records().stream();
    }

    @ParameterizedTest
    @MethodSource("records")
    void tellsNoContent(Class<?> type) {
        String text = Specimens.of(type).toString();
        assertThat(CANARY.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet()))
                .as(text)
                .isSubsetOf(SHOWN);
    }

    @Test
    void everyAlternativeOfEveryFamilyIsLookedAt() {
        Set<Class<?>> looked = records().collect(Collectors.toSet());
        for (Class<?> family : new Class<?>[] {
            ChatMessage.class,
            ContentPart.class,
            MediaSource.class,
            ResponseFormat.class,
            StreamEvent.class,
            Tool.class,
            ToolChoice.class
        }) {
            assertThat(looked).contains(family.getPermittedSubclasses());
        }
        assertThat(looked)
                .contains(
                        AudioOptions.class,
                        CacheHint.class,
                        ChatRequest.class,
                        ChatResponse.class,
                        Choice.class,
                        Citation.class,
                        EmbeddingsRequest.class,
                        EmbeddingsResponse.class,
                        ErrorDetails.class,
                        Finish.class,
                        ModelInfo.class,
                        Money.class,
                        ReasoningOptions.class,
                        TokenLogprob.class,
                        Usage.class);
    }

    @Test
    void theListOfWhatIsShownHasNoDeadEntries() {
        Set<String> shown = records()
                .flatMap(type -> CANARY.matcher(Specimens.of(type).toString()).results())
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(shown).containsAll(SHOWN);
    }
}
