package io.github.camelllm.routes.gateway;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** What one stage does by default; a bean of the routes in {@code camel-llm/gateway}. Failures are the exchange's. */
abstract class GatewayStage extends AsyncProcessorSupport implements CamelContextAware {
    private @Nullable CamelContext context;
    private volatile @Nullable GatewayState state;

    /** @return as {@link org.apache.camel.AsyncProcessor#process(Exchange, AsyncCallback)} */
    abstract boolean run(Exchange exchange, AsyncCallback callback);

    @Override
    public final boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            return run(exchange, callback);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    /** Runs the rest of a stage that waited for something. */
    static void finish(Exchange exchange, Runnable rest) {
        try {
            rest.run();
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        state();
    }

    GatewayState state() {
        GatewayState known = state;
        if (known == null) {
            known = GatewayState.of(getCamelContext());
            state = known;
        }
        return known;
    }

    @Override
    public CamelContext getCamelContext() {
        CamelContext own = context;
        if (own == null) {
            throw new IllegalStateException("a stage of the gateway has no Camel context yet");
        }
        return own;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.context = camelContext;
    }
}
