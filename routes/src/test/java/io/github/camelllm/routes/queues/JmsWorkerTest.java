package io.github.camelllm.routes.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.testing.ArtemisBroker;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Results;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JmsWorkerTest {
    private static ArtemisBroker broker;

    private final Simulator simulator =
            Simulator.builder().responder(Responders.echo()).build().start();
    private final SimulatedContext context = new SimulatedContext(simulator);
    private Results results;
    private String queue;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new ArtemisBroker();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @BeforeEach
    void openDatabase() throws Exception {
        results = new Results();
        queue = "tickets-" + System.identityHashCode(this);
    }

    @AfterEach
    void close() throws Exception {
        context.close();
        simulator.close();
        results.close();
    }

    private void start(Dsl dsl, Map<String, Object> more) throws Exception {
        context.getShutdownStrategy().setTimeout(5);
        JmsComponent jms = new JmsComponent();
        jms.setConnectionFactory(broker.connectionFactory());
        jms.setRequestTimeout(10_000);
        context.addComponent("jms", jms);
        context.getRegistry().bind("results", results.dataSource());
        dsl.load(context, "llm-jms-worker", new JmsWorkerTemplate());
        Map<String, Object> parameters = new HashMap<>(Map.of(
                "queue", queue, "model", "openai/gpt-5-mini", "deadLetterQueue", queue + ".dead", "retryDelay", "1"));
        parameters.putAll(more);
        TemplatedRouteBuilder.builder(context, "llm-jms-worker")
                .routeId("worker")
                .parameters(parameters)
                .add();
        context.start();
    }

    private void send(String body) {
        context.createProducerTemplate().sendBody("jms:queue:" + queue, ExchangePattern.InOnly, body);
    }

    private Exchange deadLetter() {
        return context.createConsumerTemplate().receive("jms:queue:" + queue + ".dead", 20_000);
    }

    private void awaitEmpty() {
        await().atMost(Duration.ofSeconds(20)).until(() -> broker.depth(queue) == 0);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void storesOneAnswerForEachMessage(Dsl dsl) throws Exception {
        start(dsl, Map.of("workers", "3"));

        for (int i = 0; i < 12; i++) {
            send("question " + i);
        }
        awaitEmpty();

        assertThat(results.count()).isEqualTo(12);
        assertThat(results.query("select answer from llm_results")).contains("question 0", "question 11");
        assertThat(results.query("select distinct status || ' ' || model from llm_results"))
                .containsExactly("done gpt-5-mini");
        assertThat(results.query("select min(input_tokens) from llm_results"))
                .doesNotContain("0")
                .doesNotContainNull();
        assertThat(simulator.requestCount()).isEqualTo(12);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksOnceForAllMessagesWithOneKey(Dsl dsl) throws Exception {
        start(dsl, Map.of("key", "${header.ticket}", "to", "jms:queue:" + queue + ".next"));

        for (int i = 0; i < 2; i++) {
            context.createProducerTemplate()
                    .sendBodyAndHeader("jms:queue:" + queue, ExchangePattern.InOnly, "question", "ticket", "T-1");
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> broker.depth(queue + ".next") == 2);
        awaitEmpty();

        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThat(results.query("select message_id || ' ' || answer from llm_results"))
                .containsExactly("T-1 question");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void takesBackWhatItSentIfTheDeliveryIsRolledBack(Dsl dsl) throws Exception {
        AtomicInteger deliveries = new AtomicInteger();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:next")
                        .errorHandler(noErrorHandler())
                        .to(ExchangePattern.InOnly, "jms:queue:" + queue + ".next")
                        .process(exchange -> {
                            if (deliveries.incrementAndGet() < 3) {
                                throw new java.io.IOException("the line is dead");
                            }
                        });
            }
        });
        start(dsl, Map.of("to", "direct:next"));

        send("question");
        awaitEmpty();

        assertThat(deliveries).hasValue(3);
        assertThat(broker.depth(queue + ".next")).isEqualTo(1);
        Exchange sent = context.createConsumerTemplate().receive("jms:queue:" + queue + ".next", 20_000);
        assertThat(sent.getMessage().getBody(String.class)).isEqualTo("question");
        assertThat(sent.getMessage().getHeader("llmKey", String.class)).startsWith("ID:");
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThat(results.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void putsAMessageThatTheModelRefusesOnTheDeadLetterQueueAtOnceWithTheReason(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        simulator.failNext(Fault.parse("context-too-long"));
        send("a very long question");

        Exchange dead = deadLetter();
        assertThat(dead.getMessage().getBody(String.class)).isEqualTo("a very long question");
        assertThat(dead.getMessage().getHeader("llmFailure")).isEqualTo("LlmContextWindowExceededException");
        assertThat(dead.getMessage().getHeader("llmReason", String.class))
                .contains("openai")
                .doesNotContain("very long question");
        assertThat(dead.getMessage().getHeader("llmKey", String.class)).startsWith("ID:");
        assertThat(dead.getMessage().getHeader("llmDeliveries")).isEqualTo(1);
        awaitEmpty();
        assertThat(results.count()).isZero();
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void deliversAgainWhileTheProviderIsBusyOrItsKeyIsRefused(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        simulator.failNext(Fault.parse("status=429;retry-after-ms=5"));
        simulator.failNext(Fault.parse("status=401"));
        send("question");
        await().atMost(Duration.ofSeconds(20)).until(() -> results.count() == 1);
        awaitEmpty();

        assertThat(simulator.requestCount()).isEqualTo(3);
        assertThat(broker.depth(queue + ".dead")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void givesUpAfterTheLastDelivery(Dsl dsl) throws Exception {
        start(dsl, Map.of("maxDeliveries", "3"));

        simulator.failNext(3, Fault.parse("status=503;retry-after-ms=1"));
        send("question");

        Exchange dead = deadLetter();
        assertThat(dead.getMessage().getHeader("llmFailure")).isEqualTo("LlmUnavailableException");
        assertThat(dead.getMessage().getHeader("llmDeliveries")).isEqualTo(3);
        awaitEmpty();
        assertThat(simulator.requestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksNobodyWhileTheDatabaseIsAway(Dsl dsl) throws Exception {
        results.update("alter table llm_results rename to away");
        AtomicInteger rolledBack = new AtomicInteger();
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                rolledBack.incrementAndGet();
            }

            @Override
            public boolean isEnabled(CamelEvent event) {
                return event instanceof CamelEvent.ExchangeFailedEvent;
            }
        });
        start(dsl, Map.of("maxDeliveries", "1000"));

        send("question");
        await().atMost(Duration.ofSeconds(20)).until(() -> rolledBack.get() >= 2);
        assertThat(simulator.requestCount()).isZero();
        results.update("alter table away rename to llm_results");
        awaitEmpty();

        assertThat(results.count()).isEqualTo(1);
        assertThat(broker.depth(queue + ".dead")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void repliesToTheOneWhoAsks(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        Exchange reply = context.createProducerTemplate().request("jms:queue:" + queue, exchange -> {
            exchange.getMessage().setBody("question");
            exchange.getMessage().setHeader("JMSCorrelationID", "order-17");
        });

        assertThat(reply.getException()).isNull();
        assertThat(reply.getMessage().getBody(String.class)).isEqualTo("question");
        assertThat(reply.getMessage().getHeader("JMSCorrelationID")).isEqualTo("order-17");
        assertThat(results.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void tellsTheOneWhoAsksThatThereIsNoAnswer(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        simulator.failNext(Fault.parse("status=400"));
        Exchange reply = context.createProducerTemplate()
                .request("jms:queue:" + queue, exchange -> exchange.getMessage().setBody("question"));

        assertThat(reply.getMessage().getBody(String.class)).isNullOrEmpty();
        assertThat(reply.getMessage().getHeader("llmFailure")).isEqualTo("LlmInvalidRequestException");
        assertThat(deadLetter().getMessage().getBody(String.class)).isEqualTo("question");
    }
}
