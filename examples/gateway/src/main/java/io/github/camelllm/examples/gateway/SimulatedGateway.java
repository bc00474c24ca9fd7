package io.github.camelllm.examples.gateway;

import io.github.camelllm.routes.gateway.Gateway;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** Starts the gateway with the settings in a file. OpenAI, Anthropic and Gemini are simulated; it serves until Ctrl-C. */
public final class SimulatedGateway {
    private SimulatedGateway() {}

    /** @param args the file, and the port */
    public static void main(String[] args) throws Exception {
        try (Simulator simulator = Simulator.started()) {
            Main main = gateway(Path.of(args[0]), Map.of("LLM_GATEWAY_PORT", args[1]), simulator);
            main.addMainListener(new MainListenerSupport() {
                @Override
                public void afterStart(BaseMainSupport started) {
                    System.out.println(greeting(started, args[1]));
                }
            });
            main.run();
        }
    }

    private static String greeting(BaseMainSupport started, String port) {
        String administrators = started.getCamelContext().resolvePropertyPlaceholders("{{llm.gateway.admin.port:}}");
        return "The gateway listens on http://localhost:" + port + ". Its providers are simulated."
                + (administrators.isEmpty() ? "" : " http://localhost:" + administrators + "/ shows the calls.");
    }

    /**
     * The gateway, not started yet.
     *
     * @param environment variables that win over the file
     */
    static Main gateway(Path file, Map<String, String> environment, Simulator simulator) {
        Main main = Gateway.application(Optional.of(file), environment);
        main.addInitialProperty("llm.provider.openai.baseUrl", simulator.baseUrl(SimulatedDialect.OPENAI));
        main.addInitialProperty("llm.provider.anthropic.baseUrl", simulator.baseUrl(SimulatedDialect.ANTHROPIC));
        main.addInitialProperty("llm.provider.gemini.baseUrl", simulator.baseUrl(SimulatedDialect.GEMINI));
        main.addInitialProperty("camel.component.llm.configuration.apiKey", "none-needed");
        return main;
    }
}
