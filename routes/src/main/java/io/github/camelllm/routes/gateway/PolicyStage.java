package io.github.camelllm.routes.gateway;

import io.github.camelllm.routes.gateway.keys.Caller;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** Whether the caller may ask for this model, and what the guardrails for requests say. */
public final class PolicyStage extends GatewayStage {
    @Override
    boolean run(Exchange exchange, AsyncCallback callback) {
        GatewayRequest request = GatewayRequest.of(exchange);
        GatewayConfig config = state().config();
        if (!config.anyone().mayUse(request.model())) {
            throw Refusals.invalid(
                    Refusals.NOT_FOUND, "this model is not offered here; GET /v1/models lists those that are");
        }
        Caller caller = exchange.getProperty(EnterStage.CALLER, Caller.class);
        if (caller == null || !caller.mayUse(request.model())) {
            throw Refusals.forbidden("this key may not ask for this model", request.model());
        }
        List<String> guardrails = config.requestGuardrails();
        if (guardrails.isEmpty() || request.operation() == GatewayOperation.COUNT_TOKENS) {
            callback.done(true);
            return true;
        }
        String text = text(exchange.getMessage().getBody(byte[].class));
        state().guardrails()
                .check(guardrails, Guardrails.Phase.REQUEST, exchange, text, config.guardrailsFailOpen(), verdict -> {
                    finish(exchange, () -> {
                        String passed = verdict.text();
                        if (!passed.equals(text)) {
                            exchange.getMessage().setBody(passed.getBytes(StandardCharsets.UTF_8));
                        }
                    });
                    callback.done(false);
                });
        return false;
    }

    private static String text(byte[] body) {
        try {
            return PlainJson.of(body);
        } catch (CharacterCodingException e) {
            throw Refusals.invalid("the body must be JSON in UTF-8");
        }
    }
}
