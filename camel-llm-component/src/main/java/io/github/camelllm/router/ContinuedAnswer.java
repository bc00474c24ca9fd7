package io.github.camelllm.router;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.StreamEvent;

/**
 * What was delivered of a streamed answer, so that another model can continue it where it broke off. Only plain text can be
 * continued: half a tool call or a spoken word cannot. Used by one thread at a time.
 */
final class ContinuedAnswer {
    private static final String INSTRUCTION =
            "Your answer was cut off. Continue it exactly where it stops, with the next"
                    + " character. Do not repeat anything and do not comment on the interruption.";

    private final ChatRequest question;
    private final ChatResponseFold delivered = new ChatResponseFold();
    private final StringBuilder text = new StringBuilder();
    private boolean onlyText = true;

    ContinuedAnswer(ChatRequest question) {
        this.question = question;
    }

    /** Notes an event; false if it is about the second model's answer as such and not for the reader. */
    boolean forwards(StreamEvent event) {
        if (event instanceof StreamEvent.Started && hasBegun()) {
            return false;
        }
        event.accept(delivered);
        if (event instanceof StreamEvent.TextDelta delta && delta.choice() == 0) {
            text.append(delta.text());
        } else if (event.isContent() && !(event instanceof StreamEvent.ReasoningDelta)) {
            onlyText = false;
        }
        return true;
    }

    boolean hasBegun() {
        return text.length() > 0;
    }

    boolean isPossible() {
        return onlyText && hasBegun() && question.n().orElse(1) == 1;
    }

    /** The question with what was delivered as the beginning of the answer. */
    ChatRequest request() {
        return question.toBuilder()
                .message(ChatMessage.Assistant.of(text.toString()))
                .message(ChatMessage.User.of(INSTRUCTION))
                .build();
    }

    /** The whole answer, of all models that wrote it. */
    ChatResponse whole(ChatResponse last) {
        ChatResponse all = delivered.response();
        return new ChatResponse(
                last.id(),
                last.model(),
                last.created(),
                all.choices(),
                last.usage(),
                last.systemFingerprint(),
                last.extensions());
    }
}
