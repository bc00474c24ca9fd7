package io.github.camelllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.catalog.ProviderDescriptor;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Loads the routes of one block into a Camel context whose providers are all played by the simulator, sends a message and
 * looks at what comes out. What to send and to expect stands in the comment before the block:
 *
 * <ul>
 *   <li>{@code send=direct:in}: where the message goes; without it the routes are only loaded and started
 *   <li>{@code body="…"}: its body; {@code file=NAME} makes it a file; {@code header.NAME=…}: its headers
 *   <li>{@code answer="…"}, {@code answer2="…"}: what the model says, in place of what the simulator makes up
 *   <li>{@code fault="status=503"}, {@code fault2=…}: how the first requests fail
 *   <li>{@code expect="…"}: words of the body at the end; {@code expect.HEADER=…}: value of a header at the end;
 *       {@code expect-failure=CLASS}: simple name of the exception; {@code requests=2}: how many requests were made;
 *       {@code mock=mock:out}, {@code mock-body="…"}: what another endpoint got
 *   <li>{@code descriptor}: the providers of the page's descriptors are known; {@code routers}: its routers; {@code budgets}: its budgets;
 *       {@code jms=…}: a scheme to be stubbed
 * </ul>
 */
final class RouteBlock {
    private final Page.Block block;
    private final JavaBlocks java;
    private final Path folder;
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();

    RouteBlock(Page.Block block, JavaBlocks java, Path folder) {
        this.block = block;
        this.java = java;
        this.folder = folder;
    }

    void run() throws Exception {
        Responder otherwise = Responders.deterministic();
        try (Simulator simulator = Simulator.builder()
                        .responder(request -> answer(request, otherwise))
                        .build()
                        .start();
                DefaultCamelContext context = new DefaultCamelContext()) {
            prepare(context, simulator);
            if (block.language().equals("java")) {
                context.addRoutes(java.routes(block));
            } else {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(ResourceHelper.fromString("block-" + block.line() + ".yaml", block.code()));
            }
            context.start();
            assertThat(context.getRoutes()).as("routes of %s", block.name()).isNotEmpty();
            if (!block.attribute("send", "").isEmpty()) {
                send(context, simulator);
            }
        }
    }

    private ScriptedAnswer answer(ChatRequest request, Responder otherwise) {
        String next = answers.poll();
        if (next == null) {
            return otherwise.answer(request);
        }
        return next.startsWith("tool:")
                ? ScriptedAnswer.toolCall(next.substring(5, next.indexOf(' ')), next.substring(next.indexOf(' ') + 1))
                : ScriptedAnswer.text(next);
    }

    private void prepare(DefaultCamelContext context, Simulator simulator) throws Exception {
        context.setApplicationContextClassLoader(java.classLoader());
        LlmComponent component = new LlmComponent();
        component.getConfiguration().setApiKey("none-needed");
        ProviderCatalog catalog = ProviderCatalog.builtIn();
        if (block.attributes().containsKey("descriptor")) {
            StringBuilder descriptors = new StringBuilder();
            for (Page.Block descriptor : block.page().marked("descriptor")) {
                descriptors.append("---\n").append(descriptor.code());
            }
            Path file = Files.writeString(folder.resolve("providers.yaml"), descriptors);
            component.setProvidersLocation("file:" + file);
            catalog = catalog.withYaml("providers.yaml", new StringReader(descriptors.toString()));
        }
        if (block.attributes().containsKey("routers")) {
            Path file = Files.writeString(folder.resolve("routers.yaml"), routers(block.page()));
            component.setRoutersLocation("file:" + file);
        }
        if (block.attributes().containsKey("budgets")) {
            Path file = Files.writeString(folder.resolve("budgets.yaml"), documents(block.page(), "budget"));
            component.setBudgetsLocation("file:" + file);
        }
        context.addComponent("llm", component);
        Properties properties = new Properties();
        for (ProviderDescriptor provider : catalog.all()) {
            properties.setProperty("llm.provider." + provider.id() + ".baseUrl", simulator.baseUrl(dialect(provider)));
        }
        context.getPropertiesComponent().setInitialProperties(properties);
        for (String scheme : block.attribute("stub", "").split(",")) {
            if (!scheme.isEmpty()) {
                context.addComponent(scheme, new org.apache.camel.component.stub.StubComponent());
            }
        }
    }

    /** The definitions of routers on a page, as one file. */
    static String routers(Page page) {
        return documents(page, "router");
    }

    private static String documents(Page page, String mark) {
        StringBuilder documents = new StringBuilder();
        page.marked(mark).forEach(block -> documents.append("---\n").append(block.code()));
        return documents.toString();
    }

    private static SimulatedDialect dialect(ProviderDescriptor provider) {
        return SimulatedDialect.valueOf(provider.dialect().replace("-chat", "").toUpperCase(Locale.ROOT));
    }

    private void send(CamelContext context, Simulator simulator) throws Exception {
        numbered("answer").forEach(answers::add);
        numbered("fault").map(Fault::parse).forEach(simulator::failNext);
        MockEndpoint mock = null;
        if (block.attributes().containsKey("mock")) {
            mock = context.getEndpoint(block.attribute("mock", ""), MockEndpoint.class);
            mock.expectedMinimumMessageCount(1);
        }
        Exchange done = context.createFluentProducerTemplate()
                .to(block.attribute("send", ""))
                .withProcessor(exchange -> fill(exchange))
                .send();
        expect(done, simulator);
        if (mock != null) {
            mock.assertIsSatisfied(TimeUnit.SECONDS.toMillis(20));
            assertThat(mock.getExchanges().get(0).getMessage().getBody(String.class))
                    .as("body at %s", mock)
                    .contains(block.attribute("mock-body", ""));
        }
    }

    private void fill(Exchange exchange) throws Exception {
        String body = block.attribute("body", "");
        String file = block.attribute("file", "");
        exchange.getMessage()
                .setBody(
                        file.isEmpty()
                                ? body
                                : Files.writeString(folder.resolve(file), body).toFile());
        for (Map.Entry<String, String> attribute : block.attributes().entrySet()) {
            if (attribute.getKey().startsWith("header.")) {
                exchange.getMessage().setHeader(attribute.getKey().substring(7), attribute.getValue());
            }
        }
    }

    private void expect(Exchange done, Simulator simulator) {
        String failure = block.attribute("expect-failure", "");
        if (failure.isEmpty()) {
            if (done.getException() != null) {
                throw new AssertionError(block.name() + " failed", done.getException());
            }
        } else {
            assertThat(done.getException()).as("exception of %s", block.name()).isNotNull();
            assertThat(done.getException().getClass().getSimpleName()).isEqualTo(failure);
        }
        for (Map.Entry<String, String> attribute : block.attributes().entrySet()) {
            String key = attribute.getKey();
            if (key.equals("expect")) {
                String body = String.valueOf(done.getMessage().getBody(String.class));
                assertThat(body).as("body after %s", block.name()).contains(attribute.getValue());
            } else if (key.startsWith("expect.")) {
                assertThat(String.valueOf(done.getMessage().getHeader(key.substring(7))))
                        .as("header %s after %s", key.substring(7), block.name())
                        .isEqualTo(attribute.getValue());
            } else if (key.equals("requests")) {
                assertThat(simulator.requestCount())
                        .as("requests of %s", block.name())
                        .isEqualTo(Long.parseLong(attribute.getValue()));
            }
        }
    }

    /** Values of {@code name}, {@code name2}, {@code name3}…, as many as there are. */
    private Stream<String> numbered(String name) {
        Stream.Builder<String> values = Stream.builder();
        for (int i = 1; block.attributes().containsKey(i == 1 ? name : name + i); i++) {
            values.add(block.attribute(i == 1 ? name : name + i, ""));
        }
        return values.build();
    }
}
