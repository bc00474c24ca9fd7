package io.github.camelllm.routes.testing;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Simulator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;

/** A simulator, a context that asks it, and routes made of templates. */
public final class TemplateRun implements AutoCloseable {
    public final Simulator simulator;
    public final SimulatedContext context;

    public TemplateRun(Responder responder) {
        simulator = Simulator.builder()
                .responder(responder)
                .embeddingDimensions(64)
                .build()
                .start();
        context = new SimulatedContext(simulator);
    }

    /** Loads a template and makes a route {@code direct:in} of it. */
    public void route(Dsl dsl, String templateId, RouteBuilder twin, Map<String, ?> parameters) throws Exception {
        route(dsl, templateId, twin, "direct:in", parameters);
    }

    public void route(Dsl dsl, String templateId, RouteBuilder twin, String from, Map<String, ?> parameters)
            throws Exception {
        dsl.load(context, templateId, twin);
        TemplatedRouteBuilder route =
                TemplatedRouteBuilder.builder(context, templateId).parameter("from", from);
        parameters.forEach(route::parameter);
        route.add();
        context.start();
    }

    public Exchange send(String endpoint, Object body, Map<String, Object> headers) {
        return context.createFluentProducerTemplate()
                .to(endpoint)
                .withProcessor(exchange -> {
                    exchange.getMessage().setBody(body);
                    exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
                })
                .send();
    }

    public Exchange send(Object body) {
        return send("direct:in", body, Map.of());
    }

    /** All words of the request of this number, 0 for the first: system message and conversation. */
    public String asked(int number) {
        return simulator.requests().get(number).chat().orElseThrow().messages().stream()
                .map(TemplateRun::words)
                .collect(Collectors.joining("\n"));
    }

    private static String words(ChatMessage message) {
        List<ContentPart> parts = message instanceof ChatMessage.User user
                ? user.content()
                : message instanceof ChatMessage.Assistant assistant
                        ? assistant.content()
                        : message instanceof ChatMessage.System system
                                ? system.content()
                                : message instanceof ChatMessage.Developer developer ? developer.content() : List.of();
        return parts.stream()
                .map(part -> part instanceof ContentPart.Text text ? text.text() : part.toString())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        context.stop();
        simulator.close();
    }
}
