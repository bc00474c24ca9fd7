package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EmbeddingVectorsTest {
    @Property(tries = 100)
    void vectorsHaveLengthOne(@ForAll String text, @ForAll @IntRange(min = 1, max = 300) int dimensions) {
        float[] vector = EmbeddingVectors.vector(text, dimensions);
        assertThat(vector).hasSize(dimensions);
        assertThat(dot(vector, vector)).isCloseTo(1, within(1e-4));
        assertThat(EmbeddingVectors.vector(text, dimensions)).isEqualTo(vector);
    }

    @Test
    void textsThatShareWordsAreNearer() {
        float[] invoice = EmbeddingVectors.vector("The invoice for the broken parcel", 512);
        float[] related = EmbeddingVectors.vector("Parcel broken, invoice attached", 512);
        float[] other = EmbeddingVectors.vector("Sunny weather tomorrow in Lisbon", 512);
        assertThat(dot(invoice, related)).isGreaterThan(0.6);
        assertThat(dot(invoice, other)).isLessThan(0.25);
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
