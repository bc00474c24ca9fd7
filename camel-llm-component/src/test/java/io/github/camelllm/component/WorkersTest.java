package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.junit.jupiter.api.Test;

/** Where Camel's own pools have no bound, as with virtual threads. */
class WorkersTest extends LlmRouteTest {
    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.getExecutorServiceManager().setThreadPoolFactory(new DefaultThreadPoolFactory() {
            @Override
            public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
                return Executors.newCachedThreadPool(threads);
            }
        });
        LlmComponent component = context.getComponent("llm", LlmComponent.class);
        component.setWorkerPoolSize(2);
        component.setMaxConnections(1);
        component.setMaxConnectionsPerHost(1);
        component.setMaxPendingCalls(1);
        return context;
    }

    @Test
    void noMoreRoutesGoOnAtATimeThanThereAreWorkers() throws Exception {
        Executor workers =
                context.getComponent("llm", LlmComponent.class).engine().workers();
        CountDownLatch two = new CountDownLatch(2);
        CountDownLatch leave = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(202);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Runnable route = () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            two.countDown();
            await(leave);
            running.decrementAndGet();
            done.countDown();
        };

        // Two run and two hundred wait
        for (int i = 0; i < 202; i++) {
            workers.execute(route);
        }
        assertThatThrownBy(() -> workers.execute(route)).isInstanceOf(RejectedExecutionException.class);

        await(two);
        leave.countDown();
        await(done);
        assertThat(most).hasValue(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
