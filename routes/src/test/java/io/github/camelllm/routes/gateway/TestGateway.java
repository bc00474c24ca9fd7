package io.github.camelllm.routes.gateway;

import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.util.Properties;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A gateway on a free port, with the simulator behind it as every provider. */
public final class TestGateway implements AutoCloseable {
    private final Simulator simulator;
    private final DefaultCamelContext context;

    private TestGateway(Simulator simulator, DefaultCamelContext context) {
        this.simulator = simulator;
        this.context = context;
    }

    /** @param settings names without {@code llm.gateway.}, each with its value behind it */
    public static TestGateway of(Simulator simulator, String... settings) {
        Properties properties = new Properties();
        properties.setProperty("llm.gateway.port", "0");
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty("llm.gateway." + settings[i], settings[i + 1]);
        }
        return new TestGateway(simulator, new SimulatedContext(simulator, properties));
    }

    /** @param properties with their whole names */
    public static TestGateway with(Simulator simulator, Properties properties) {
        properties.setProperty("llm.gateway.port", "0");
        return new TestGateway(simulator, new SimulatedContext(simulator, properties));
    }

    public static TestGateway started(String... settings) throws Exception {
        return of(Simulator.started(), settings).start();
    }

    /** Starts it, with routes of a user's. */
    public TestGateway start(RoutesBuilder... own) throws Exception {
        context.getShutdownStrategy().setTimeout(20);
        for (RoutesBuilder routes : own) {
            context.addRoutes(routes);
        }
        GatewayRoutes.addTo(context);
        context.start();
        return this;
    }

    public DefaultCamelContext context() {
        return context;
    }

    public Simulator simulator() {
        return simulator;
    }

    public LlmHttpConsumer consumer() {
        return (LlmHttpConsumer) context.getRoute("llm-gateway-in").getConsumer();
    }

    public int port() {
        return consumer().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public RawClient client() throws Exception {
        return new RawClient(port());
    }

    @Override
    public void close() {
        context.stop();
        simulator.close();
    }
}
