package io.github.camelllm.examples.hello;

import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import org.apache.camel.main.Main;

/** Starts a simulated provider and the route in {@code camel/hello.camel.yaml}, asks one question, prints the answer. */
public final class Hello {
    private Hello() {}

    /** @param args the question */
    public static void main(String[] args) throws Exception {
        System.out.println(ask(String.join(" ", args)));
    }

    /** Asks the route. */
    static String ask(String question) throws Exception {
        Main camel = new Main();
        try (Simulator simulator = Simulator.started()) {
            camel.addInitialProperty("llm.provider.simulator.baseUrl", simulator.baseUrl(SimulatedDialect.OPENAI));
            camel.start();
            return camel.getCamelTemplate().requestBody("direct:hello", question, String.class);
        } finally {
            camel.stop();
        }
    }
}
