package io.github.camelllm.chat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Texts to be turned into vectors.
 *
 * @param dimensions length of the vectors, where the model can shorten them
 * @param taskType what the vectors are for, in the provider's words ({@code RETRIEVAL_QUERY}, {@code query}, …)
 * @param extra members put into the request body as they are
 */
public record EmbeddingsRequest(
        String model,
        List<String> inputs,
        OptionalInt dimensions,
        Optional<String> taskType,
        Optional<String> user,
        Map<String, Object> extra) {
    public EmbeddingsRequest {
        inputs = List.copyOf(inputs);
    }

    public static EmbeddingsRequest of(String model, List<String> inputs) {
        return new EmbeddingsRequest(model, inputs, OptionalInt.empty(), Optional.empty(), Optional.empty(), Map.of());
    }

    public EmbeddingsRequest withInputs(List<String> other) {
        return new EmbeddingsRequest(model, other, dimensions, taskType, user, extra);
    }

    public EmbeddingsRequest withModel(String other) {
        return new EmbeddingsRequest(other, inputs, dimensions, taskType, user, extra);
    }

    @Override
    public String toString() {
        return "EmbeddingsRequest[" + model + ", " + inputs.size() + " inputs]";
    }
}
