package io.github.camelllm.routes.splitting;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a split: so many records are worked on at a time. The pool is Camel's, which stops it; its threads end when
 * they have had nothing to do for a while. Where Camel uses virtual threads its pools have no bound, so this keeps it.
 */
public final class Workers extends AbstractExecutorService implements CamelContextAware {
    private static final int MOST = 1000;
    /** A split under way has two tasks in the queue at most. */
    private static final int MAX_WAITING = 1000;

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;
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
        ExecutorService started = pool;
        if (started == null) {
            if (context == null) {
                throw new IllegalStateException("the CamelContext of the workers is not set");
            }
            ThreadPoolProfile profile = new ThreadPoolProfileBuilder("llm-split")
                    .poolSize(threads)
                    .maxPoolSize(threads)
                    .maxQueueSize(MAX_WAITING)
                    .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                    .allowCoreThreadTimeOut(true)
                    .keepAliveTime(10L, TimeUnit.SECONDS)
                    .build();
            started = context.getExecutorServiceManager().newThreadPool(this, "llm-split", profile);
            pool = started;
        }
        return started;
    }

    @Override
    public synchronized void execute(Runnable task) {
        // A pool that is shut down refuses the task
        if (running < threads || pool().isShutdown()) {
            pool().execute(() -> work(task));
            running++;
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(task);
        } else {
            throw new RejectedExecutionException(MAX_WAITING + " tasks wait for the threads of the split");
        }
    }

    private void work(Runnable first) {
        for (Runnable task = first; task != null; task = next()) {
            try {
                task.run();
            } catch (Throwable e) {
                // As where a pool's thread ends with it
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    /** @return what the thread does next; null if nothing waits, then it is free */
    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        if (next == null) {
            running--;
        }
        return next;
    }

    @Override
    public void shutdown() {
        pool().shutdown();
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        List<Runnable> neverStarted = new ArrayList<>(pool().shutdownNow());
        neverStarted.addAll(waiting);
        waiting.clear();
        return neverStarted;
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
