package io.github.camelllm.routes.gateway;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/** Threads for what takes too long for an event loop. Thread-safe. */
final class GatewayWorkers {
    private static final int THREADS = 16;
    private static final int QUEUE = 1_000;

    private final CamelContext context;
    private final ExecutorService pool;

    GatewayWorkers(CamelContext context) {
        this.context = context;
        ThreadPoolProfile profile = new ThreadPoolProfile("LlmGateway");
        profile.setPoolSize(THREADS);
        profile.setMaxPoolSize(THREADS);
        profile.setMaxQueueSize(QUEUE);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setKeepAliveTime(30L);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        pool = context.getExecutorServiceManager().newThreadPool(this, "LlmGateway", profile);
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
