package io.github.camelllm.simulator;

import java.util.List;
import java.util.Locale;

/**
 * Vectors of length 1 that are always the same for the same text, and nearer to each other the more words two texts
 * share: each word has a direction of its own, and a text points where its words do.
 */
final class EmbeddingVectors {
    /** Of the whole text beside its words, so that the same words in another order are near but not the same. */
    private static final double TEXT_WEIGHT = 0.25;

    private EmbeddingVectors() {}

    static float[] vector(String text, int dimensions) {
        double[] sum = new double[dimensions];
        List<String> words = List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"));
        for (String word : words) {
            if (!word.isEmpty()) {
                add(sum, Hash.of(stem(word)), weight(word));
            }
        }
        add(sum, Hash.of(text), TEXT_WEIGHT);
        double squares = 0;
        for (double value : sum) {
            squares += value * value;
        }
        double length = Math.sqrt(squares);
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (length == 0 ? (i == 0 ? 1 : 0) : sum[i] / length);
        }
        return vector;
    }

    /** Short words say less. */
    private static double weight(String word) {
        return word.length() < 4 ? 0.3 : 1;
    }

    private static String stem(String word) {
        return word.length() > 4 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private static void add(double[] sum, long seed, double weight) {
        long state = seed;
        for (int i = 0; i < sum.length; i++) {
            state = Hash.mix(state + 0x9e3779b97f4a7c15L);
            sum[i] += weight * ((state >> 11) * 0x1.0p-52);
        }
    }
}
