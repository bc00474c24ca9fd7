package io.github.camelllm.routes.crash;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A process that asks models, every second question for a stream, with ledger and budget; see {@link CrashRun}. */
public final class CrashWorker {
    static final int THREADS = 8;

    private CrashWorker() {}

    public static void main(String[] arguments) throws Exception {
        int calls = Integer.getInteger("crash.calls");
        try (DefaultCamelContext context = context()) {
            context.start();
            ask(context, calls);
        }
        // What is left in the journal is booked by the next one
        System.out.println("DONE");
        System.exit(0);
    }

    private static DefaultCamelContext context() throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        Properties properties = new Properties();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("llm."))
                .forEach(name -> properties.setProperty(name, System.getProperty(name)));
        context.getPropertiesComponent().setInitialProperties(properties);
        LlmComponent component = new LlmComponent();
        component.getConfiguration().setApiKey("none-needed");
        component.getConfiguration().setBaseUrl(System.getProperty("crash.simulator"));
        component.setLedger(true);
        component.setBudgetStore(System.getProperty("crash.store"));
        context.addComponent("llm", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:whole").to("llm:openai/gpt-5-mini?maxTokens=400&tag.team=crash");
                from("direct:stream")
                        .to("llm:openai/gpt-5-mini?maxTokens=400&tag.team=crash&streaming=true")
                        .process(exchange -> read(exchange.getMessage().getBody(LlmStream.class)));
            }
        });
        return context;
    }

    private static void ask(DefaultCamelContext context, int calls) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> ends = new ArrayList<>();
        try (ProducerTemplate template = context.createProducerTemplate()) {
            for (int i = 0; i < THREADS; i++) {
                ends.add(threads.submit(() -> {
                    for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
                        ask(template, n);
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void ask(ProducerTemplate template, int number) {
        boolean stream = number % 2 == 0;
        // A call that the budget or a server that is down refuses is part of the run: the ledger has it too
        template.send(stream ? "direct:stream" : "direct:whole", exchange -> exchange.getMessage()
                .setBody("Question " + number + ": what is it?"));
    }

    private static void read(LlmStream pieces) {
        boolean first = true;
        while (pieces.hasNext()) {
            pieces.next();
            if (first) {
                CrashMoment.ofThisProcess().pass(CrashPoint.MID_STREAM);
                first = false;
            }
        }
    }
}
