package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings an exchange from an I/O thread back to its route, on a worker thread unless the endpoint says otherwise. */
final class Continuation {
    private static final Logger LOG = LoggerFactory.getLogger(Continuation.class);

    private final Exchange exchange;
    private final AsyncCallback callback;
    private final Executor workers;
    private final Duration maxRedeliveryDelay;
    private final boolean onIoThread;
    private final @Nullable Cancellation cancellation;
    private volatile @Nullable CallHandle call;

    Continuation(Exchange exchange, AsyncCallback callback, Executor workers, LlmConfiguration configuration) {
        this.exchange = exchange;
        this.callback = callback;
        this.workers = workers;
        this.maxRedeliveryDelay = configuration.getMaxRedeliveryDelay();
        this.onIoThread = configuration.isContinueOnIoThread();
        this.cancellation = exchange.getProperty(LlmConstants.CANCELLATION, Cancellation.class);
    }

    Exchange exchange() {
        return exchange;
    }

    /** A call that the exchange waits for, or another one in its place: whoever waits for the exchange may cancel it. */
    void started(CallHandle handle) {
        Cancellation wanted = cancellation;
        if (wanted != null) {
            over();
            call = handle;
            wanted.add(handle);
        }
    }

    /** The call has ended; also told by {@link #resume} and {@link #fail}. */
    void over() {
        Cancellation wanted = cancellation;
        CallHandle ended = call;
        if (wanted != null && ended != null) {
            call = null;
            wanted.remove(ended);
        }
    }

    /** Applies a result to the exchange and goes on with the route; an exception becomes the exchange's. */
    void resume(Runnable result) {
        if (onIoThread) {
            resumeHere(result);
        } else {
            onWorker(() -> resumeHere(result));
        }
    }

    /** @param record of the call, whose id the exchange keeps as the property {@link LlmConstants#CALL_ID} */
    void fail(LlmException failure, CallRecord record) {
        exchange.setProperty(LlmConstants.CALL_ID, record.callId().toString());
        fail(failure);
    }

    private void fail(LlmException failure) {
        if (onIoThread) {
            failHere(failure);
        } else {
            onWorker(() -> failHere(failure));
        }
    }

    /** As {@link #resume}, with an answer that has only begun. */
    void begin(Runnable result) {
        if (onIoThread) {
            goOn(result);
        } else {
            onWorker(() -> goOn(result));
        }
    }

    /** As {@link #resume}, on this thread. */
    void resumeHere(Runnable result) {
        over();
        goOn(result);
    }

    private void goOn(Runnable result) {
        try {
            result.run();
        } catch (LlmException e) {
            ResultHeaders.setFailure(exchange, e, maxRedeliveryDelay);
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
        callback.done(false);
    }

    /** As {@link #fail}, on this thread. */
    void failHere(LlmException failure) {
        over();
        ResultHeaders.setFailure(exchange, failure, maxRedeliveryDelay);
        callback.done(false);
    }

    void onWorker(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            // Only when the context shuts down: the exchange must still come to its end.
            LOG.debug("Worker pool is closed; an exchange ends on an I/O thread");
            task.run();
        }
    }
}
