package io.github.camelllm.routes.http;

import io.github.camelllm.component.Cancellation;
import io.github.camelllm.component.LlmConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Keeps the exchanges of a route until a test lets them go, but for those whose body is {@code at once}. */
final class HeldExchanges extends AsyncProcessorSupport {
    final List<Runnable> waiting = new ArrayList<>();
    final AtomicInteger came = new AtomicInteger();
    final AtomicReference<Cancellation> last = new AtomicReference<>();

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if ("at once".equals(exchange.getMessage().getBody(String.class))) {
            callback.done(true);
            return true;
        }
        last.set(exchange.getProperty(LlmConstants.CANCELLATION, Cancellation.class));
        synchronized (waiting) {
            waiting.add(() -> callback.done(false));
        }
        came.incrementAndGet();
        return false;
    }

    void release() {
        synchronized (waiting) {
            waiting.forEach(Runnable::run);
            waiting.clear();
        }
    }
}
