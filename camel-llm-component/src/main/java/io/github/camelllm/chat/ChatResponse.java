package io.github.camelllm.chat;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model answered. A streamed answer folds to the same value as its buffered twin.
 *
 * @param id the provider's id of the answer
 * @param model the model that answered, often a dated version of the one asked
 * @param choices at least one, unless the answer was cut before its first event
 * @param usage empty if the provider reported none
 * @param extensions members that only this provider has, by wire name, as JSON text
 */
public record ChatResponse(
        Optional<String> id,
        Optional<String> model,
        Optional<Instant> created,
        List<Choice> choices,
        Optional<Usage> usage,
        Optional<String> systemFingerprint,
        Map<String, String> extensions) {
    public ChatResponse {
        choices = List.copyOf(choices);
        extensions = extensions.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    /** Text of the first answer; empty if it has none. */
    public String text() {
        return choices.isEmpty() ? "" : choices.get(0).message().text();
    }

    /** Why the first answer ended; empty if it was cut. */
    public Optional<Finish> finish() {
        return choices.isEmpty() ? Optional.empty() : choices.get(0).finish();
    }

    @Override
    public String toString() {
        return "ChatResponse[" + model.orElse("unknown model") + ", " + choices.size() + " choices]";
    }
}
