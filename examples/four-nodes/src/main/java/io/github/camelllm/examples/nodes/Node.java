package io.github.camelllm.examples.nodes;

import io.github.camelllm.call.CallRecordListener;
import java.io.IOException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/**
 * One of the nodes, as a process of its own: works on the files in its inbox until its standard input ends, and writes a line
 * for each call. System properties: those that {@code application.properties} has in braces, {@code inbox} and {@code llm} of
 * the route, {@code simulator} for the address of a simulated provider, {@code baseUrl} and {@code route}.
 */
final class Node {
    static final String READY = "ready";

    private Node() {}

    public static void main(String[] args) throws Exception {
        Main camel = new Main();
        String provider = "llm.provider." + System.getProperty("llm", "").split("/", 2)[0];
        String simulator = System.getProperty("simulator", "");
        String baseUrl = simulator.isEmpty() ? System.getProperty("baseUrl", "") : simulator;
        if (!baseUrl.isEmpty()) {
            camel.addInitialProperty(provider + ".baseUrl", baseUrl);
        }
        if (!simulator.isEmpty()) {
            camel.addInitialProperty(provider + ".auth.scheme", "none");
        }
        if (System.getProperty("route", "").equals("java")) {
            camel.configure().withRoutesIncludePattern("false");
            camel.configure().addRoutesBuilder(new QuestionRoutes());
        }
        CallRecordListener tally = record -> System.out.println(CallLine.of(record));
        camel.bind("tally", tally);
        camel.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport main) {
                System.out.println(READY);
            }
        });
        Thread end = new Thread(() -> awaitEnd(camel), "end");
        end.setDaemon(true);
        end.start();
        camel.run();
        System.exit(camel.getExitCode());
    }

    /** Whoever started the node holds the other end of its input, so that a node never outlives them. */
    private static void awaitEnd(Main camel) {
        try {
            while (System.in.read() >= 0) {
                // Nothing to be told
            }
        } catch (IOException e) {
            System.err.println("The standard input cannot be read, the node ends: " + e);
        }
        camel.completed();
    }
}
