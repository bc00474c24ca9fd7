package io.github.camelllm.routes.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three of the cases of {@code mvn -Pcrash-short}: our process, PostgreSQL and Redis are killed once each. */
class OneOfEachCrashTest {
    @TempDir
    private Path folder;

    @Test
    void nothingIsLostDoubledOrOverspentWhenProcessDatabaseAndRedisAreKilled() throws Exception {
        long seed = Long.getLong("crash.seed", 1);
        try (CrashRun runs = new CrashRun(folder)) {
            for (Crash crash : CrashMatrix.oneOfEachVictim(seed)) {
                CrashResult result = runs.runQuickly(crash);
                assertThat(result.isGood())
                        .as("-Dcrash.seed=" + seed + ", " + crash + ": " + result)
                        .isTrue();
            }
        }
    }
}
