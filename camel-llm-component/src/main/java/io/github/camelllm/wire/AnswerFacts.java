package io.github.camelllm.wire;

import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Usage;
import java.util.Optional;

/** What must be known of an answer that is passed on. The finish reason is that of the first choice. */
public record AnswerFacts(
        Optional<String> id, Optional<String> model, Optional<FinishReason> finishReason, Optional<Usage> usage) {}
