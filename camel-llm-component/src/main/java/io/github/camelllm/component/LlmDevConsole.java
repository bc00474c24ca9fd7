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

    /** A line of the console, with the date of the prices that its cost was computed with. */
    private record Line(CallStatistics.ModelStatistics model, String prices) {}

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        for (Line line : lines()) {
            CallStatistics.ModelStatistics model = line.model();
            text.append(String.format(
                    "%n    %s: calls %d, failures %d, cancelled %d, tokens in %d, out %d, cost %s at prices of %s"
                            + " (%d calls unpriced), latency p50 %d ms, p95 %d ms",
                    model.model(),
                    model.calls(),
                    model.failures(),
                    model.cancelled(),
                    model.inputTokens(),
                    model.outputTokens(),
                    model.cost().toPlainString(),
                    line.prices(),
                    model.unpricedCalls(),
                    model.p50Latency().toMillis(),
                    model.p95Latency().toMillis()));
        }
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonArray models = new JsonArray();
        for (Line line : lines()) {
            CallStatistics.ModelStatistics model = line.model();
            JsonObject json = new JsonObject();
            json.put("model", model.model());
            json.put("calls", model.calls());
            json.put("failures", model.failures());
            json.put("cancelled", model.cancelled());
            json.put("inputTokens", model.inputTokens());
            json.put("outputTokens", model.outputTokens());
            json.put("cost", model.cost().toPlainString());
            json.put("pricesOf", line.prices());
            json.put("unpricedCalls", model.unpricedCalls());
            json.put("p50LatencyMillis", model.p50Latency().toMillis());
            json.put("p95LatencyMillis", model.p95Latency().toMillis());
            models.add(json);
        }
        JsonObject root = new JsonObject();
        root.put("models", models);
        return root;
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (String name : getCamelContext().getComponentNames()) {
            if (getCamelContext().hasComponent(name) instanceof LlmComponent component) {
                component.engineInUse().ifPresent(engine -> engine.statistics()
                        .snapshot()
                        .forEach(model -> lines.add(new Line(model, engine.priceBookVersion()))));
            }
        }
        return lines;
    }
}
