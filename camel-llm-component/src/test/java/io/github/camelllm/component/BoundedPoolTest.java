package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedPoolTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final CountDownLatch leave = new CountDownLatch(1);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() {
        leave.countDown();
        context.stop();
    }

    private void block() {
        threads.add(Thread.currentThread());
        try {
            assertThat(leave.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tasksWaitForSoManyThreadsAndAreRefusedWhenTheQueueIsFull() throws Exception {
        ExecutorService pool = BoundedPool.of(context, "Some", 2, 3);
        for (int i = 0; i < 5; i++) {
            pool.execute(this::block);
        }
        assertThatThrownBy(() -> pool.execute(this::block)).isInstanceOf(RejectedExecutionException.class);

        leave.countDown();
        pool.shutdown();
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(threads).hasSize(2).allSatisfy(thread -> assertThat(thread.getName())
                .contains("Some"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void refusesWhatNoThreadIsFreeForIfNothingMayWait(int queue) {
        ExecutorService pool = BoundedPool.of(context, "Some", 1, queue);
        pool.execute(this::block);

        assertThatThrownBy(() -> pool.execute(this::block)).isInstanceOf(RejectedExecutionException.class);
        pool.shutdown();
    }
}
