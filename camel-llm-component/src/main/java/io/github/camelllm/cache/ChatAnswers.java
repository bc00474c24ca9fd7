package io.github.camelllm.cache;

import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseEvents;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.StreamEvent;
import java.util.List;
import java.util.Optional;

/** Answers of chats. */
final class ChatAnswers implements AnswerKind<ChatResponse> {
    static final ChatAnswers INSTANCE = new ChatAnswers();

    private final CachedAnswerCodec<ChatResponse> codec = new CachedAnswerCodec<>(ChatResponse.class);

    private ChatAnswers() {}

    @Override
    public Operation operation() {
        return Operation.CHAT;
    }

    @Override
    public CachedAnswerCodec<ChatResponse> codec() {
        return codec;
    }

    @Override
    public boolean isWhole(ChatResponse answer) {
        return !answer.choices().isEmpty() && answer.choices().stream().allMatch(ChatAnswers::isWhole);
    }

    private static boolean isWhole(Choice choice) {
        FinishReason reason = choice.finish().map(Finish::reason).orElse(FinishReason.OTHER);
        boolean ended =
                reason == FinishReason.STOP || reason == FinishReason.LENGTH || reason == FinishReason.TOOL_CALLS;
        return ended
                && choice.message().audioId().isEmpty()
                && choice.message().content().stream().noneMatch(ContentPart.Refusal.class::isInstance);
    }

    @Override
    public Optional<String> model(ChatResponse answer) {
        return answer.model();
    }

    @Override
    public Optional<FinishReason> finish(ChatResponse answer) {
        return answer.finish().map(Finish::reason);
    }

    @Override
    public List<StreamEvent> events(ChatResponse answer) {
        return ChatResponseEvents.of(answer);
    }
}
