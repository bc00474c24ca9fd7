package io.github.camelllm.component;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ExecutorServiceManager;

/** Threads that Camel names, so many at a time. Camel's own pools have no bound where it uses virtual threads. */
public final class BoundedPool {
    private static final long KEEP_ALIVE_SECONDS = 30;

    private BoundedPool() {}

    /**
     * A pool that refuses tasks when its queue is full. Whoever makes it shuts it down.
     *
     * @param threads that end when they have had nothing to do for 30 seconds
     * @param queue how many tasks may wait for them; less than one for none
     */
    public static ExecutorService of(CamelContext context, String name, int threads, int queue) {
        ExecutorServiceManager manager = context.getExecutorServiceManager();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                queue < 1 ? new SynchronousQueue<>() : new LinkedBlockingQueue<>(queue),
                task -> manager.newThread(name, task),
                new ThreadPoolExecutor.AbortPolicy());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
