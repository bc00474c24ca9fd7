package io.github.camelllm.examples.benchmark;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmConfiguration;
import io.github.camelllm.component.LlmStream;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Routes with one {@code llm:} step, and the ways to call them. Every call must be recorded with its cost. */
final class Routes implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 2048;

    private final CamelContext context = new DefaultCamelContext();
    private final ProducerTemplate template;
    private final Consumer<String> piece;
    private final LongAdder records = new LongAdder();
    private final LongAdder recordsWithoutCost = new LongAdder();

    /**
     * @param baseUrl of the provider
     * @param httpVersion the component's option
     * @param piece gets each piece of each streamed answer
     */
    Routes(String baseUrl, String httpVersion, Consumer<String> piece) throws Exception {
        this(baseUrl, httpVersion, piece, new Properties(), component -> {});
    }

    /**
     * @param properties of Camel
     * @param setUp sets more options of the component
     */
    Routes(
            String baseUrl,
            String httpVersion,
            Consumer<String> piece,
            Properties properties,
            Consumer<LlmComponent> setUp)
            throws Exception {
        this.piece = piece;
        context.getPropertiesComponent().setInitialProperties(properties);
        LlmComponent component = component(baseUrl, httpVersion);
        setUp.accept(component);
        context.addComponent("llm", component);
        context.getRegistry().bind("records", (CallRecordListener) this::count);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:nothing").setBody(constant(Conversation.ANSWER));
                from("direct:chat").to("llm:openai/" + Conversation.MODEL);
                from("direct:iterator")
                        .to("llm:openai/" + Conversation.MODEL + "?streaming=true")
                        .process(Routes.this::iterate);
                from("direct:publisher")
                        .to("llm:openai/" + Conversation.MODEL + "?streaming=true")
                        .process(Routes.this::subscribe);
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    private static LlmComponent component(String baseUrl, String httpVersion) {
        LlmComponent component = new LlmComponent();
        component.setHttpVersion(httpVersion);
        component.setMaxConnections(MAX_CONNECTIONS);
        component.setMaxConnectionsPerHost(MAX_CONNECTIONS);
        component.setMaxPendingCalls(MAX_CONNECTIONS);
        LlmConfiguration configuration = component.getConfiguration();
        configuration.setBaseUrl(baseUrl);
        configuration.setApiKey("key");
        configuration.setSystemMessage(Conversation.SYSTEM);
        configuration.setTemperature(Conversation.TEMPERATURE);
        configuration.setMaxTokens(Conversation.MAX_TOKENS);
        return component;
    }

    private void count(CallRecord record) {
        records.increment();
        if (record.cost().isEmpty()) {
            recordsWithoutCost.increment();
        }
    }

    private void iterate(Exchange exchange) {
        LlmStream stream = exchange.getMessage().getBody(LlmStream.class);
        int pieces = 0;
        while (stream.hasNext()) {
            piece.accept(stream.next());
            pieces++;
        }
        exchange.getMessage().setBody(pieces);
    }

    private void subscribe(Exchange exchange) {
        Pieces pieces = new Pieces(piece);
        exchange.getMessage().getBody(LlmStream.class).publisher().subscribe(pieces);
        exchange.getMessage().setBody(pieces);
    }

    CamelContext context() {
        return context;
    }

    /** Asks through a route and waits for the body that it ends with. */
    <T> T ask(Endpoint route, Class<T> answer) {
        return template.requestBody(route, Conversation.USER, answer);
    }

    Endpoint route(String name) {
        return context.getEndpoint("direct:" + name);
    }

    /** Asks through a route without holding a thread. The producer is the route's, started. */
    CompletableFuture<Exchange> ask(AsyncProducer route) {
        Exchange exchange = route.getEndpoint().createExchange(ExchangePattern.InOut);
        exchange.getMessage().setBody(Conversation.USER);
        CompletableFuture<Exchange> answer = new CompletableFuture<>();
        route.process(exchange, doneSync -> {
            if (exchange.getException() == null) {
                answer.complete(exchange);
            } else {
                answer.completeExceptionally(exchange.getException());
            }
        });
        return answer;
    }

    /** The entry of a route; it stops with the context's end. */
    AsyncProducer producer(String route) throws Exception {
        AsyncProducer producer = route(route).createAsyncProducer();
        producer.start();
        return producer;
    }

    /** Calls recorded so far. @throws IllegalStateException if a record lacks its cost */
    long recorded() {
        if (recordsWithoutCost.sum() > 0) {
            throw new IllegalStateException(recordsWithoutCost + " of " + records + " records have no cost");
        }
        return records.sum();
    }

    @Override
    public void close() {
        context.stop();
    }
}
