package io.github.camelllm.routes.quality;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.failover.Question;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Has the answer in the body judged by what {@code llm.quality.score.…} says, later and elsewhere: the message stays as it is and
 * waits for nothing. A step behind {@code llm:…}. The question is the variable {@code llmQuestion}, a good answer to compare with
 * the header {@value #REFERENCE}, if they are there. An answer that is still being written, or that our own cache gave, is
 * not judged. Thread-safe.
 */
public final class ScoreAnswer implements Processor {
    /** Header with a good answer. */
    public static final String REFERENCE = "CamelLlmReference";

    private static final String TASK = LlmConstants.TAG + ".task";

    @Override
    public void process(Exchange exchange) {
        Scoring scoring = Quality.of(exchange.getContext()).scoring();
        Message message = exchange.getMessage();
        String id = message.getHeader(LlmConstants.CALL_ID, String.class);
        Optional<String> task = text(message, FeedbackHeaders.TASK).or(() -> text(message, TASK));
        if (scoring.isOff()
                || id == null
                || Scoring.isFromCache(message)
                || !(message.getBody() instanceof String answer)) {
            return;
        }
        UUID callId = Feedback.callId(id);
        if (scoring.wants(callId, task)) {
            ScoredAnswer scored = new ScoredAnswer(
                    Optional.ofNullable(exchange.getVariable(Question.VARIABLE))
                            .filter(String.class::isInstance)
                            .map(String.class::cast),
                    answer,
                    text(message, LlmConstants.FINISH_REASON).orElse(""),
                    text(message, LlmConstants.JSON_SCHEMA),
                    text(message, REFERENCE));
            long bytes = (long) answer.getBytes(StandardCharsets.UTF_8).length
                    + scored.question().map(String::length).orElse(0);
            scoring.offer(callId, task, bytes, () -> scored);
        }
    }

    private static Optional<String> text(Message message, String header) {
        return Optional.ofNullable(message.getHeader(header, String.class)).filter(text -> !text.isBlank());
    }
}
