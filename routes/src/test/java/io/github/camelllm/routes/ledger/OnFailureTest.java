package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OnFailureTest {
    private static Set<LedgerAlarm> stops(OnFailure onFailure) {
        return Stream.of(LedgerAlarm.values()).filter(onFailure::refusesCallsAt).collect(Collectors.toSet());
    }

    @Test
    void callsStopWhereTheyCannotBeKept() {
        assertThat(stops(OnFailure.JOURNAL))
                .isEqualTo(EnumSet.of(LedgerAlarm.JOURNAL_FULL, LedgerAlarm.JOURNAL_FAILED));
        assertThat(stops(OnFailure.FAIL_CLOSED))
                .isEqualTo(EnumSet.of(LedgerAlarm.JOURNAL_FULL, LedgerAlarm.JOURNAL_FAILED, LedgerAlarm.DATABASE_DOWN));
        assertThat(stops(OnFailure.FAIL_OPEN)).isEmpty();
    }
}
