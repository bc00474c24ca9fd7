package io.github.camelllm.routes.gateway;

import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * What a client asks for, as far as its method, path and body's outermost members tell.
 *
 * @param path as it was sent, without its query
 * @param model the model as the client names it; empty text if the operation needs none
 * @param receivedNanos when the gateway began with it, by {@link System#nanoTime}
 */
public record GatewayRequest(
        ClientApi api, GatewayOperation operation, String path, String model, boolean stream, long receivedNanos) {
    /** Exchange property that holds it. */
    public static final String PROPERTY = "CamelLlmGatewayRequest";

    static Optional<GatewayRequest> find(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(PROPERTY, GatewayRequest.class));
    }

    static GatewayRequest of(Exchange exchange) {
        return find(exchange)
                .orElseThrow(() -> new IllegalStateException(
                        "a route of the gateway was called without llm-gateway-in before it"));
    }

    GatewayRequest with(String askedModel, boolean streamed) {
        return new GatewayRequest(api, operation, path, askedModel, streamed, receivedNanos);
    }
}
