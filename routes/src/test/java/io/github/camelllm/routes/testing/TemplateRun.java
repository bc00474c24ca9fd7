package io.github.camelllm.routes.testing;

import static org.awaitility.Awaitility.await;

import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Simulator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.PluginHelper;

/** A simulated context with routes made of templates, for one test. */
public final class TemplateRun implements AutoCloseable {
    private final Simulator simulator;
    private final SimulatedContext context;
    private final ProducerTemplate asking;

    public TemplateRun(Simulator.Builder simulator) {
        this(simulator, new Properties());
    }

    /** @param properties of Camel, such as those that a route reads */
    public TemplateRun(Simulator.Builder simulator, Properties properties) {
        this.simulator = simulator.build().start();
        this.context = new SimulatedContext(this.simulator, properties);
        this.asking = context.createProducerTemplate();
    }

    /** A run whose simulator gives these answers, and vectors of 64 numbers. */
    public TemplateRun(Responder responder) {
        this(Simulator.builder().responder(responder).embeddingDimensions(64));
    }

    /** Adds a route {@code direct:in} of a template, and starts. */
    public void route(Dsl dsl, String templateId, RouteBuilder twin, Map<String, ?> parameters) throws Exception {
        route(dsl, templateId, twin, "direct:in", parameters);
    }

    public void route(Dsl dsl, String templateId, RouteBuilder twin, String from, Map<String, ?> parameters)
            throws Exception {
        List<String> pairs = new ArrayList<>(List.of("from", from));
        parameters.forEach((name, value) -> pairs.addAll(List.of(name, String.valueOf(value))));
        with(dsl, templateId, twin, pairs.toArray(String[]::new)).start();
    }

    /** Adds a route of a template; parameters are name, value, name, value… */
    public TemplateRun with(Dsl dsl, String templateId, RouteBuilder twin, String... parameters) throws Exception {
        dsl.load(context, templateId, twin);
        TemplatedRouteBuilder route = TemplatedRouteBuilder.builder(context, templateId);
        for (int i = 0; i < parameters.length; i += 2) {
            route.parameter(parameters[i], parameters[i + 1]);
        }
        route.add();
        return this;
    }

    /** Makes templates known that the routes added later are made of. */
    public TemplateRun withTemplates(String... templateIds) throws Exception {
        for (String id : templateIds) {
            load("classpath:camel-llm/templates/" + id + ".camel.yaml");
        }
        return this;
    }

    /** Adds routes of a YAML file on the class path, or their twin in Java. */
    public TemplateRun withRoutes(Dsl dsl, String yaml, RouteBuilder twin) throws Exception {
        if (dsl == Dsl.JAVA) {
            return with(twin);
        }
        load("classpath:" + yaml);
        return this;
    }

    private void load(String resource) throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource(resource));
    }

    public TemplateRun with(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        // As Camel Main does
        routes.addTemplatedRoutesToCamelContext(context);
        return this;
    }

    public TemplateRun start() {
        context.start();
        return this;
    }

    public SimulatedContext context() {
        return context;
    }

    public Simulator simulator() {
        return simulator;
    }

    public MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    /** Sends a question and waits for what becomes of it; a failure is in the exchange. */
    public Exchange ask(String uri, Object body) {
        return ask(uri, body, Map.of());
    }

    public Exchange ask(String uri, Object body, Map<String, Object> headers) {
        return asking.request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
    }

    public Exchange send(Object body) {
        return send("direct:in", body, Map.of());
    }

    /** Sends a message that nobody waits for an answer to; a failure is in the exchange. */
    public Exchange send(String uri, Object body, Map<String, Object> headers) {
        return asking.send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
    }

    /** All words of the request of this number, 0 for the first: system message and conversation. */
    public String asked(int number) {
        return simulator.requests().get(number).chat().orElseThrow().messages().stream()
                .flatMap(message -> message.content().stream())
                .map(part -> part instanceof ContentPart.Text text ? text.text() : part.toString())
                .collect(Collectors.joining("\n"));
    }

    /** Waits until so many answers of the simulator stand still. */
    public void awaitStalled(int answers) {
        await().until(() -> simulator.stalledAnswers() == answers);
    }

    /** The models asked so far, in this order. */
    public List<String> models() {
        return simulator.requests().stream().map(RecordedRequest::model).toList();
    }

    @Override
    public void close() {
        simulator.releaseStalls();
        context.stop();
        simulator.close();
    }
}
