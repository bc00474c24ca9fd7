package io.github.camelllm.routes.http;

import io.github.camelllm.component.BoundedPool;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves the requests of one port. When Camel shuts the route down, it is suspended first: connections without a request
 * are closed and its port is given back, so that clients can connect elsewhere at once, while requests and streams under way go on
 * until they end or the shutdown's time is up.
 */
public class LlmHttpConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {
    private static final long OPEN_SECONDS = 30;
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final LlmHttpEndpoint endpoint;
    private final List<ServerLoop> loops = new ArrayList<>();
    private final ServerLoad load;
    private @Nullable ExecutorService workers;
    private int port;
    private boolean listening;

    public LlmHttpConsumer(LlmHttpEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.port = endpoint.getPort();
        this.load = new ServerLoad(endpoint.getMaxConnections());
    }

    @Override
    public LlmHttpEndpoint getEndpoint() {
        return endpoint;
    }

    /** The port it listens on, also if any free one was asked for. */
    public int getPort() {
        return port;
    }

    /** Connections that are open. */
    public int getConnections() {
        return load.connections();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        load.setDraining(false);
        if (endpoint.isWorker()) {
            workers = BoundedPool.of(
                    endpoint.getCamelContext(),
                    "LlmHttp:" + endpoint.getPort(),
                    endpoint.getWorkerThreads(),
                    endpoint.getWorkerQueue());
        }
        // Servers that share a port ask for the same one; a negative one is a free port that they share
        listen(endpoint.getPort() == 0 ? -FREE_PORTS.incrementAndGet() : endpoint.getPort());
    }

    private void listen(int wantedPort) throws Exception {
        Vertx vertx = endpoint.getComponent().vertxInUse();
        try {
            for (int i = 0; i < endpoint.getComponent().loops(); i++) {
                ServerLoop loop = new ServerLoop(this, wantedPort, load);
                await(vertx.deployVerticle(loop));
                loops.add(loop);
                port = loop.port();
            }
            listening = true;
        } catch (Exception e) {
            closeLoops();
            throw new IllegalStateException(
                    "llm-http cannot listen on " + endpoint.getHost() + ":" + endpoint.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        // First the port: who connects from now on is told so, and connections that were accepted are served
        stopListening();
        load.setDraining(true);
        loops.forEach(ServerLoop::drain);
        super.doSuspend();
    }

    private void stopListening() throws Exception {
        listening = false;
        Optional<Channel> shared = loops.stream()
                .map(ServerLoop::listener)
                .flatMap(Optional::stream)
                .filter(Channel::isOpen)
                .findFirst();
        if (shared.isPresent()) {
            shared.get().close().get(OPEN_SECONDS, TimeUnit.SECONDS);
            awaitSelection();
        } else {
            // Nobody has connected yet, so nothing is cut off
            closeLoops();
        }
    }

    @Override
    protected void doResume() throws Exception {
        load.setDraining(false);
        if (!listening) {
            if (load.connections() == 0) {
                closeLoops();
            }
            listen(port);
        }
        super.doResume();
    }

    @Override
    protected void doStop() throws Exception {
        load.setDraining(true);
        closeLoops();
        ExecutorService pool = workers;
        if (pool != null) {
            workers = null;
            endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(pool);
        }
        super.doStop();
    }

    private void closeLoops() throws Exception {
        for (ServerLoop loop : loops) {
            await(endpoint.getComponent().vertxInUse().undeploy(loop.deploymentID()));
        }
        if (!loops.isEmpty()) {
            awaitSelection();
        }
        loops.clear();
        listening = false;
    }

    /** With NIO the socket of a port that was given back is there until what accepts connections has selected once more. */
    private void awaitSelection() throws Exception {
        if (endpoint.getComponent().vertxInUse() instanceof VertxInternal vertx) {
            for (EventExecutor acceptor : vertx.getAcceptorEventLoopGroup()) {
                acceptor.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).get(OPEN_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(OPEN_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs routes that may block; null if they run on the event loop. */
    @Nullable
    ExecutorService workers() {
        return workers;
    }

    void reportFailure(Exchange exchange, Throwable failure) {
        getExceptionHandler().handleException("A request failed", exchange, failure);
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return load.requests();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // Suspending and stopping do it all.
    }
}
