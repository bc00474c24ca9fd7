package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireTarget;
import java.util.List;

/**
 * Decodes {@code streamGenerateContent?alt=sse}. The wire has no end marker: the stream is whole when every candidate has
 * its {@code finishReason}. A blocked prompt is reported by {@link #end()}, after its usage.
 */
final class GeminiStreamDecoder implements StreamDecoder {
    private final WireTarget target;
    private final AnswerEvents answer;
    private int frames;

    GeminiStreamDecoder(WireTarget target) {
        this.target = target;
        this.answer = new AnswerEvents(target);
    }

    @Override
    public List<StreamEvent> decode(Frame frame) {
        if (frame.length() == 0 || frame.payloadIs("[DONE]")) {
            // The provider sends neither; proxies in front of it do.
            return List.of();
        }
        return answer.read(frame.buffer(), frame.offset(), frame.length(), "event", frames++);
    }

    @Override
    public List<StreamEvent> end() {
        LlmException blocked = answer.blocked();
        if (blocked != null && !answer.hasChoices()) {
            throw blocked;
        }
        if (!answer.hasChoices()) {
            throw GeminiErrors.cut("the stream ended after " + frames + " events without a candidate", target);
        }
        int unfinished = answer.unfinished();
        if (unfinished >= 0) {
            throw GeminiErrors.cut(
                    "the stream ended after " + frames + " events without finishReason of candidate " + unfinished,
                    target);
        }
        return List.of(new StreamEvent.Completed());
    }

    @Override
    public int skipped() {
        return answer.skipped();
    }
}
