package io.github.camelllm.component;

import java.util.Optional;

/** A JSON Schema that answers can be held against, as those of endpoints with {@code jsonSchema} are. Immutable and thread-safe. */
public final class AnswerSchema {
    private final StructuredOutput output;

    private AnswerSchema(StructuredOutput output) {
        this.output = output;
    }

    /** @throws IllegalArgumentException if the text is no JSON Schema */
    public static AnswerSchema of(String schemaJson) {
        return new AnswerSchema(StructuredOutput.ofSchema(schemaJson, Optional.empty()));
    }

    /** Whether an answer is JSON that conforms, with or without a code fence around it. */
    public boolean accepts(String answer) {
        return output.check(answer).isValid();
    }
}
