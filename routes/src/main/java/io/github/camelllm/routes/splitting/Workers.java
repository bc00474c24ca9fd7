package io.github.camelllm.routes.splitting;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a split: so many records are worked on at a time. The pool is Camel's, which stops it; its threads end when
 * they have had nothing to do for a while.
 */
public final class Workers extends AbstractExecutorService implements CamelContextAware {
    private static final int MOST = 1000;

    private @Nullable CamelContext context;
    private int threads = 1;
    private @Nullable ExecutorService pool;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    public int getThreads() {
        return threads;
    }

    /** @param threads 1 to 1000 */
    public void setThreads(int threads) {
        if (threads < 1 || threads > MOST) {
            throw new IllegalArgumentException("parallelism: expected 1 to " + MOST + ", got " + threads);
        }
        this.threads = threads;
    }

    private synchronized ExecutorService pool() {
        ExecutorService running = pool;
        if (running == null) {
            if (context == null) {
                throw new IllegalStateException("the CamelContext of the workers is not set");
            }
            ThreadPoolProfile profile = new ThreadPoolProfileBuilder("llm-split")
                    .poolSize(threads)
                    .maxPoolSize(threads)
                    // A split under way has two tasks in the queue at most
                    .maxQueueSize(1000)
                    .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                    .allowCoreThreadTimeOut(true)
                    .keepAliveTime(10L, TimeUnit.SECONDS)
                    .build();
            running = context.getExecutorServiceManager().newThreadPool(this, "llm-split", profile);
            pool = running;
        }
        return running;
    }

    @Override
    public void execute(Runnable task) {
        pool().execute(task);
    }

    @Override
    public void shutdown() {
        pool().shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return pool().shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return pool().isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return pool().isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return pool().awaitTermination(timeout, unit);
    }
}
