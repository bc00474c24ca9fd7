package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a pool without a bound of its own, as Camel's are with virtual threads. */
class WorkersTest {
    private final List<Runnable> started = new ArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Workers workers = new Workers();

    @BeforeEach
    void start() {
        DefaultExecutorServiceManager manager = new DefaultExecutorServiceManager(context);
        manager.setThreadPoolFactory(new DefaultThreadPoolFactory() {
            @Override
            public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
                return new ByHand();
            }
        });
        context.setExecutorServiceManager(manager);
        context.start();
        workers.setCamelContext(context);
        workers.setThreads(2);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** Starts whatever comes, when the test runs it. */
    private final class ByHand extends AbstractExecutorService {
        private boolean shutDown;

        @Override
        public void execute(Runnable task) {
            if (shutDown) {
                throw new RejectedExecutionException("shut down");
            }
            started.add(task);
        }

        @Override
        public void shutdown() {
            shutDown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutDown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutDown;
        }

        @Override
        public boolean isTerminated() {
            return shutDown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    @Test
    void noMoreTasksAreStartedThanThereAreThreads() {
        List<String> done = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            workers.execute(() -> done.add(name));
        }
        assertThat(started).hasSize(2);

        started.remove(0).run();

        assertThat(done).containsExactly("a", "c", "d");
        workers.execute(() -> done.add("e"));
        assertThat(started).hasSize(2);
    }

    @Test
    void aTaskThatThrowsIsReportedAndTheNextOneRuns() {
        List<String> done = new ArrayList<>();
        List<Throwable> reported = new ArrayList<>();
        workers.setThreads(1);
        workers.execute(() -> {
            throw new IllegalStateException("a task");
        });
        workers.execute(() -> done.add("next"));
        Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> reported.add(e));

        try {
            started.get(0).run();
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }

        assertThat(done).containsExactly("next");
        assertThat(reported)
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                .hasMessage("a task");
    }

    @Test
    void refusesMoreWaitingTasksThanItKeeps() {
        workers.setThreads(1);
        for (int i = 0; i < 1001; i++) {
            workers.execute(() -> {});
        }

        assertThatThrownBy(() -> workers.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("1000 tasks wait for the threads of the split");
    }

    @Test
    void gaveBackTasksDoNotRunAndNoneIsTakenAfterTheEnd() {
        List<String> done = new ArrayList<>();
        workers.setThreads(1);
        Runnable waiting = () -> done.add("waiting");
        workers.execute(() -> done.add("first"));
        workers.execute(waiting);

        assertThat(workers.shutdownNow()).containsExactly(waiting);

        started.get(0).run();
        assertThat(done).containsExactly("first");
        assertThatThrownBy(() -> workers.execute(waiting)).isInstanceOf(RejectedExecutionException.class);
    }
}
