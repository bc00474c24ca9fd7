package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MapReduceTest {
    private static final Pattern NUMBER = Pattern.compile("Fact (\\d+) holds");

    private final AtomicInteger maps = new AtomicInteger();
    private final AtomicInteger reduces = new AtomicInteger();
    /** Whether it makes a range of the numbers that it is given: 1-4 of 1 2 3 4 and of 1-2 3-4. */
    private volatile boolean brief;

    private final Simulator simulator =
            Simulator.builder().responder(this::answer).build().start();
    private final SimulatedContext context = new SimulatedContext(simulator);

    /** A model that keeps every fact: of a chunk its numbers, of partial answers the same numbers in their order. */
    private ScriptedAnswer answer(ChatRequest request) {
        String text = "";
        for (ChatMessage message : request.messages()) {
            text = message instanceof ChatMessage.User user ? user.text() : text;
        }
        boolean map = text.contains("Fact ");
        (map ? maps : reduces).incrementAndGet();
        assertThat(request.messages().get(0)).isInstanceOf(ChatMessage.Developer.class);
        assertThat(((ChatMessage.Developer) request.messages().get(0)).text())
                .isEqualTo(map ? "List the facts & more" : "Join the lists");
        if (!map) {
            String all = text.replaceAll("\\s+", " ");
            return ScriptedAnswer.text(brief ? all.replaceAll("[ -].*[ -]", "-") : all);
        }
        StringBuilder found = new StringBuilder();
        Matcher number = NUMBER.matcher(text);
        while (number.find()) {
            found.append(number.group(1)).append(' ');
        }
        return ScriptedAnswer.text(found.toString());
    }

    private static String facts(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "Fact " + i + " holds for every parcel that is sent." + (i % 5 == 0 ? "\n\n" : " "))
                .collect(Collectors.joining());
    }

    private static String numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private void start(Dsl dsl, Map<String, String> parameters) throws Exception {
        dsl.load(context, "llm-map-reduce", new MapReduceTemplate());
        Map<String, String> all = new HashMap<>(Map.of(
                "from", "direct:text",
                "model", "openai/gpt-5-mini",
                "mapPrompt", "List the facts & more",
                "reducePrompt", "Join the lists",
                "chunkTokens", "60",
                "reduceTokens", "800",
                "maxTokens", "800"));
        all.putAll(parameters);
        TemplatedRouteBuilder route = TemplatedRouteBuilder.builder(context, "llm-map-reduce");
        all.forEach(route::parameter);
        route.add();
        context.start();
    }

    private Exchange send(String text) {
        return context.createProducerTemplate()
                .request("direct:text", exchange -> exchange.getMessage().setBody(text));
    }

    @AfterEach
    void close() {
        context.stop();
        simulator.close();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void everyChunkIsInTheAnswerInItsPlaceAndTheSumOfAllCallsInTheHeaders(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        Exchange text = send(facts(200));

        assertThat(text.getException()).isNull();
        assertThat(text.getMessage().getBody(String.class)).isEqualTo(numbers(200));
        assertThat(maps.get()).isGreaterThan(20);
        assertThat(reduces.get()).isEqualTo(1);
        assertThat(text.getMessage().getHeaders())
                .containsEntry(SplitHeaders.CALLS, (long) maps.get() + reduces.get())
                .containsEntry(LlmConstants.INPUT_TOKENS, simulator.bill().inputTokens())
                .containsEntry(LlmConstants.OUTPUT_TOKENS, simulator.bill().outputTokens())
                .containsKey(LlmConstants.COST)
                .doesNotContainKey(LlmConstants.SYSTEM_MESSAGE);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void answersThatDoNotFitIntoOneQuestionAreReducedAgain(Dsl dsl) throws Exception {
        brief = true;
        start(dsl, Map.of("reduceTokens", "40"));

        Exchange text = send(facts(200));

        assertThat(text.getException()).isNull();
        assertThat(text.getMessage().getBody(String.class)).isEqualTo("1-200");
        assertThat(reduces.get()).isGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void answersOfWhichNoTwoFitAreAnErrorAndNoEndlessLoop(Dsl dsl) throws Exception {
        start(dsl, Map.of("reduceTokens", "8"));

        assertThat(send(facts(30)).getException())
                .hasMessageContaining("no two fit into reduceTokens=8: lower maxTokens or raise reduceTokens");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aTextOfOneChunkIsAskedAboutOnce(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        assertThat(send(facts(3)).getMessage().getBody(String.class)).isEqualTo("1 2 3");
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aFailedCallFailsTheTextWhichIsLeftAsItWas(Dsl dsl) throws Exception {
        start(dsl, Map.of("parallelism", "2"));
        simulator.failNext(1000, Fault.status(503));

        Exchange text = send(facts(2000));

        assertThat(text.getException()).isInstanceOf(LlmUnavailableException.class);
        assertThat(text.getMessage().getBody()).isEqualTo(facts(2000));
        assertThat(simulator.requestCount()).isLessThan(100);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void tooManyChunksAndNoTextAreRefused(Dsl dsl) throws Exception {
        start(dsl, Map.of("maxChunks", "3"));

        assertThat(send(facts(200)).getException()).hasMessageContaining("more than maxChunks=3 chunks");
        assertThat(send(" \n ").getException()).hasMessage("expected a text, got an empty one");
    }

    @Test
    void theKameletIsOneStep() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:text")
                        .to("kamelet:llm-map-reduce-action?model=openai/gpt-5-mini&mapPrompt=RAW(List the facts & more)"
                                + "&reducePrompt=Join the lists&chunkTokens=60&maxTokens=800")
                        .setBody(simple("Joined: ${body}"));
            }
        });
        context.start();

        assertThat(send(facts(40)).getMessage().getBody()).isEqualTo("Joined: " + numbers(40));
    }
}
