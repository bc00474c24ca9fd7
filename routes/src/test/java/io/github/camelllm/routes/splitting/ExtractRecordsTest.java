package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Pacing;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class ExtractRecordsTest {
    private static final String SCHEMA = "resource:classpath:splitting/id.schema.json";
    private static final Pattern ID = Pattern.compile("\"id\":\"(\\w+)\"");

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final Simulator simulator = Simulator.builder()
            .responder(ExtractRecordsTest::answer)
            .pacing(Pacing.of(Duration.ofMillis(1), Duration.ZERO))
            .build()
            .start();
    private final SimulatedContext context = new SimulatedContext(simulator);

    @TempDir
    Path folder;

    /** The id of the record; records called wrong… get an answer that does not conform, refused… none at all. */
    private static ScriptedAnswer answer(ChatRequest request) {
        String id = id(request);
        if (id.startsWith("refused")) {
            return ScriptedAnswer.failing(Fault.parse("prompt-filtered"));
        }
        if (id.startsWith("late")) {
            return ScriptedAnswer.text("{\"id\":\"" + id + "\"}").withFault(Fault.parse("delay=80ms"));
        }
        return ScriptedAnswer.text(id.startsWith("wrong") ? "{}" : "{\"id\":\"" + id + "\"}");
    }

    private static String id(ChatRequest request) {
        String found = "none";
        for (ChatMessage message : request.messages()) {
            if (message instanceof ChatMessage.User user) {
                var id = ID.matcher(user.text());
                found = id.find() ? id.group(1) : found;
            }
        }
        return found;
    }

    private MockEndpoint start(Dsl dsl, Map<String, String> parameters) throws Exception {
        dsl.load(context, "llm-extract-records", new ExtractRecordsTemplate());
        Map<String, String> all = new HashMap<>(Map.of(
                "from", "direct:file",
                "to", "mock:answer",
                "model", "openai/gpt-5-mini",
                "schema", SCHEMA,
                "source", "${file:name}",
                "deadLetters", folder.resolve("bad").toString()));
        all.putAll(parameters);
        TemplatedRouteBuilder route = TemplatedRouteBuilder.builder(context, "llm-extract-records");
        all.forEach(route::parameter);
        route.add();
        context.start();
        return context.getEndpoint("mock:answer", MockEndpoint.class);
    }

    private Exchange send(String csv) {
        return context.createProducerTemplate().request("direct:file", exchange -> {
            exchange.getMessage().setBody(csv);
            exchange.getMessage().setHeader(Exchange.FILE_NAME, "file");
        });
    }

    private static String csv(List<String> ids) {
        return "id,text\n"
                + String.join("", ids.stream().map(id -> id + ",words\n").toList());
    }

    private static List<String> ids(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "r" + i).toList();
    }

    private List<JsonNode> deadLetters() throws IOException {
        List<JsonNode> letters = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("bad/file.bad.jsonl"))) {
            letters.add(new ObjectMapper().readTree(line));
        }
        return letters;
    }

    @AfterEach
    void close() {
        context.stop();
        simulator.close();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void eachRecordIsAskedAboutOnceAndTheSumOfUsageAndCostIsKnown(Dsl dsl) throws Exception {
        MockEndpoint answers = start(dsl, Map.of("instructions", "Read it & say: what's the id?"));

        Exchange file = send(csv(ids(40)));

        assertThat(file.getException()).isNull();
        assertThat(answers.getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody(String.class))
                .containsExactlyInAnyOrderElementsOf(
                        ids(40).stream().map(id -> "{\"id\":\"" + id + "\"}").toList());
        assertThat(answers.getExchanges()).allSatisfy(exchange -> assertThat(exchange.getVariable("record", Map.class))
                .containsEntry("text", "words"));
        assertThat(file.getMessage().getHeader(LlmConstants.INPUT_TOKENS))
                .isEqualTo(simulator.bill().inputTokens());
        assertThat(file.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS))
                .isEqualTo(simulator.bill().outputTokens());
        assertThat(file.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                .isPositive();
        assertThat(file.getMessage().getHeader(SplitHeaders.CALLS)).isEqualTo(40L);
        assertThat(((ChatMessage.Developer) simulator
                                .requests()
                                .get(0)
                                .chat()
                                .orElseThrow()
                                .messages()
                                .get(0))
                        .text())
                .startsWith("Read it & say: what's the id?");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void badRecordsAreDeadLettersWithTheReasonAndTheRestIsUnaffected(Dsl dsl) throws Exception {
        MockEndpoint answers = start(dsl, Map.of());

        Exchange file = send("id,text\nr1,a\nr2,a,b\nwrong3,\"secret, sauce\"\nr4,a\nrefused5,a\nr6,a\n");

        assertThat(file.getException()).isNull();
        assertThat(answers.getExchanges()).hasSize(3);
        assertThat(file.getMessage().getHeaders())
                .containsEntry(SplitHeaders.RECORDS, 6L)
                .containsEntry(SplitHeaders.BAD, 3L)
                .containsEntry(SplitHeaders.SKIPPED, 0L);
        assertThat(deadLetters())
                .extracting(letter -> letter.get("record").asInt() + " "
                        + letter.get("reason").asText() + " " + letter.get("data"))
                .containsExactlyInAnyOrder(
                        "2 BadRecordException \"r2,a,b\"",
                        "3 LlmMalformedResponseException {\"id\":\"wrong3\",\"text\":\"secret, sauce\"}",
                        "5 LlmContentFilteredException {\"id\":\"refused5\",\"text\":\"a\"}");
        assertThat(deadLetters())
                .allSatisfy(letter ->
                        assertThat(letter.get("message").asText()).isNotEmpty().doesNotContain("sauce"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void noMoreCallsAreUnderWayThanTheParallelismAllowsAndReadingWaitsForThem(Dsl dsl) throws Exception {
        try (Simulator counting = Simulator.builder()
                .responder(request -> {
                    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    return answer(request).withPacing(Pacing.of(Duration.ofMillis(20), Duration.ZERO));
                })
                .build()
                .start()) {
            SimulatedContext counted = new SimulatedContext(counting);
            // It would read the stream to its end before the first record
            counted.setStreamCaching(false);
            try {
                dsl.load(counted, "llm-extract-records", new ExtractRecordsTemplate());
                TemplatedRouteBuilder.builder(counted, "llm-extract-records")
                        .parameter("from", "direct:file")
                        .parameter("to", "direct:count")
                        .parameter("model", "openai/gpt-5-mini")
                        .parameter("schema", SCHEMA)
                        .parameter("parallelism", "5")
                        .add();
                counted.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:count").process(exchange -> underWay.decrementAndGet());
                    }
                });
                counted.start();
                CountedLines lines = new CountedLines(300);
                AtomicInteger furthestAhead = new AtomicInteger();
                lines.onRead(read -> furthestAhead.accumulateAndGet(read - (int) counting.requestCount(), Math::max));

                Exchange file = counted.createProducerTemplate().request("direct:file", exchange -> {
                    exchange.getMessage().setBody(lines);
                    exchange.getMessage().setHeader(Exchange.FILE_NAME, "file");
                });

                assertThat(file.getException()).isNull();
                assertThat(counting.requestCount()).isEqualTo(300);
                // A call counts until its record has ended, so that this is the bound from the other side too
                assertThat(mostUnderWay.get()).isBetween(2, 5);
                // What the buffers on the way hold, at 12 KB a record
                assertThat(furthestAhead.get()).isLessThan(60);
            } finally {
                counted.stop();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void orderIsKeptIfAskedForThoughLaterAnswersComeFirst(Dsl dsl) throws Exception {
        MockEndpoint answers = start(dsl, Map.of("ordered", "true", "parallelism", "6"));
        List<String> ids = IntStream.rangeClosed(1, 60)
                .mapToObj(i -> (i % 9 == 1 ? "late" : i % 10 == 0 ? "wrong" : "r") + i)
                .toList();

        Exchange file = send(csv(ids));

        assertThat(file.getException()).isNull();
        assertThat(answers.getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody(String.class))
                .containsExactlyElementsOf(ids.stream()
                        .filter(id -> !id.startsWith("wrong"))
                        .map(id -> "{\"id\":\"" + id + "\"}")
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aRefusedKeyStopsTheSplitAndMakesNoDeadLetters(Dsl dsl) throws Exception {
        start(dsl, Map.of("parallelism", "3"));
        simulator.failNext(1000, Fault.status(401));

        Exchange file = send(csv(ids(500)));

        assertThat(file.getException()).isInstanceOf(LlmAuthenticationException.class);
        assertThat(simulator.requestCount()).isLessThan(100);
        assertThat(folder.resolve("bad")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aRouteConfigurationAsksAgainWhileTheProviderIsBusy(Dsl dsl) throws Exception {
        context.addRoutesConfigurations(new RouteConfigurationBuilder() {
            @Override
            public void configuration() {
                routeConfiguration()
                        .onException(io.github.camelllm.chat.LlmException.class)
                        .onWhen(simple("${exception.retryable}"))
                        .maximumRedeliveries(5)
                        .redeliveryDelay(1);
            }
        });
        MockEndpoint answers = start(dsl, Map.of());
        simulator.failNext(5, Fault.parse("status=429;retry-after-ms=2"));

        Exchange file = send(csv(ids(20)));

        assertThat(file.getException()).isNull();
        assertThat(answers.getExchanges()).hasSize(20);
        assertThat(file.getMessage().getHeader(SplitHeaders.BAD)).isEqualTo(0L);
        assertThat(simulator.requestCount()).isEqualTo(25);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void theNextRunGoesOnAndResultAndMarkAreWrittenTogetherOrNotAtAll(Dsl dsl) throws Exception {
        JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:mem:" + dsl + ";DB_CLOSE_DELAY=-1", "sa", "");
        execute(database, "create table results (record bigint primary key, answer varchar(1000))");
        context.getRegistry().bind("database", database);
        context.getRegistry().bind("finished", new JdbcMessageIdRepository(database, "records"));
        context.getRegistry().bind("oneTransaction", new JdbcTransaction(new DataSourceTransactionManager(database)));
        AtomicInteger writes = new AtomicInteger();
        Set<Boolean> transactionsAtCalls = ConcurrentHashMap.newKeySet();
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                transactionsAtCalls.add(TransactionSynchronizationManager.isActualTransactionActive());
            }

            @Override
            public boolean isEnabled(CamelEvent event) {
                return event instanceof CamelEvent.ExchangeSendingEvent sending
                        && sending.getEndpoint().getEndpointUri().startsWith("llm:");
            }
        });
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:write")
                        .to("sql:insert into results values (:#LlmRecordNumber, :#${body})?dataSource=#database")
                        .process(exchange -> {
                            if (writes.incrementAndGet() == 12) {
                                throw new IllegalStateException("after the insert, before the mark");
                            }
                        });
            }
        });
        start(
                dsl,
                Map.of("to", "direct:write", "done", "finished", "transaction", "oneTransaction", "parallelism", "3"));
        List<String> ids = new ArrayList<>(ids(30));
        ids.set(4, "wrong5");

        Exchange first = send(csv(ids));
        long asked = simulator.requestCount();
        List<String> afterFirst = query(database, "select record from results");
        Exchange second = send(csv(ids));
        Exchange third = send(csv(ids));

        assertThat(transactionsAtCalls).containsExactly(false);
        assertThat(first.getException()).hasMessageContaining("after the insert, before the mark");
        assertThat(afterFirst).hasSizeBetween(11, 29);
        assertThat(query(database, "select messageid from camel_messageprocessed where messageid like 'file#%'"))
                .hasSize(29);
        assertThat(second.getException()).isNull();
        assertThat(query(database, "select record from results")).hasSize(29);
        assertThat(new TreeSet<>(query(database, "select answer from results"))).hasSize(29);
        assertThat(second.getMessage().getHeader(SplitHeaders.SKIPPED, Long.class))
                .isGreaterThanOrEqualTo(11);
        assertThat(third.getMessage().getHeaders())
                .containsEntry(SplitHeaders.SKIPPED, 30L)
                .containsEntry(SplitHeaders.CALLS, 0L);
        assertThat(deadLetters()).hasSize(1);
        // Only the answers of those under way when the first run stopped were asked for again
        assertThat(simulator.requestCount()).isLessThanOrEqualTo(asked + (30 - afterFirst.size()) + 2);
        database.dispose();
    }

    @Test
    void theKameletIsOneStep() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:file")
                        .toF(
                                "kamelet:llm-extract-records-action?model=openai/gpt-5-mini&schema=%s&to=mock:answer"
                                        + "&deadLetters=%s&source=x",
                                SCHEMA, folder.resolve("bad"))
                        .setHeader("after", simple("${header.LlmRecords}"));
            }
        });
        context.start();

        Exchange file = send(csv(ids(7)));

        assertThat(file.getException()).isNull();
        assertThat(file.getMessage().getHeader("after", Long.class)).isEqualTo(7);
        context.getEndpoint("mock:answer", MockEndpoint.class).expectedMessageCount(7);
        MockEndpoint.assertIsSatisfied(context);
    }

    @Test
    void halfALineAtTheEndOfTheDeadLettersIsTakenAway() throws Exception {
        Files.createDirectories(folder.resolve("bad"));
        Files.writeString(
                folder.resolve("bad/file.bad.jsonl"),
                "{\"source\":\"file\",\"record\":2,\"reason\":\"x\"}\n{\"source\":\"file\",\"rec");
        start(Dsl.JAVA, Map.of());

        Exchange file = send(csv(List.of("r1", "wrong2", "wrong3", "r4")));

        assertThat(file.getException()).isNull();
        assertThat(deadLetters())
                .extracting(letter -> letter.get("record").asInt())
                .containsExactly(2, 3);
        assertThat(file.getMessage().getHeader(SplitHeaders.SKIPPED)).isEqualTo(1L);
    }

    private static void execute(JdbcConnectionPool database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> query(JdbcConnectionPool database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }
}
