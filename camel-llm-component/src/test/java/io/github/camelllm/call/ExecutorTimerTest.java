package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExecutorTimerTest {
    private final ScheduledThreadPoolExecutor clock = (ScheduledThreadPoolExecutor) Executors.newScheduledThreadPool(1);

    @AfterEach
    void stop() {
        clock.shutdownNow();
    }

    @Test
    void runsATaskOnAWorker() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();
        Executor workers = task -> new Thread(task, "worker").start();

        new ExecutorTimer(clock, workers)
                .schedule(
                        Duration.ZERO,
                        () -> thread.complete(Thread.currentThread().getName()));

        assertThat(thread.get(20, TimeUnit.SECONDS)).isEqualTo("worker");
    }

    @Test
    void runsATaskThatNoWorkerTakes() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        Executor full = task -> {
            throw new RejectedExecutionException("full");
        };

        new ExecutorTimer(clock, full).schedule(Duration.ZERO, () -> ran.complete(true));

        assertThat(ran.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void forgetsATaskThatIsCalledOff() {
        clock.setRemoveOnCancelPolicy(true);

        new ExecutorTimer(clock, Runnable::run)
                .schedule(Duration.ofDays(1), () -> {})
                .run();

        assertThat(clock.getQueue()).isEmpty();
    }
}
