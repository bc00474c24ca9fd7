package io.github.camelllm.routes.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.call.CallId;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.quality.QualityCounters.Event;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What judges answers by itself. */
class ScoringTest {
    private static final String SCORES = "select name, score, coalesce(label, '') from llm_score order by name";

    private volatile String said = "Hello";
    private final Simulator simulator = Simulator.builder()
            .responder(request -> ScriptedAnswer.text(said))
            .build()
            .start();
    private TestLedger ledger;
    private SimulatedContext context;
    private Quality quality;

    private void start(RouteBuilder routes, String... settings) throws Exception {
        ledger = TestLedger.on(Server.H2);
        // Makes the tables, so that the context need not do so at the same time
        ledger.query("select * from llm_score");
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty("llm." + settings[i], settings[i + 1]);
        }
        context = new SimulatedContext(simulator, properties);
        if (routes != null) {
            context.addRoutes(routes);
        }
        context.start();
        quality = Quality.of(context);
    }

    @AfterEach
    void stop() throws Exception {
        if (context != null) {
            context.close();
            ledger.close();
        }
        simulator.close();
    }

    private static ScoredAnswer answer(String text) {
        return new ScoredAnswer(Optional.of("How long is a metre?"), text, "stop", Optional.empty(), Optional.empty());
    }

    private void offer(ScoredAnswer answer) {
        quality.scoring().offer(CallId.next(), Optional.empty(), answer.answer().length(), () -> answer);
    }

    private void awaitScores(String... expected) {
        await().untilAsserted(() -> assertThat(ledger.query(SCORES)).containsExactly(expected));
    }

    private void awaitCount(String name, Event event, long times) {
        await().untilAsserted(
                        () -> assertThat(quality.counters().of(name, event)).isEqualTo(times));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I'm sorry, but I can't help with that.|0",
                "I’m sorry, but I cannot assist with this request.|0",
                "As an AI language model, I can't have opinions.|0",
                "Es tut mir leid, aber dabei kann ich leider nicht helfen.|0",
                "I cannot provide that.|0",
                "A metre is 100 centimetres.|10000",
                "Sorry for the delay: the parcel cannot be found, but I can send another.|10000"
            })
    void aRefusalScoresZero(String text, int score) throws Exception {
        start(null, "quality.score.refusal.percent", "100");
        offer(answer(text));
        awaitScores("refusal " + score + (score == 0 ? " refused" : " "));
    }

    @Test
    void whatAFilterEndedIsARefusal() throws Exception {
        start(null, "quality.score.refusal.percent", "100");
        offer(new ScoredAnswer(Optional.empty(), "", "content_filter", Optional.empty(), Optional.empty()));
        awaitScores("refusal 0 refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"metres\":1}|10000", "```json~{\"metres\":1}~```|10000", "{\"metres\":\"one\"}|0", "one metre|0"
            })
    void anAnswerIsHeldAgainstItsSchema(String text, int score) throws Exception {
        start(null, "quality.score.schema.percent", "100");
        offer(new ScoredAnswer(
                Optional.empty(),
                text.replace('~', '\n'),
                "stop",
                Optional.of("{\"type\":\"object\",\"properties\":{\"metres\":{\"type\":\"integer\"}}}"),
                Optional.empty()));
        awaitScores("schema " + score + " ");
    }

    @Test
    void anAnswerThatOnlyCallsToolsIsNotHeldAgainstTheSchema() throws Exception {
        start(null, "quality.score.schema.percent", "100");
        offer(new ScoredAnswer(
                Optional.empty(), "", "tool_calls", Optional.of("{\"type\":\"object\"}"), Optional.empty()));
        awaitCount("schema", Event.SKIPPED, 1);
        assertThat(ledger.query(SCORES)).isEmpty();

        // A refusal is an answer, and no JSON
        offer(new ScoredAnswer(
                Optional.empty(), "", "content_filter", Optional.of("{\"type\":\"object\"}"), Optional.empty()));
        awaitScores("schema 0 ");
    }

    @Test
    void whereThereIsNothingToJudgeThereIsNoScore() throws Exception {
        start(null, "quality.score.schema.percent", "100", "quality.score.similarity.percent", "100");
        offer(answer("no schema and no reference"));
        awaitCount("schema", Event.SKIPPED, 1);
        awaitCount("similarity", Event.SKIPPED, 1);
        assertThat(ledger.query(SCORES)).isEmpty();
    }

    @Test
    void anAnswerLikeTheGoodOneScoresHigherThanAnother() throws Exception {
        start(null, "quality.score.similarity.percent", "100");
        for (String text : List.of("A dog sleeps on the sofa.", "Invoices are due within thirty days.")) {
            offer(new ScoredAnswer(
                    Optional.empty(),
                    text,
                    "stop",
                    Optional.empty(),
                    Optional.of("The dog is sleeping on the couch.")));
        }
        await().untilAsserted(() -> assertThat(ledger.query("select score from llm_score where score > 7000"))
                .hasSize(1));
        await().untilAsserted(() -> assertThat(ledger.query("select score from llm_score where score < 3000"))
                .hasSize(1));
    }

    @Test
    void vectorsOfAnEndpointAreComparedToo() throws Exception {
        start(
                null,
                "quality.score.similarity.percent",
                "100",
                "quality.score.similarity.model",
                "openai/text-embedding-3-small");
        offer(new ScoredAnswer(Optional.empty(), "the same", "stop", Optional.empty(), Optional.of("the same")));
        awaitScores("similarity 10000 ");
    }

    @Test
    void cosinesAreThoseOfTheBook() {
        // (1, 2) and (2, 1): 4 ÷ (√5 √5) = 0.8
        assertThat(SimilarityScore.cosine(List.of(1, 2), List.of(2, 1))).isCloseTo(0.8, within(1e-9));
        assertThat(SimilarityScore.cosine(List.of(0, 0), List.of(2, 1))).isZero();
        assertThatThrownBy(() -> SimilarityScore.cosine(List.of(1), List.of(2, 1)))
                .hasMessageContaining("they have 1 and 2 numbers");
    }

    @Test
    void anotherModelJudges() throws Exception {
        said = "{\"score\": 87}";
        start(null, "quality.score.judge.percent", "100", "quality.score.judge.model", "anthropic/claude-haiku-4-5");
        offer(answer("100 centimetres"));
        awaitScores("judge 8700 ");
    }

    @Test
    void aJudgeThatHasSpentItsBudgetSkips() throws Exception {
        start(
                null,
                "quality.score.judge.percent",
                "100",
                "quality.score.judge.model",
                "anthropic/claude-haiku-4-5",
                "budget.judge.limit",
                "0.0000001 USD",
                "budget.judge.window",
                "day",
                "budget.judge.scope.scorer",
                "judge");
        offer(answer("100 centimetres"));
        awaitCount("judge", Event.SKIPPED, 1);
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void aRouteOfTheSameIdTakesThePlaceOfTheReadyOne() throws Exception {
        start(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:llm-score-refusal")
                                .routeId("llm-score-refusal")
                                .setHeader(FeedbackHeaders.SCORE, constant("0.3"))
                                .setHeader(FeedbackHeaders.LABEL, simple("${variable.llmScored[question]}"));
                    }
                },
                "quality.score.refusal.percent",
                "100");
        offer(answer("100 centimetres"));
        awaitScores("refusal 3000 How long is a metre?");
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsDroppedAndCounted() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        start(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:slow").process(exchange -> {
                            busy.countDown();
                            free.await();
                            exchange.getMessage().setHeader(FeedbackHeaders.SCORE, 1);
                        });
                    }
                },
                "quality.score.mine.to",
                "direct:slow",
                "quality.scoring.queue",
                "2");
        offer(answer("1"));
        busy.await();
        for (int i = 0; i < 5; i++) {
            offer(answer("more"));
        }
        assertThat(quality.counters().of("mine", Event.DROPPED)).isEqualTo(3);
        free.countDown();
        awaitCount("mine", Event.KEPT, 3);
    }

    @Test
    void aRouteThatFailsIsCountedAndQuotesNothing() throws Exception {
        start(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:fails").errorHandler(noErrorHandler()).process(exchange -> {
                            throw new IllegalStateException("secret words");
                        });
                    }
                },
                "quality.score.mine.to",
                "direct:fails");
        offer(answer("1"));
        awaitCount("mine", Event.FAILED, 1);
    }

    @Test
    void aStepBehindAModelHasItsAnswerJudged() throws Exception {
        start(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:ask")
                                .to("llm:openai/gpt-5-mini?maxTokens=50")
                                .process(new ScoreAnswer());
                    }
                },
                "quality.score.refusal.percent",
                "100");
        said = "I cannot help with that.";
        var done = context.createProducerTemplate()
                .request("direct:ask", in -> in.getMessage().setBody("Hi"));
        awaitScores("refusal 0 refused");
        assertThat(done.getMessage().getBody(String.class)).isEqualTo("I cannot help with that.");
        assertThat(ledger.query("select call_id from llm_score"))
                .containsExactly(done.getMessage().getHeader(LlmConstants.CALL_ID, String.class));
    }

    @ParameterizedTest
    @CsvSource({"hit,0", "semantic,0", "coalesced,0", "miss,1", "bypass,1"})
    void anAnswerOfTheCacheIsNotJudgedAgain(String status, int times) throws Exception {
        start(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:answered").process(new ScoreAnswer());
                    }
                },
                "quality.score.refusal.percent",
                "100");
        for (String from : List.of(status, "miss")) {
            context.createProducerTemplate()
                    .sendBodyAndHeaders(
                            "direct:answered",
                            "A metre is 100 centimetres.",
                            Map.of(LlmConstants.CALL_ID, CallId.next().toString(), LlmConstants.CACHE_STATUS, from));
        }
        // One thread judges them in order
        awaitCount("refusal", Event.KEPT, times + 1);
        assertThat(ledger.query(SCORES)).hasSize(times + 1);
    }

    /** The share of a call depends on its id and the name alone, and shares are spread evenly. */
    @Test
    void samplesAreTheSameEverywhere() {
        UUID id = UUID.fromString("019aa0c2-0000-7000-8000-000000000001");
        assertThat(Scorer.share(id, "judge")).isEqualTo(Scorer.share(id, "judge"));
        assertThat(Scorer.share(id, "judge")).isNotEqualTo(Scorer.share(id, "refusal"));
        long sampled = IntStream.range(0, 10_000)
                .mapToObj(i -> new UUID(id.getMostSignificantBits(), 0x8000_0000_0000_0000L | i))
                .filter(each -> Scorer.share(each, "judge") < 10)
                .count();
        assertThat(sampled).isBetween(900L, 1100L);
    }

    @Test
    void refusesSettingsThatAreWrong() {
        assertThatThrownBy(() -> ScorerSettings.all(Map.of("score.judge.percent", "5")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("llm.quality.score.judge.model is missing");
        assertThatThrownBy(() -> ScorerSettings.all(Map.of("score.mine.percent", "5")))
                .hasMessageContaining("llm.quality.score.mine.to is missing");
        assertThatThrownBy(() -> ScorerSettings.all(Map.of("score.refusal.percent", "101")))
                .hasMessageContaining("expected a number from 0 to 100");
        assertThatThrownBy(() -> ScorerSettings.all(Map.of("score.refusal", "5")))
                .hasMessageContaining("expected a name and a key");
        assertThatThrownBy(() -> QualitySettings.of(Map.of("scor.refusal", "5")))
                .hasMessageContaining("did you mean");
    }
}
