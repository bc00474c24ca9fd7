package io.github.camelllm.component;

import io.github.camelllm.call.CallStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** Calls, failures, tokens, cost and latencies of each provider and model. */
@DevConsole(name = "llm", displayName = "LLM calls", description = "Calls, tokens and cost by provider and model")
public class LlmDevConsole extends AbstractDevConsole {
    public LlmDevConsole() {
        super("camel", "llm", "LLM calls", "Calls, tokens and cost by provider and model");
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        for (CallStatistics.ModelStatistics model : statistics()) {
            text.append(String.format(
                    "%n    %s: calls %d, failures %d, cancelled %d, tokens in %d, out %d, cost %s (%d calls unpriced),"
                            + " latency p50 %d ms, p95 %d ms",
                    model.model(),
                    model.calls(),
                    model.failures(),
                    model.cancelled(),
                    model.inputTokens(),
                    model.outputTokens(),
                    model.cost().toPlainString(),
                    model.unpricedCalls(),
                    model.p50Latency().toMillis(),
                    model.p95Latency().toMillis()));
        }
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonArray models = new JsonArray();
        for (CallStatistics.ModelStatistics model : statistics()) {
            JsonObject json = new JsonObject();
            json.put("model", model.model());
            json.put("calls", model.calls());
            json.put("failures", model.failures());
            json.put("cancelled", model.cancelled());
            json.put("inputTokens", model.inputTokens());
            json.put("outputTokens", model.outputTokens());
            json.put("cost", model.cost().toPlainString());
            json.put("unpricedCalls", model.unpricedCalls());
            json.put("p50LatencyMillis", model.p50Latency().toMillis());
            json.put("p95LatencyMillis", model.p95Latency().toMillis());
            models.add(json);
        }
        JsonObject root = new JsonObject();
        root.put("models", models);
        return root;
    }

    private List<CallStatistics.ModelStatistics> statistics() {
        List<CallStatistics.ModelStatistics> all = new ArrayList<>();
        for (String name : getCamelContext().getComponentNames()) {
            if (getCamelContext().hasComponent(name) instanceof LlmComponent component) {
                all.addAll(component.getStatistics().snapshot());
            }
        }
        return all;
    }
}
