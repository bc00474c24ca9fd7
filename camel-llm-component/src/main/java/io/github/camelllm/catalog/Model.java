package io.github.camelllm.catalog;

import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is known of a model at one provider. What is empty is unknown, never false or zero.
 *
 * @param provider the price book's name of the provider
 * @param id the id sent in requests
 * @param contextWindowTokens input and output together, as its source states it; some sources state the input only
 * @param maxOutputTokens longest answer, reasoning included
 * @param inputs empty if unknown
 * @param outputs empty if unknown
 * @param knowledgeCutoff {@code YYYY-MM} or {@code YYYY-MM-DD}
 * @param released {@code YYYY-MM} or {@code YYYY-MM-DD}
 * @param deprecatedOn announced end, as the source states it
 */
public record Model(
        String provider,
        String id,
        Optional<String> displayName,
        Optional<String> family,
        OptionalLong contextWindowTokens,
        OptionalLong maxOutputTokens,
        Set<Modality> inputs,
        Set<Modality> outputs,
        Optional<Boolean> tools,
        Optional<Boolean> structuredOutput,
        Optional<Boolean> reasoning,
        Optional<Boolean> streaming,
        Optional<String> knowledgeCutoff,
        Optional<String> released,
        Optional<LocalDate> deprecatedOn,
        Optional<Boolean> openWeights,
        Optional<String> note) {
    public Model {
        inputs = Set.copyOf(inputs);
        outputs = Set.copyOf(outputs);
    }

    /** A form in which a model takes or gives something. */
    public enum Modality {
        TEXT,
        IMAGE,
        PDF,
        AUDIO,
        VIDEO,
        /** Vectors. */
        EMBEDDING
    }
}
