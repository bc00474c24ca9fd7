package io.github.camelllm.routes.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Redis;
import org.junit.jupiter.api.Test;

/** A small part of what {@code mvn -Pbudget-race} does. */
class BudgetRaceTest {
    private static final int PROCESSES = 2;
    private static final int THREADS = 8;
    private static final int KILLS = 2;
    private static final long SEED = 7;
    private static final long BUDGET = 500 * RaceSetting.LARGEST / 4;

    @Test
    void keepsABudgetInPostgresqlThoughProcessesAreKilled() throws Exception {
        BudgetRace race = new BudgetRace(BudgetRace.postgres(THREADS, BUDGET), PROCESSES, KILLS, SEED);

        BudgetRace.Outcome outcome = race.run();
        assertThat(outcome.isGood()).as(outcome.line()).isTrue();
    }

    @Test
    void keepsABudgetInRedisThoughProcessesAreKilled() throws Exception {
        try (Redis server = new Redis()) {
            BudgetRace race = new BudgetRace(BudgetRace.redis(server, THREADS, BUDGET), PROCESSES, KILLS, SEED);

            BudgetRace.Outcome outcome = race.run();
            assertThat(outcome.isGood()).as(outcome.line()).isTrue();
        }
    }
}
