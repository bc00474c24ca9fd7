package io.github.camelllm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasoningEffortTest {
    @ParameterizedTest
    @CsvSource({
        "0, NONE",
        "1, MINIMAL",
        "1023, MINIMAL",
        "1024, LOW",
        "8191, LOW",
        "8192, MEDIUM",
        "24575, MEDIUM",
        "24576, HIGH",
        "2147483647, HIGH"
    })
    void aBudgetIsTheMostEffortThatLiesWithinIt(int tokens, ReasoningEffort expected) {
        assertThat(ReasoningEffort.ofBudget(tokens)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"XHIGH", "MAX"},
            mode = EnumSource.Mode.EXCLUDE)
    void theBudgetOfAnEffortIsThatEffortAgain(ReasoningEffort effort) {
        assertThat(ReasoningEffort.ofBudget(effort.budgetTokens())).isEqualTo(effort);
    }
}
