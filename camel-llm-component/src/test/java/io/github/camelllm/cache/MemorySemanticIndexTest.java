package io.github.camelllm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.ManualTimer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class MemorySemanticIndexTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTimer timer = new ManualTimer();
    private MemorySemanticIndex index = index(new MemorySemanticIndex.Limits(3, 5, 20));

    /** The vector of a text is its number of a's and of b's. */
    private MemorySemanticIndex index(MemorySemanticIndex.Limits limits) {
        return new MemorySemanticIndex(
                text -> new float[] {
                    text.chars().filter(c -> c == 'a').count(),
                    text.chars().filter(c -> c == 'b').count()
                },
                Runnable::run,
                timer::nanoTime,
                limits);
    }

    private void remember(String scope, String text, String key) {
        index.find(new Question(scope, text), 1).join().remember(key, HOUR);
    }

    private Optional<String> find(String scope, String text, double threshold) {
        return index.find(new Question(scope, text), threshold).join().key();
    }

    @Test
    void findsTheMostSimilarAboveTheThreshold() {
        remember("s", "aaab", "1");
        remember("s", "aabb", "2");

        assertThat(find("s", "aaaaaab", 0.9)).contains("1");
        assertThat(find("s", "ababab", 0.99)).contains("2");
        assertThat(find("s", "bbbbbb", 0.9)).isEmpty();
    }

    @Test
    void looksAtNoOtherScope() {
        remember("s", "a", "1");

        assertThat(find("t", "a", 0.1)).isEmpty();
    }

    @Test
    void forgetsWhenTheTimeIsUp() {
        remember("s", "a", "1");
        timer.advance(HOUR);

        assertThat(find("s", "a", 0.9)).isEmpty();
        assertThat(index.size()).isZero();
    }

    @Test
    void staysWithinItsLimits() {
        for (int i = 0; i < 4; i++) {
            remember("s", "a".repeat(i + 1), "s" + i);
            remember("t", "a".repeat(i + 1), "t" + i);
        }
        assertThat(index.size()).isEqualTo(5);
        remember("u", "a", "u");
        assertThat(index.size()).isEqualTo(5);
        assertThat(find("u", "a", 0.9)).contains("u");
    }

    @Test
    void longQuestionsAreLeftAlone() {
        remember("s", "a".repeat(21), "1");

        assertThat(index.size()).isZero();
    }

    @Test
    void questionsBeyondWhatCanBeComparedAreLeftAlone() {
        index = new MemorySemanticIndex(
                text -> new float[] {1},
                task -> {
                    throw new RejectedExecutionException();
                },
                timer::nanoTime,
                MemorySemanticIndex.Limits.DEFAULT);

        assertThat(find("s", "a", 0.1)).isEmpty();
    }

    @Test
    void factsTellQuestionsApart() {
        String question = "Can I pay invoice 12 in Ulm?";
        assertThat(agree(question, "Could invoice 12 be paid in Ulm?")).isTrue();
        assertThat(agree(question, "Ulm's invoice 12: can I pay it?")).isTrue();
        assertThat(agree("I cannot pay?", "Can’t I pay?")).isTrue();
        assertThat(agree("What now? Where?", "Where? Why?")).isTrue();
        assertThat(agree(question, "May I pay invoice 13 in Ulm?")).isFalse();
        assertThat(agree(question, "Can I pay invoice 12 in Bonn?")).isFalse();
        assertThat(agree(question, "Can't I pay invoice 12 in Ulm?")).isFalse();
        assertThat(agree("from 3 to 5", "from 5 to 3")).isFalse();
        assertThat(agree("What is \"ulm\"?", "What is \"bonn\"?")).isFalse();
    }

    @Test
    void signsTellNumbersApart() {
        assertThat(agree("Convert -5 degrees Celsius", "Convert 5 degrees Celsius"))
                .isFalse();
        assertThat(agree("Convert \u22125 degrees", "Convert 5 degrees")).isFalse();
        assertThat(agree("Convert \u22125 degrees", "Please convert -5 degrees"))
                .isTrue();
        assertThat(agree("Call +49 731", "Call 49 731")).isFalse();
        assertThat(agree("raise it by .5", "raise it by 5")).isFalse();
        // What joins words is no sign
        assertThat(agree("Is COVID-19 over?", "Is COVID-19 gone?")).isTrue();
        assertThat(agree("pages 3-5", "the pages 3-5")).isTrue();
        assertThat(agree("3 - 5 days", "in 3 - 5 days")).isTrue();
    }

    @Test
    void signsOfArithmeticAndCurrenciesTellQuestionsApart() {
        assertThat(agree("What is 3 + 4?", "What is 3 * 4?")).isFalse();
        assertThat(agree("What is 3 - 4?", "What is 3 / 4?")).isFalse();
        assertThat(agree("What is 3+4?", "What is 3*4?")).isFalse();
        assertThat(agree("Is x < y?", "Is x > y?")).isFalse();
        assertThat(agree("What is 10% of 50?", "What is 10 of 50?")).isFalse();
        assertThat(agree("What is 5!", "What is 5")).isFalse();
        assertThat(agree("Is $5 enough?", "Is €5 enough?")).isFalse();
        assertThat(agree("What is 3 × 4?", "How much is 3 * 4?")).isTrue();
        assertThat(agree("What is 4 \u2212 3?", "How much is 4 - 3?")).isTrue();
        // Of the sentence
        assertThat(agree("Well - can I pay?", "Well, can I pay?")).isTrue();
        assertThat(agree("Can I pay!", "Can I pay?")).isTrue();
    }

    @Test
    void namesOfOneLetterTellQuestionsApart() {
        assertThat(agree("What is in plan A of our insurance?", "What is in plan B of our insurance?"))
                .isFalse();
        assertThat(agree("How do I renew a class A licence?", "How do I renew a class B licence?"))
                .isFalse();
        // The article is not the class
        assertThat(agree("How do I renew a class A licence?", "How do I renew a licence?"))
                .isFalse();
        assertThat(agree("Is a plan A's price fixed?", "Is a plan B's price fixed?"))
                .isFalse();
        assertThat(agree("B vitamins: what for?", "C vitamins: what for?")).isFalse();
        assertThat(agree("B vitamins: what for?", "What are B vitamins for?")).isTrue();
        assertThat(agree("How do I sort in C#?", "How do I sort in C++?")).isFalse();
        // No names
        assertThat(agree("Where can I pay?", "Where to pay?")).isTrue();
        assertThat(agree("A parcel is late. What now?", "What if a parcel is late?"))
                .isTrue();
    }

    private static boolean agree(String one, String other) {
        boolean agree = QuestionFacts.of(one).agreeWith(QuestionFacts.of(other));
        assertThat(QuestionFacts.of(other).agreeWith(QuestionFacts.of(one))).isEqualTo(agree);
        return agree;
    }
}
