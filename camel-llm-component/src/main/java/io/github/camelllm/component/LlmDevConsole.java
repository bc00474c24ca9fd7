package io.github.camelllm.component;

import io.github.camelllm.cache.CacheStatistics;
import io.github.camelllm.call.CallStatistics;
import io.github.camelllm.call.TargetHealth;
import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterTarget;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * Calls, failures, tokens, cost and latencies of each provider and model; how each target is doing; and the routers as they
 * are defined now, with the reason if a newer definition could not be used.
 */
@DevConsole(
        name = "llm",
        displayName = "LLM calls",
        description = "Calls, tokens and cost by provider and model, health of targets, and routers")
public class LlmDevConsole extends AbstractDevConsole {
    public LlmDevConsole() {
        super(
                "camel",
                "llm",
                "LLM calls",
                "Calls, tokens and cost by provider and model, health of targets, and routers");
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        for (LlmEngine engine : engines()) {
            for (CallStatistics.ModelStatistics model : engine.statistics().snapshot()) {
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
                        engine.priceBookVersion(),
                        model.unpricedCalls(),
                        model.p50Latency().toMillis(),
                        model.p95Latency().toMillis()));
            }
            for (TargetHealth health : engine.healths().all()) {
                TargetSnapshot target = health.snapshot();
                text.append(String.format(
                        "%n    target %s: circuit %s%s, under way %d, calls %d, failures %d, latency %s ms",
                        health.name(),
                        circuit(target),
                        target.reopensIn()
                                .map(wait -> " for " + wait.toMillis() + " ms")
                                .orElse(""),
                        target.underWay(),
                        target.calls(),
                        target.failures(),
                        rounded(target.latencyMillis())));
            }
            for (RouterDefinition router : engine.routers().definitions().all()) {
                text.append(String.format(
                        "%n    router %s: %s of %s (%s)",
                        router.name(),
                        router.strategy().name().toLowerCase(Locale.ROOT),
                        router.targets().stream().map(RouterTarget::name).collect(Collectors.joining(", ")),
                        router.definedIn()));
            }
            engine.routers()
                    .problem()
                    .ifPresent(problem -> text.append(String.format("%n    routers not changed: %s", problem)));
        }
        for (LlmPolicies known : policies()) {
            known.getBudgets().forEach(budget -> text.append(String.format("%n    budget: %s", budget)));
            known.limits().state().ifPresent(state -> text.append(String.format("%n    limits: %s", state)));
            if (known.getProblem() != null) {
                text.append(String.format("%n    budgets or limits not changed: %s", known.getProblem()));
            }
        }
        for (LlmCaches cache : caches()) {
            cache.counts()
                    .ifPresent(counts -> text.append(String.format(
                            "%n    cache: hits %d, similar %d, shared %d, misses %d, bypassed %d, kept %d,"
                                    + " store failures %d, waiting %d",
                            counts.hits(),
                            counts.semanticHits(),
                            counts.coalesced(),
                            counts.misses(),
                            counts.bypassed(),
                            counts.kept(),
                            counts.storeFailures(),
                            cache.waiting())));
        }
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonArray models = new JsonArray();
        JsonArray targets = new JsonArray();
        JsonArray routers = new JsonArray();
        JsonObject root = new JsonObject();
        for (LlmEngine engine : engines()) {
            engine.statistics().snapshot().forEach(model -> models.add(json(model, engine.priceBookVersion())));
            engine.healths().all().forEach(health -> targets.add(json(health)));
            engine.routers().definitions().all().forEach(router -> routers.add(json(router)));
            engine.routers().problem().ifPresent(problem -> root.put("routersNotChanged", problem));
            engine.catalogs().problem().ifPresent(problem -> root.put("catalogNotChanged", problem));
        }
        root.put("models", models);
        root.put("targets", targets);
        root.put("routers", routers);
        JsonArray budgets = new JsonArray();
        JsonArray limits = new JsonArray();
        for (LlmPolicies known : policies()) {
            known.getBudgets().forEach(budget -> budgets.add(new JsonObject(budget)));
            known.limits().state().ifPresent(state -> limits.add(new JsonObject(state)));
            if (known.getProblem() != null) {
                root.put("policiesNotChanged", known.getProblem());
            }
        }
        root.put("budgets", budgets);
        root.put("limits", limits);
        JsonArray caches = new JsonArray();
        caches().forEach(cache -> cache.counts().ifPresent(counts -> caches.add(json(counts, cache.waiting()))));
        root.put("caches", caches);
        return root;
    }

    private static JsonObject json(CallStatistics.ModelStatistics model, String prices) {
        JsonObject json = new JsonObject();
        json.put("model", model.model());
        json.put("calls", model.calls());
        json.put("failures", model.failures());
        json.put("cancelled", model.cancelled());
        json.put("inputTokens", model.inputTokens());
        json.put("outputTokens", model.outputTokens());
        json.put("cost", model.cost().toPlainString());
        json.put("pricesOf", prices);
        json.put("unpricedCalls", model.unpricedCalls());
        json.put("p50LatencyMillis", model.p50Latency().toMillis());
        json.put("p95LatencyMillis", model.p95Latency().toMillis());
        return json;
    }

    private static JsonObject json(CacheStatistics.Counts counts, int waiting) {
        JsonObject json = new JsonObject();
        json.put("hits", counts.hits());
        json.put("semanticHits", counts.semanticHits());
        json.put("coalesced", counts.coalesced());
        json.put("misses", counts.misses());
        json.put("bypassed", counts.bypassed());
        json.put("kept", counts.kept());
        json.put("storeFailures", counts.storeFailures());
        json.put("waiting", waiting);
        return json;
    }

    private static JsonObject json(TargetHealth health) {
        TargetSnapshot target = health.snapshot();
        JsonObject json = new JsonObject();
        json.put("target", health.name());
        json.put("circuit", circuit(target));
        target.reopensIn().ifPresent(wait -> json.put("reopensInMillis", wait.toMillis()));
        json.put("underWay", target.underWay());
        json.put("calls", target.calls());
        json.put("failures", target.failures());
        put(json, "latencyMillis", target.latencyMillis());
        put(json, "firstChunkMillis", target.firstChunkMillis());
        put(json, "outputTokensPerSecond", target.outputTokensPerSecond());
        return json;
    }

    private static JsonObject json(RouterDefinition router) {
        JsonObject json = new JsonObject();
        json.put("router", router.name());
        json.put("strategy", router.strategy().name().toLowerCase(Locale.ROOT));
        JsonArray targets = new JsonArray();
        JsonObject models = new JsonObject();
        JsonObject weights = new JsonObject();
        router.targets().forEach(target -> {
            targets.add(target.name());
            models.put(target.name(), target.model().toString());
            weights.put(target.name(), target.weight());
        });
        json.put("targets", targets);
        json.put("models", models);
        json.put("weights", weights);
        json.put("definedIn", router.definedIn());
        return json;
    }

    private static String circuit(TargetSnapshot target) {
        return target.circuit().name().toLowerCase(Locale.ROOT);
    }

    private static void put(JsonObject json, String name, OptionalDouble value) {
        value.ifPresent(number -> json.put(name, Math.round(number)));
    }

    private static String rounded(OptionalDouble value) {
        return value.isPresent() ? String.valueOf(Math.round(value.getAsDouble())) : "unknown";
    }

    private List<LlmPolicies> policies() {
        return runtimes().map(LlmRuntime::policies).toList();
    }

    private List<LlmEngine> engines() {
        return runtimes().map(LlmRuntime::engine).toList();
    }

    private List<LlmCaches> caches() {
        return runtimes().map(LlmRuntime::caches).toList();
    }

    private Stream<LlmRuntime> runtimes() {
        return getCamelContext().getComponentNames().stream()
                .map(getCamelContext()::hasComponent)
                .filter(LlmComponent.class::isInstance)
                .flatMap(component -> ((LlmComponent) component).runtimeInUse().stream());
    }
}
