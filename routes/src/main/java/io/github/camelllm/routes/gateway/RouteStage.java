package io.github.camelllm.routes.gateway;

import io.github.camelllm.component.LlmConstants;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** Which model or router is asked. */
public final class RouteStage extends GatewayStage {
    /** Exchange property with what is asked, such as {@code openai/gpt-5-mini} or {@code router/fast}. */
    public static final String TARGET = "CamelLlmGatewayTarget";

    static final String WIRE_FORMAT = LlmConstants.WIRE_FORMAT;

    @Override
    boolean run(Exchange exchange, AsyncCallback callback) {
        GatewayRequest request = GatewayRequest.of(exchange);
        exchange.setProperty(
                TARGET,
                state().targets().resolve(request.model(), state().config()).toString());
        exchange.getMessage().setHeader(WIRE_FORMAT, request.api().wireFormat());
        exchange.setProperty(LlmConstants.BEGUN_NANOS, request.receivedNanos());
        exchange.setProperty(AnswerStage.CALLED_NANOS, System.nanoTime());
        callback.done(true);
        return true;
    }
}
