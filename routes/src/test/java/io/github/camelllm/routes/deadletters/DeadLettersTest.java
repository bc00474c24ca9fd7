package io.github.camelllm.routes.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.deadletters.DeadLetter.State;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeadLettersTest {
    private static final String SECRET = "a-secret-of-dead-letters";
    private static final UUID CALL = UUID.fromString("019aa0c2-0000-7000-8000-000000000001");

    /** A process that keeps dead letters in a database. */
    private static final class Node implements AutoCloseable {
        final DefaultCamelContext context = new DefaultCamelContext();
        final DeadLetters letters;

        Node(TestLedger ledger, ManualClock clock, String... settings) {
            context.getRegistry().bind("ledger", ledger.database());
            context.getPropertiesComponent().addInitialProperty("llm.deadLetters.secret", SECRET);
            for (int i = 0; i < settings.length; i += 2) {
                context.getPropertiesComponent().addInitialProperty("llm.deadLetters." + settings[i], settings[i + 1]);
            }
            context.start();
            letters = DeadLetters.find(context, clock).orElseThrow();
        }

        DeadLetter awaitState(UUID id, State state) {
            await().until(() -> letters.find(id).orElseThrow().state() == state);
            try {
                return letters.find(id).orElseThrow();
            } catch (java.sql.SQLException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            context.stop();
        }
    }

    private static Failed failed(String source, String content) {
        return new Failed(
                source,
                Optional.of(CALL),
                "marketing",
                "openai/gpt-5-mini",
                "timeout",
                "openai/gpt-5-mini: no answer",
                Map.of("team", "search"),
                content.getBytes(StandardCharsets.UTF_8),
                Optional.empty());
    }

    @Test
    void theNextStatementOfTheConnectionMayTakeItsTime() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            DeadLetterTable table = new DeadLetterTable(ledger.database());

            table.find(CALL);
            assertThat(ledger.queryTimeout()).as("after a query").isZero();
            table.release(CALL, Instant.EPOCH);
            assertThat(ledger.queryTimeout()).as("after a change").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void whatFailedIsListedAndFiltered(Server server) throws Exception {
        ManualClock clock = new ManualClock();
        try (TestLedger ledger = TestLedger.on(server);
                Node node = new Node(ledger, clock)) {
            List<UUID> ids = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ids.add(node.letters.keep(failed(i % 2 == 0 ? "gateway" : "letters", "Hello")));
                clock.advance(Duration.ofSeconds(1));
            }
            node.letters.discard(ids.get(4), "alice");

            List<DeadLetter> all = node.letters.list(DeadLetterFilter.ALL, 10);
            assertThat(all)
                    .extracting(DeadLetter::id)
                    .containsExactly(ids.get(4), ids.get(3), ids.get(2), ids.get(1), ids.get(0));
            DeadLetter first = all.get(4);
            assertThat(first.callId()).contains(CALL);
            assertThat(first.tags()).isEqualTo(Map.of("team", "search"));
            assertThat(first.hasContent()).isTrue();
            assertThat(first.contentBytes()).isEqualTo(5);
            assertThat(all.get(0).actor()).contains("alice");
            assertThat(all.get(0).hasContent()).isFalse();
            assertThat(node.letters.list(
                            new DeadLetterFilter(
                                    Optional.of(State.KEPT),
                                    Optional.of("gateway"),
                                    Optional.of("marketing"),
                                    Optional.of("gpt-5"),
                                    Optional.of(ids.get(2))),
                            10))
                    .extracting(DeadLetter::id)
                    .containsExactly(ids.get(0));
            assertThat(node.letters.list(
                            new DeadLetterFilter(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of("other"),
                                    Optional.empty(),
                                    Optional.empty()),
                            10))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void theOldestGoWhenThereIsTooMuch(Server server) throws Exception {
        ManualClock clock = new ManualClock();
        try (TestLedger ledger = TestLedger.on(server);
                Node node = new Node(
                        ledger,
                        clock,
                        "maxCount",
                        "3",
                        "maxAge",
                        "1h",
                        "maxTotalBytes",
                        "20",
                        "maxContentBytes",
                        "15")) {
            for (int i = 0; i < 5; i++) {
                node.letters.keep(failed("gateway", String.valueOf(i)));
                clock.advance(Duration.ofSeconds(1));
            }
            assertThat(node.letters.list(DeadLetterFilter.ALL, 10)).hasSize(3);

            UUID long1 = node.letters.keep(failed("gateway", "x".repeat(15)));
            clock.advance(Duration.ofSeconds(1));
            UUID long2 = node.letters.keep(failed("gateway", "y".repeat(15)));
            clock.advance(Duration.ofSeconds(1));
            UUID tooLong = node.letters.keep(failed("gateway", "z".repeat(16)));
            assertThat(node.letters.list(DeadLetterFilter.ALL, 10))
                    .extracting(DeadLetter::id)
                    .containsExactly(tooLong, long2)
                    .doesNotContain(long1);
            assertThat(node.letters.find(tooLong).orElseThrow().hasContent()).isFalse();

            clock.advance(Duration.ofMinutes(61));
            UUID now = node.letters.keep(failed("gateway", "1"));
            assertThat(node.letters.list(DeadLetterFilter.ALL, 10))
                    .extracting(DeadLetter::id)
                    .containsExactly(now);
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void manyWhoReplayOneAtOnceSendItOnce(Server server) throws Exception {
        ManualClock clock = new ManualClock();
        try (TestLedger ledger = TestLedger.on(server);
                Node one = new Node(ledger, clock);
                Node two = new Node(ledger, clock)) {
            UUID id = one.letters.keep(failed("gateway", "Hello"));
            Queue<String> sent = new ConcurrentLinkedQueue<>();
            UUID replay = UUID.randomUUID();
            for (Node node : List.of(one, two)) {
                node.letters.register("gateway", (letter, content) -> {
                    sent.add(new String(content, StandardCharsets.UTF_8));
                    return Optional.of(replay);
                });
            }
            ExecutorService threads = Executors.newFixedThreadPool(8);
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Boolean>> taken = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Node node = i % 2 == 0 ? one : two;
                Callable<Boolean> click = () -> {
                    start.await();
                    return node.letters.replay(id, "alice");
                };
                taken.add(threads.submit(click));
            }
            start.countDown();
            int winners = 0;
            for (Future<Boolean> each : taken) {
                winners += each.get() ? 1 : 0;
            }
            threads.shutdown();
            DeadLetter done = one.awaitState(id, State.REPLAYED);

            assertThat(winners).isEqualTo(1);
            assertThat(sent).containsExactly("Hello");
            assertThat(done.replayCallId()).contains(replay);
            assertThat(done.actor()).contains("alice");
            assertThat(done.replays()).isEqualTo(1);
            assertThat(done.hasContent()).isFalse();
            assertThat(one.letters.replay(id, "bob")).isFalse();
            assertThat(one.letters.discard(id, "bob")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void whatWaitedSoLongThatAnotherTookItIsSentOnce(Server server) throws Exception {
        ManualClock clock = new ManualClock();
        // As a real clock: finer than what databases keep
        clock.advance(Duration.ofNanos(123_456_789));
        try (TestLedger ledger = TestLedger.on(server);
                Node busy = new Node(ledger, clock);
                Node other = new Node(ledger, clock)) {
            Queue<String> sent = new ConcurrentLinkedQueue<>();
            CountDownLatch threadsAreFree = new CountDownLatch(1);
            busy.letters.register("gateway", (letter, content) -> {
                sent.add("busy: " + new String(content, StandardCharsets.UTF_8));
                assertThat(threadsAreFree.await(60, TimeUnit.SECONDS)).isTrue();
                return Optional.empty();
            });
            other.letters.register("gateway", (letter, content) -> {
                sent.add("other: " + new String(content, StandardCharsets.UTF_8));
                return Optional.empty();
            });
            List<UUID> ids = new ArrayList<>();
            for (String content : List.of("1", "2", "3", "4")) {
                ids.add(busy.letters.keep(failed("gateway", content)));
                assertThat(busy.letters.replay(ids.get(ids.size() - 1), "alice"))
                        .isTrue();
            }
            await().until(() -> sent.size() == 2);
            clock.advance(Duration.ofMinutes(61));
            assertThat(other.letters.replay(ids.get(2), "bob")).isTrue();
            other.awaitState(ids.get(2), State.REPLAYED);

            threadsAreFree.countDown();
            // It is the last in the queue
            busy.awaitState(ids.get(3), State.REPLAYED);

            assertThat(sent).containsExactlyInAnyOrder("busy: 1", "busy: 2", "other: 3", "busy: 4");
            assertThat(busy.letters.find(ids.get(2)).orElseThrow().actor()).contains("bob");
        }
    }

    @Test
    void whatFailsAgainStaysWithItsNewReason() throws Exception {
        ManualClock clock = new ManualClock();
        try (TestLedger ledger = TestLedger.on(Server.H2);
                Node node = new Node(ledger, clock)) {
            UUID id = node.letters.keep(failed("gateway", "Hello"));
            UUID replay = UUID.randomUUID();
            node.letters.register("gateway", (letter, content) -> {
                throw new ReplayFailedException(
                        Optional.of(replay),
                        new LlmUnavailableException(
                                "openai is away", ErrorDetails.local("openai", "m", "away", true), null));
            });
            assertThat(node.letters.replay(id, "alice")).isTrue();
            await().until(() -> node.letters.find(id).orElseThrow().replays() == 1);
            DeadLetter again = node.awaitState(id, State.KEPT);
            assertThat(again.reason()).isEqualTo("openai is away");
            assertThat(again.errorType()).isEqualTo("away");
            assertThat(again.replayCallId()).contains(replay);

            // Words of others may quote what was asked
            node.letters.register("gateway", (letter, content) -> {
                throw new IllegalArgumentException("cannot parse: Hello");
            });
            assertThat(node.letters.replay(id, "alice")).isTrue();
            await().until(() -> node.letters.find(id).orElseThrow().replays() == 2);
            assertThat(node.awaitState(id, State.KEPT).reason()).isEqualTo("failed outside of the call to the model");
        }
    }

    @Test
    void nobodyReplaysWhatNobodyTakesBack() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2);
                Node node = new Node(ledger, new ManualClock())) {
            UUID id = node.letters.keep(failed("elsewhere", "Hello"));
            assertThat(node.letters.replay(id, "alice")).isFalse();
            assertThat(node.letters.replay(UUID.randomUUID(), "alice")).isFalse();
            assertThat(node.letters.find(id).orElseThrow().state()).isEqualTo(State.KEPT);
        }
    }

    @Test
    void aReplayWhoseProcessDiedCanBeRepeatedLater() throws Exception {
        ManualClock clock = new ManualClock();
        try (TestLedger ledger = TestLedger.on(Server.H2);
                Node node = new Node(ledger, clock)) {
            UUID id = node.letters.keep(failed("gateway", "Hello"));
            try (Connection connection = ledger.database().connection();
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "update llm_dead_letter set state = 'REPLAYING', acted_at = timestamp with time zone '"
                                + clock.instant() + "'");
                connection.commit();
            }
            node.letters.register("gateway", (letter, content) -> Optional.empty());
            assertThat(node.letters.replay(id, "alice")).isFalse();
            clock.advance(Duration.ofMinutes(61));
            assertThat(node.letters.replay(id, "alice")).isTrue();
            node.awaitState(id, State.REPLAYED);
        }
    }

    @Test
    void theDatabaseHasNoWordOfWhatWasAsked() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2);
                Node node = new Node(ledger, new ManualClock())) {
            node.letters.keep(failed("gateway", "the whole prompt"));
            try (Connection connection = ledger.database().connection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select * from llm_dead_letter")) {
                row.next();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    byte[] bytes = row.getObject(i) instanceof byte[] content
                            ? content
                            : String.valueOf(row.getObject(i)).getBytes(StandardCharsets.UTF_8);
                    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("prompt");
                }
            }
        }
    }

    @Test
    void contentsAreBoundToTheirSecretAndTheirDeadLetter() {
        UUID id = UUID.randomUUID();
        SealedContent sealing = new SealedContent(SECRET);
        byte[] sealed = sealing.seal(id, "Hello".getBytes(StandardCharsets.UTF_8));

        assertThat(new SealedContent(SECRET).open(id, sealed)).asString().isEqualTo("Hello");
        assertThatThrownBy(() -> new SealedContent(SECRET + "2").open(id, sealed))
                .isInstanceOf(DeadLetterException.class)
                .hasMessageContaining("another llm.deadLetters.secret");
        assertThatThrownBy(() -> sealing.open(UUID.randomUUID(), sealed)).isInstanceOf(DeadLetterException.class);
        sealed[sealed.length - 1]++;
        assertThatThrownBy(() -> sealing.open(id, sealed)).isInstanceOf(DeadLetterException.class);
        assertThatThrownBy(() -> sealing.open(id, new byte[3])).isInstanceOf(DeadLetterException.class);
    }

    @Test
    void nothingIsKeptUnlessSomebodySaysSo() {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThat(DeadLetters.find(context)).isEmpty();
            assertThat(DeadLetters.keepsGateway(context)).isFalse();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wrongSettingsAreRefusedWithTheirPlace() {
        assertThatThrownBy(() -> DeadLetterSettings.of(Map.of("gateway", "true")))
                .hasMessageStartingWith("property llm.deadLetters.secret is missing");
        assertThatThrownBy(() -> DeadLetterSettings.of(Map.of("secret", "short")))
                .hasMessageContaining("at least 16 characters")
                .hasMessageNotContaining("short");
        assertThatThrownBy(() -> DeadLetterSettings.of(Map.of("maxCount", "0")))
                .hasMessage("property llm.deadLetters.maxCount: expected a whole number from 1 to 100000, got '0'");
        assertThatThrownBy(() -> DeadLetterSettings.of(Map.of("maxAge", "long")))
                .hasMessageContaining("a duration such as 7d");
        assertThatThrownBy(() -> DeadLetterSettings.of(Map.of("gateway", "yes")))
                .hasMessageContaining("true or false");
        assertThatThrownBy(() -> DeadLetterSettings.of(Map.of("keep", "yes"))).hasMessageContaining("no such setting");
        DeadLetterSettings usual = DeadLetterSettings.of(Map.of("secret", SECRET));
        assertThat(usual)
                .isEqualTo(new DeadLetterSettings(
                        Optional.of(SECRET), false, Duration.ofDays(7), 1000, 1 << 20, 64L << 20, Optional.empty()));
        assertThat(usual.toString()).doesNotContain(SECRET);
    }
}
