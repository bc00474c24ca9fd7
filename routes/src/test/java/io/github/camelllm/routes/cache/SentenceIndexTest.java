package io.github.camelllm.routes.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.cache.Question;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceIndexTest {
    private static SentenceIndex index;

    private final String scope = "scope " + System.identityHashCode(this);

    @BeforeAll
    static void load() {
        index = SentenceIndex.open(Map.of(), System::nanoTime);
    }

    @AfterAll
    static void close() {
        index.close();
    }

    private Optional<String> findAfter(String known, String asked, double threshold) throws Exception {
        index.find(new Question(scope, known), 1).get(60, TimeUnit.SECONDS).remember("answer", Duration.ofHours(1));
        return index.find(new Question(scope, asked), threshold)
                .get(60, TimeUnit.SECONDS)
                .key();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    How do I reset my password?              | How can I reset my password?
                    What are your opening hours?             | What are your opening hours please?
                    What is the capital of France?           | What's the capital of France?
                    """)
    void findsWhatMeansTheSame(String known, String asked) throws Exception {
        assertThat(findAfter(known, asked, 0.95)).contains("answer");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    How do I reset my password?              | How do I delete my account?
                    What is the capital of France?           | What is the capital of Germany?
                    Is invoice 4711 paid?                    | Is invoice 4712 paid?
                    May I take this medicine with alcohol?   | May I not take this medicine with alcohol?
                    Convert -5 degrees Celsius to Fahrenheit | Convert 5 degrees Celsius to Fahrenheit
                    """)
    void doesNotFindWhatMeansSomethingElse(String known, String asked) throws Exception {
        assertThat(findAfter(known, asked, 0.95)).isEmpty();
    }

    @Test
    void looksAtNoOtherScope() throws Exception {
        findAfter("How do I reset my password?", "How?", 0.95);

        assertThat(index.find(new Question("another", "How do I reset my password?"), 0.5)
                        .get(60, TimeUnit.SECONDS)
                        .key())
                .isEmpty();
    }

    @Test
    void wrongPropertyIsNamed() {
        assertThatThrownBy(() -> SentenceIndex.open(Map.of("maxQuestions", "many"), System::nanoTime))
                .hasMessage("llm.cache.semantic.maxQuestions must be a whole number from 1 to 9999999 but is 'many'");
    }
}
