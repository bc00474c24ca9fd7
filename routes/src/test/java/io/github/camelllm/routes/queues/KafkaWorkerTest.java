package io.github.camelllm.routes.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.KafkaBroker;
import io.github.camelllm.routes.testing.Results;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaWorkerTest {
    private static final Duration MOST = Duration.ofSeconds(30);
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    static Path folder;

    private static KafkaBroker broker;
    private static Admin admin;

    private final Answers answers = new Answers();
    private final Simulator simulator =
            Simulator.builder().responder(answers::answer).build().start();
    private final SimulatedContext context = new SimulatedContext(simulator);
    private final String topic = "comments-" + TOPICS.incrementAndGet();
    private Results results;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(folder);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        results = new Results();
        admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1), new NewTopic(topic + ".dead", 1, (short) 1)))
                .all()
                .get();
        KafkaComponent kafka = new KafkaComponent();
        kafka.getConfiguration().setBrokers(broker.bootstrapServers());
        context.addComponent("kafka", kafka);
        context.getRegistry().bind("results", results.dataSource());
        context.getShutdownStrategy().setTimeout(10);
    }

    @AfterEach
    void close() throws Exception {
        context.close();
        simulator.close();
        results.close();
    }

    private void start(Dsl dsl, Map<String, Object> more) throws Exception {
        dsl.load(context, "llm-kafka-worker", new KafkaWorkerTemplate());
        Map<String, Object> parameters = new HashMap<>(Map.of(
                "topic", topic,
                "groupId", topic + "-group",
                "model", "openai/gpt-5-mini",
                "deadLetterTopic", topic + ".dead",
                "retryDelay", "1",
                "pollTimeout", "100",
                "sessionTimeout", "6000"));
        parameters.putAll(more);
        TemplatedRouteBuilder.builder(context, "llm-kafka-worker")
                .routeId("worker")
                .parameters(parameters)
                .add();
        context.start();
    }

    private void send(String key, String body) {
        if (!context.isStarted()) {
            context.start();
        }
        context.createProducerTemplate().sendBodyAndHeader("kafka:" + topic, body, KafkaConstants.KEY, key);
    }

    private void awaitRows(int rows) {
        await().atMost(MOST).until(() -> results.count() == rows);
    }

    /** How many records count as done, in all partitions. */
    private long committed() throws Exception {
        long sum = 0;
        for (OffsetAndMetadata offset : admin.listConsumerGroupOffsets(topic + "-group")
                .partitionsToOffsetAndMetadata()
                .get()
                .values()) {
            sum += offset.offset();
        }
        return sum;
    }

    private void awaitCommitted(long records) {
        await().atMost(MOST).untilAsserted(() -> assertThat(committed()).isEqualTo(records));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void storesOneAnswerForEachRecordAndCommitsAllPartitions(Dsl dsl) throws Exception {
        start(dsl, Map.of("batchSize", "7", "to", "mock:next"));

        for (int i = 0; i < 30; i++) {
            send("user-" + i, "comment " + i);
        }
        awaitRows(30);
        awaitCommitted(30);

        assertThat(simulator.requestCount()).isEqualTo(30);
        assertThat(results.query("select answer from llm_results")).contains("comment 0", "comment 29");
        assertThat(results.query("select distinct status || ' ' || provider || ' ' || model from llm_results"))
                .containsExactly("done openai gpt-5-mini");
        Set<TopicPartition> partitions = admin.listConsumerGroupOffsets(topic + "-group")
                .partitionsToOffsetAndMetadata()
                .get()
                .keySet();
        assertThat(partitions).hasSize(3);
        List<Exchange> next =
                context.getEndpoint("mock:next", MockEndpoint.class).getExchanges();
        assertThat(next).hasSize(30);
        Set<Object> keys = new HashSet<>();
        next.forEach(exchange -> keys.add(exchange.getMessage().getHeader("llmKey")));
        assertThat(keys).hasSize(30).allMatch(key -> key.toString().startsWith(topic + "-"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksInTheOrderOfEachKeyAndNeverAboutMoreRecordsThanItMay(Dsl dsl) throws Exception {
        for (int i = 0; i < 24; i++) {
            send("user-" + i % 6, "user-" + i % 6 + " says " + i / 6);
        }
        simulator.failNext(24, Fault.stallBeforeHead());
        start(dsl, Map.of("batchSize", "24", "parallelism", "3", "pollTimeout", "1000"));
        for (int round = 1; round <= 8; round++) {
            await().atMost(MOST).until(() -> simulator.stalledAnswers() == 3);
            assertThat(simulator.requestCount()).isEqualTo(round * 3L);
            simulator.releaseStalls();
        }
        awaitRows(24);

        for (int user = 0; user < 6; user++) {
            String says = "user-" + user + " says ";
            assertThat(answers.asked.stream().filter(text -> text.startsWith(says)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 4).mapToObj(i -> says + i).toList());
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksABusyProviderAgainWithoutReadingTheBatchAgain(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        simulator.failNext(2, Fault.parse("status=429;retry-after-ms=5"));
        send("a", "comment");
        awaitRows(1);
        awaitCommitted(1);

        assertThat(simulator.requestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void readsTheBatchAgainWhenTheProviderIsAwayAndAsksOnlyAboutWhatHasNoRow(Dsl dsl) throws Exception {
        answers.refuse = "outage";
        send("a", "before");
        send("a", "outage");
        send("a", "after");
        send("b", "other");
        start(dsl, Map.of("redeliveries", "1"));

        await().atMost(MOST)
                .until(() -> answers.asked.stream().filter("outage"::equals).count() >= 4);
        assertThat(committed()).isZero();
        assertThat(answers.asked).doesNotContain("after");
        answers.refuse = "nothing";
        awaitRows(4);
        awaitCommitted(4);

        assertThat(answers.asked).containsOnlyOnce("before", "other", "after");
        assertThat(results.query("select answer from llm_results"))
                .containsExactlyInAnyOrder("before", "outage", "after", "other");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void putsARecordThatTheModelRefusesIntoTheDeadLetterTopicAndGoesOn(Dsl dsl) throws Exception {
        answers.tooLong = "poison";
        send("a", "before");
        send("a", "poison");
        send("a", "after");
        start(dsl, Map.of("to", "mock:next"));

        awaitRows(3);
        awaitCommitted(3);

        Exchange dead = context.createConsumerTemplate()
                .receive("kafka:" + topic + ".dead?groupId=readers&autoOffsetReset=earliest&pollTimeoutMs=100", 20_000);
        assertThat(dead.getMessage().getBody(String.class)).isEqualTo("poison");
        assertThat(dead.getMessage().getHeader(KafkaConstants.KEY)).isEqualTo("a");
        assertThat(text(dead, "llmFailure")).isEqualTo("LlmContextWindowExceededException");
        assertThat(text(dead, "llmReason")).contains("openai").doesNotContain("poison");
        assertThat(results.query("select message_id from llm_results where status = 'dead-letter'"))
                .containsExactly(text(dead, "llmKey"));
        assertThat(results.query("select answer from llm_results where status = 'done'"))
                .containsExactlyInAnyOrder("before", "after");
        context.getEndpoint("mock:next", MockEndpoint.class).expectedBodiesReceived("before", "after");
        MockEndpoint.assertIsSatisfied(context);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void putsARecordAsideWhenTheProviderStaysAwayIfItIsToldTo(Dsl dsl) throws Exception {
        answers.refuse = "outage";
        send("a", "outage");
        start(dsl, Map.of("redeliveries", "1", "onExhausted", "dead-letter"));

        awaitRows(1);
        awaitCommitted(1);

        assertThat(results.query("select status from llm_results")).containsExactly("dead-letter");
        assertThat(answers.asked).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void losesNoRecordWhileTheDatabaseIsAway(Dsl dsl) throws Exception {
        results.update("alter table llm_results rename to away");
        send("a", "comment");
        AtomicInteger failed = new AtomicInteger();
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                failed.incrementAndGet();
            }

            @Override
            public boolean isEnabled(CamelEvent event) {
                return event instanceof CamelEvent.ExchangeFailedEvent;
            }
        });
        start(dsl, Map.of());

        await().atMost(MOST).until(() -> failed.get() >= 2);
        assertThat(simulator.requestCount()).isZero();
        assertThat(committed()).isZero();
        results.update("alter table away rename to llm_results");
        awaitRows(1);
        awaitCommitted(1);
    }

    private static String text(Exchange exchange, String header) {
        return new String(exchange.getMessage().getHeader(header, byte[].class), StandardCharsets.UTF_8);
    }

    /** Echoes; refuses one text, and tells what it was asked. */
    private static final class Answers {
        final List<String> asked = new CopyOnWriteArrayList<>();
        volatile String refuse = "nothing";
        volatile String tooLong = "nothing";

        ScriptedAnswer answer(ChatRequest request) {
            String text = "";
            for (ChatMessage message : request.messages()) {
                if (message instanceof ChatMessage.User user) {
                    text = user.text();
                }
            }
            asked.add(text);
            if (text.equals(refuse)) {
                return ScriptedAnswer.failing(Fault.parse("status=503;retry-after-ms=1"));
            }
            if (text.equals(tooLong)) {
                return ScriptedAnswer.failing(Fault.parse("context-too-long"));
            }
            return ScriptedAnswer.text(text);
        }
    }
}
