package io.github.camelllm.routes.gateway;

import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;

/**
 * {@code /health/live} says that the process answers, {@code /health/ready} whether it should be sent requests: whether the
 * context has started and its readiness checks and the guardrails' routes are there.
 */
final class HealthAnswer {
    private static final int UNAVAILABLE = 503;

    private final CamelContext context;
    private final GatewayState state;

    HealthAnswer(CamelContext context, GatewayState state) {
        this.context = context;
        this.state = state;
    }

    boolean answer(Exchange exchange, boolean ready, AsyncCallback callback) {
        if (!ready) {
            write(exchange, Map.of(), Optional.empty());
            callback.done(true);
            return true;
        }
        // Checks are anybody's and may take their time
        state.workers().run(() -> {
            GatewayStage.finish(exchange, () -> write(exchange, failing(), state.problem()));
            callback.done(false);
        });
        return false;
    }

    /** Names of checks that fail. */
    private Map<String, String> failing() {
        Map<String, String> failing = new TreeMap<>();
        if (!context.getStatus().isStarted()) {
            failing.put("context", context.getStatus().name().toLowerCase(java.util.Locale.ROOT));
        }
        Collection<HealthCheck.Result> results = HealthCheckHelper.invokeReadiness(context);
        for (HealthCheck.Result result : results) {
            if (result.getState() == HealthCheck.State.DOWN) {
                failing.put(result.getCheck().getId(), "down");
            }
        }
        List<String> guardrails = new ArrayList<>(state.config().requestGuardrails());
        guardrails.addAll(state.config().answerGuardrails());
        state.guardrails().missing(guardrails).forEach(id -> failing.put("guardrail " + id, "there is no such route"));
        return failing;
    }

    /** @param problem why the newest settings are not in use */
    private static void write(Exchange exchange, Map<String, String> failing, Optional<String> problem) {
        byte[] body = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("status", failing.isEmpty() ? "UP" : "DOWN");
            for (Map.Entry<String, String> check : failing.entrySet()) {
                json.writeStringField(check.getKey(), check.getValue());
            }
            if (problem.isPresent()) {
                json.writeStringField("settings", "refused, the ones before are in use: " + problem.get());
            }
            json.writeEndObject();
        });
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, failing.isEmpty() ? 200 : UNAVAILABLE);
    }
}
