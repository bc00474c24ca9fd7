package io.github.camelllm.routes.quality;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer that is to be judged, with its question. Both are text of users: they are in no log.
 *
 * @param question the last that the user said; empty if it is not known
 * @param finishReason as the header {@code CamelLlmFinishReason} says it; empty text if the answer was cut
 * @param schema that the answer had to conform to
 * @param reference a good answer to compare it with
 */
public record ScoredAnswer(
        Optional<String> question,
        String answer,
        String finishReason,
        Optional<String> schema,
        Optional<String> reference) {
    /** Variable of the routes that judge: a Map of these, of {@code callId} and of {@code task}. */
    public static final String VARIABLE = "llmScored";

    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        question.ifPresent(text -> map.put("question", text));
        map.put("answer", answer);
        map.put("finishReason", finishReason);
        schema.ifPresent(text -> map.put("schema", text));
        reference.ifPresent(text -> map.put("reference", text));
        return map;
    }

    /** Without what was asked and answered. */
    @Override
    public String toString() {
        return "ScoredAnswer[" + answer.length() + " characters]";
    }
}
