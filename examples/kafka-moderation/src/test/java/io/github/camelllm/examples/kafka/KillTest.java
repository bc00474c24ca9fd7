package io.github.camelllm.examples.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {
    @TempDir
    Path folder;

    @Test
    void killedAnywhereNoCommentIsLostOrDoubled() throws Exception {
        try (Kills kills = new Kills(folder, 3, 20261125)) {
            Kills.Outcome outcome = kills.run(false);

            assertThat(outcome.problems()).isEmpty();
            assertThat(outcome.summary()).isEqualTo("kafka: 3 kills, passed 3, failed 0, lost 0, doubled 0");
        }
    }
}
