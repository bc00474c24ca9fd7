package io.github.camelllm.examples.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three workers, each a process of its own; one is killed while it works. */
class KilledWorkerTest {
    private static final int TICKETS = 240;

    @TempDir
    Path folder;

    @Test
    void killedWorkersTicketsAreSortedByTheOthersOnceEach() throws Exception {
        CountDownLatch half = new CountDownLatch(TICKETS / 3);
        Responder counting = new Responder() {
            private final AtomicInteger questions = new AtomicInteger();

            @Override
            public ScriptedAnswer answer(ChatRequest request) {
                half.countDown();
                // Now and then the provider is busy as well
                return questions.incrementAndGet() % 40 == 0
                        ? ScriptedAnswer.failing(Fault.parse("status=429;retry-after-ms=5"))
                        : Responders.deterministic().answer(request);
            }
        };
        try (Broker broker = Broker.start(Files.createDirectories(folder.resolve("artemis")));
                Database database = Database.start(folder.resolve("triage"));
                Simulator simulator = Simulator.builder()
                        .responder(counting)
                        .contextWindowTokens(JmsTriage.CONTEXT_WINDOW_TOKENS)
                        .build()
                        .start()) {
            List<Process> workers = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    workers.add(start(i, broker, database, simulator));
                }
                Tickets.send(broker.url(), TICKETS);
                assertThat(half.await(60, TimeUnit.SECONDS)).as(log(0)).isTrue();
                workers.get(1).destroyForcibly().waitFor();
                await().atMost(Duration.ofSeconds(90)).until(() -> broker.depth("tickets") == 0);

                int dead = Tickets.tooLong(TICKETS);
                List<String> sorted = new ArrayList<>(receive(broker, "tickets.urgent"));
                assertThat(sorted).isNotEmpty();
                sorted.addAll(receive(broker, "tickets.sorted"));
                List<String> deadLetters = receive(broker, "tickets.dead-letter");
                List<String> good = IntStream.range(0, TICKETS)
                        .filter(number -> !Tickets.isTooLong(number))
                        .mapToObj(Tickets::id)
                        .toList();
                assertThat(deadLetters).hasSize(dead).doesNotHaveDuplicates().doesNotContainAnyElementsOf(good);
                assertThat(sorted).containsExactlyInAnyOrderElementsOf(good);
                assertThat(database.query("select message_id from llm_results"))
                        .extracting(row -> row.get(0))
                        .containsExactlyInAnyOrderElementsOf(good);
            } finally {
                for (Process worker : workers) {
                    worker.destroyForcibly().waitFor();
                }
            }
        }
    }

    /** The numbers of all tickets on a queue. */
    private static List<String> receive(Broker broker, String queue) throws Exception {
        List<String> tickets = new ArrayList<>();
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(broker.url());
                Connection connection = factory.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            for (long left = broker.depth(queue); left > 0; left--) {
                Message message = consumer.receive(10_000);
                tickets.add(message.getStringProperty("ticket"));
            }
        }
        return tickets;
    }

    private Process start(int number, Broker broker, Database database, Simulator simulator) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dbroker=" + broker.url(),
                        "-Ddatabase=" + database.url(),
                        "-DbaseUrl=" + simulator.baseUrl(SimulatedDialect.OPENAI),
                        Worker.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("worker-" + number + ".log").toFile())
                .start();
    }

    private String log(int number) throws IOException {
        return Files.readString(folder.resolve("worker-" + number + ".log"));
    }
}
