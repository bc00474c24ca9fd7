package io.github.camelllm.routes.dashboard;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmDevConsole;
import io.github.camelllm.component.LlmPolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.console.DevConsole;

/** What the {@code llm} components of this process know: nothing, in an application that only shows a ledger. Thread-safe. */
final class RunningComponents {
    private final CamelContext context;
    private final LlmDevConsole console = new LlmDevConsole();

    RunningComponents(CamelContext context) {
        this.context = context;
        console.setCamelContext(context);
    }

    private List<LlmComponent> all() {
        List<LlmComponent> components = new ArrayList<>();
        for (String name : context.getComponentNames()) {
            if (context.hasComponent(name) instanceof LlmComponent component && !components.contains(component)) {
                components.add(component);
            }
        }
        return components;
    }

    List<LlmPolicies> policies() {
        return all().stream().map(LlmComponent::getPolicies).toList();
    }

    /** The prices that calls are priced at; the shipped ones if this process makes none. */
    Pricing pricing() {
        return all().stream().findFirst().map(LlmComponent::pricing).orElseGet(Pricing::builtIn);
    }

    /** State as {@link LlmDevConsole} tells it: rows by what they are about. */
    State state() {
        return new State((Map<?, ?>) console.call(DevConsole.MediaType.JSON));
    }

    /** A reading of the console. */
    record State(Map<?, ?> json) {
        /** @param name such as {@code targets} or {@code routers} */
        List<Row> rows(String name) {
            return json.get(name) instanceof List<?> list
                    ? list.stream().map(row -> new Row((Map<?, ?>) row)).toList()
                    : List.of();
        }

        /** Why newer definitions are not in use; empty if they are. */
        Optional<String> problem(String name) {
            return Optional.ofNullable(json.get(name)).map(Object::toString);
        }
    }

    /** Values by name. */
    record Row(Map<?, ?> values) {
        String text(String name) {
            Object value = values.get(name);
            return value == null ? "" : value.toString();
        }

        Optional<Number> number(String name) {
            return values.get(name) instanceof Number number ? Optional.of(number) : Optional.empty();
        }

        long count(String name) {
            return number(name).map(Number::longValue).orElse(0L);
        }

        Map<?, ?> map(String name) {
            return values.get(name) instanceof Map<?, ?> map ? map : Map.of();
        }

        /** A list or a map as people read it. */
        String list(String name) {
            Object value = values.get(name);
            if (value instanceof List<?> list) {
                return list.stream().map(String::valueOf).collect(Collectors.joining(", "));
            }
            if (value instanceof Map<?, ?> map) {
                return map.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", "));
            }
            return "";
        }
    }
}
