package io.github.camelllm.routes.gateway;

import io.github.camelllm.component.BoundedPool;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;

/** Threads for what takes too long for an event loop. Thread-safe. */
final class GatewayWorkers {
    private static final int THREADS = 16;
    private static final int QUEUE = 1_000;

    private final CamelContext context;
    private final ExecutorService pool;

    GatewayWorkers(CamelContext context) {
        this.context = context;
        pool = BoundedPool.of(context, "LlmGateway", THREADS, QUEUE);
    }

    /** @throws io.github.camelllm.chat.LlmUnavailableException if there is too much to do already */
    void run(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            throw Refusals.unavailable("the gateway is busy", e);
        }
    }

    void close() {
        context.getExecutorServiceManager().shutdownGraceful(pool);
    }
}
