package io.github.camelllm.examples.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadDayTest {
    private static final String FIRST = "openai/gpt-5-mini";
    private static final String THIRD = "mistral/mistral-small-2603";

    private static PhaseResult of(List<PhaseResult> results, Phase phase) {
        return results.stream()
                .filter(result -> result.phase() == phase)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callersNoticeNoFailureAllDay(boolean java) throws Exception {
        BadDay day = new BadDay(Optional.empty(), java);

        List<PhaseResult> results = day.run();

        assertThat(results).hasSize(Phase.values().length).allSatisfy(result -> {
            assertThat(result.failures()).isZero();
            assertThat(result.answers().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(BadDay.questions().size());
            assertThat(result.cost()).get().satisfies(cost -> assertThat(cost).isPositive());
        });
        assertThat(of(results, Phase.SLOW).answersOf(FIRST)).isZero();
        assertThat(of(results, Phase.BUSY).answersOf(FIRST)).isZero();
        assertThat(of(results, Phase.DOWN).answersOf(FIRST)).isZero();
        assertThat(of(results, Phase.WORSE).answers()).containsOnlyKeys(THIRD);
        assertThat(of(results, Phase.RECOVERED).answersOf(FIRST)).isPositive();

        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        day.print(results, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("the second is down, too")
                .contains("300 questions, 0 failures seen by callers");
    }
}
