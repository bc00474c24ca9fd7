package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Split EIP meets when a record fails while it takes the next one. */
class SplitRunTest {
    private final SplitRun run = new SplitRun(
            List.of(SplitRecord.of(1, 1, "a"), SplitRecord.of(2, 2, "b")).iterator());

    @Test
    void aRunStoppedBetweenHasNextAndNextGivesNoMore() {
        assertThat(run.hasNext()).isTrue();
        SplitRecord first = run.next();
        assertThat(run.hasNext()).isTrue();

        run.stop();
        run.ended(first.number());

        assertThat(run.next()).isNull();
        assertThat(run.hasNext()).isFalse();
    }

    @Test
    void aRecordInHandIsStartedBeforeTheStoppedRunEnds() {
        run.next();

        run.stop();

        assertThat(run.hasNext()).isTrue();
        run.ended(1);
        assertThat(run.hasNext()).isFalse();
    }
}
