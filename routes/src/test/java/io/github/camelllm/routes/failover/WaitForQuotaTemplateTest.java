package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaitForQuotaTemplateTest {
    private static TemplateRun run(Dsl dsl, String... more) throws Exception {
        List<String> parameters = new ArrayList<>(List.of("from", "direct:ask", "model", "openai/gpt-5-mini"));
        parameters.addAll(List.of(more));
        return new TemplateRun(Simulator.builder().responder(Responders.echo()))
                .with(dsl, "llm-wait-for-quota", new WaitForQuotaTemplate(), parameters.toArray(new String[0]))
                .start();
    }

    /** Sends questions on this thread; each is with the provider or waits when the next one is sent. */
    private static final class Sender {
        private final TemplateRun run;
        private final AsyncProducer producer;
        private final List<Exchange> sent = new ArrayList<>();
        private final CountDownLatch open;

        Sender(TemplateRun run, int expected) throws Exception {
            this.run = run;
            producer = run.context().getEndpoint("direct:ask").createAsyncProducer();
            producer.start();
            open = new CountDownLatch(expected);
        }

        void send(String question, String priority) {
            Exchange exchange = run.context().getEndpoint("direct:ask").createExchange();
            exchange.getMessage().setBody(question);
            if (!priority.isEmpty()) {
                exchange.getMessage().setHeader(FailoverHeaders.PRIORITY, priority);
            }
            sent.add(exchange);
            producer.process(exchange, doneSync -> open.countDown());
        }

        void awaitAll() throws InterruptedException {
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<String> prompts(TemplateRun run) {
        return run.simulator().requests().stream()
                .map(RecordedRequest::chat)
                .map(chat -> chat.orElseThrow().messages().get(0).text())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void answersEveryMessageAlthoughTheQuotaIsUsedUpInBetween(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "concurrency", "3")) {
            run.simulator().failNext(2, Fault.parse("status=429;retry-after-ms=20"));
            Sender sender = new Sender(run, 60);
            for (int i = 0; i < 60; i++) {
                sender.send("question " + i, "");
            }
            sender.awaitAll();

            for (int i = 0; i < 60; i++) {
                assertThat(sender.sent.get(i).getException()).isNull();
                assertThat(sender.sent.get(i).getMessage().getBody()).isEqualTo("question " + i);
            }
            assertThat(run.simulator().requestCount()).isEqualTo(62);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void letsHighGoBeforeNormalBeforeLow(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "concurrency", "1")) {
            run.simulator().failNext(Fault.parse("stall=head"));
            Sender sender = new Sender(run, 7);
            sender.send("first", "");
            run.awaitStalled(1);
            sender.send("low 1", "low");
            sender.send("normal 1", "");
            sender.send("high 1", "high");
            sender.send("low 2", "low");
            sender.send("normal 2", "normal");
            sender.send("high 2", "HIGH");
            run.simulator().releaseStalls();
            sender.awaitAll();

            assertThat(prompts(run))
                    .containsExactly("first", "high 1", "high 2", "normal 1", "normal 2", "low 1", "low 2");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsThePlaceOfAMessageThatWasRefused(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "concurrency", "1")) {
            run.simulator().failNext(Fault.parse("status=429;retry-after-ms=20"));
            Sender sender = new Sender(run, 3);
            sender.send("first", "");
            sender.send("second", "");
            sender.send("third", "");
            sender.awaitAll();

            assertThat(prompts(run)).containsExactly("first", "first", "second", "third");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void refusesAMessageIfTooManyWait(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "concurrency", "1", "capacity", "1")) {
            run.simulator().failNext(Fault.parse("stall=head"));
            Sender sender = new Sender(run, 3);
            sender.send("with the provider", "");
            sender.send("waits", "");
            sender.send("one too many", "");

            assertThat(sender.sent.get(2).getException())
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("1 messages wait already");
            assertThat(sender.sent.get(2).getMessage().getBody()).isEqualTo("one too many");
            run.awaitStalled(1);
            run.simulator().releaseStalls();
            sender.awaitAll();
            assertThat(sender.sent.get(1).getMessage().getBody()).isEqualTo("waits");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsAMessageThatWouldWaitTooLong(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "longestWait", "1000")) {
            run.simulator().failNext(Fault.parse("status=429;retry-after=3600"));

            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getException()).isInstanceOf(LlmRateLimitedException.class);
            assertThat(done.getMessage().getBody()).isEqualTo("Hi");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void doesNotWaitForWhatWaitingDoesNotHelp(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "concurrency", "1")) {
            run.simulator().failNext(Fault.parse("quota"));
            run.simulator().failNext(Fault.parse("status=503"));

            assertThat(run.ask("direct:ask", "Hi").getException()).isInstanceOf(LlmRateLimitedException.class);
            assertThat(run.ask("direct:ask", "Hi").getException()).isInstanceOf(LlmUnavailableException.class);
            // Both have left: there is a place for the next
            assertThat(run.ask("direct:ask", "Hi").getMessage().getBody()).isEqualTo("Hi");
            assertThat(run.simulator().requestCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void saysWhichPrioritiesThereAre(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl)) {
            Sender sender = new Sender(run, 1);
            sender.send("Hi", "urgent");

            assertThat(sender.sent.get(0).getException())
                    .hasMessageContaining("LlmPriority: expected one of [high, normal, low]");
        }
    }

    @Test
    void failsWhoStillWaitsWhenItStops() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            WaitingRoom room = new WaitingRoom();
            room.setCamelContext(context);
            room.setConcurrency(1);
            room.start();
            Exchange inside = new DefaultExchange(context);
            Exchange waiting = new DefaultExchange(context);
            CountDownLatch done = new CountDownLatch(1);
            assertThat(room.process(inside, doneSync -> {})).isTrue();
            assertThat(room.process(waiting, doneSync -> done.countDown())).isFalse();
            assertThat(room.size()).isEqualTo(1);

            room.stop();

            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(inside.getException()).isNull();
            assertThat(waiting.getException())
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("the route stopped");
        }
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        try (TemplateRun run = new TemplateRun(Simulator.builder().responder(Responders.echo()))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-wait-for-quota-action?model=openai/gpt-5-mini")
                                .to("kamelet:llm-wait-for-quota-action?model=openai/gpt-5-mini&concurrency=1");
                    }
                })
                .start()) {
            run.simulator().failNext(Fault.parse("status=429;retry-after-ms=10"));

            assertThat(run.ask("direct:in", "Hi").getMessage().getBody()).isEqualTo("Hi");
            // Two steps are two rooms: the second asks as well
            assertThat(run.simulator().requestCount()).isEqualTo(3);
        }
    }
}
