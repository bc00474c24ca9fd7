package io.github.camelllm.routes.quality;

import io.github.camelllm.cache.MemorySemanticIndex;
import io.github.camelllm.routes.cache.SentenceIndex;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Scores how much an answer means the same as a good one: the cosine of their vectors, 0 if they have nothing in common. The good
 * answer is in the variable {@value #REFERENCE}, or came with the answer; without one there is no score. Vectors come from a
 * sentence model in this process, or from the model that {@code llm.quality.score.similarity.model} names. At most the first 2,000
 * characters of each are looked at.
 */
public final class SimilarityScore implements Processor {
    /** Variable with a good answer. */
    public static final String REFERENCE = "llmReference";

    private static final int MOST_CHARS = 2000;

    private MemorySemanticIndex.@Nullable Embedder sentences;

    @Override
    public void process(Exchange exchange) {
        Optional<String> reference = Optional.ofNullable(exchange.getVariable(REFERENCE, String.class))
                .filter(text -> !text.isBlank())
                .or(() -> ScoredVariable.text(exchange, "reference"));
        String answer = Objects.requireNonNullElse(exchange.getMessage().getBody(String.class), "");
        if (reference.isEmpty() || answer.isBlank()) {
            return;
        }
        String one = cut(answer);
        String other = cut(reference.get());
        String model = ScorerSettings.property(exchange.getContext(), "similarity", "model", "");
        if (model.isEmpty()) {
            MemorySemanticIndex.Embedder embedder = sentences();
            ScoredVariable.score(exchange, cosine(list(embedder.embed(one)), list(embedder.embed(other))));
        } else {
            List<List<Number>> vectors = embedded(exchange.getContext(), model, List.of(one, other));
            ScoredVariable.score(exchange, cosine(vectors.get(0), vectors.get(1)));
        }
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(MOST_CHARS, text.length()));
    }

    private synchronized MemorySemanticIndex.Embedder sentences() {
        MemorySemanticIndex.Embedder known = sentences;
        if (known == null) {
            known = SentenceIndex.embedder("llm.quality.score.similarity without a model");
            sentences = known;
        }
        return known;
    }

    @SuppressWarnings("unchecked") // what the operation embeddings gives for a list
    private static List<List<Number>> embedded(CamelContext context, String model, List<String> texts) {
        List<List<Number>> vectors = context.createFluentProducerTemplate()
                .to("llm:" + model + "?operation=embeddings&tag.scorer=similarity")
                .withBody(texts)
                .request(List.class);
        if (vectors == null || vectors.size() != texts.size()) {
            throw new IllegalStateException("expected " + texts.size() + " vectors of " + model + ", but there are "
                    + (vectors == null ? 0 : vectors.size()));
        }
        return vectors;
    }

    private static List<Number> list(float[] vector) {
        Number[] numbers = new Number[vector.length];
        for (int i = 0; i < vector.length; i++) {
            numbers[i] = vector[i];
        }
        return List.of(numbers);
    }

    /** 0 if a vector has no direction. */
    static double cosine(List<Number> one, List<Number> other) {
        if (one.size() != other.size()) {
            throw new IllegalArgumentException("expected vectors of the same length, but they have " + one.size()
                    + " and " + other.size() + " numbers");
        }
        double product = 0;
        double ones = 0;
        double others = 0;
        for (int i = 0; i < one.size(); i++) {
            double a = one.get(i).doubleValue();
            double b = other.get(i).doubleValue();
            product += a * b;
            ones += a * a;
            others += b * b;
        }
        return ones == 0 || others == 0 ? 0 : product / Math.sqrt(ones) / Math.sqrt(others);
    }
}
