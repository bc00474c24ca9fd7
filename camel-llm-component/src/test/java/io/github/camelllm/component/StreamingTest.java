package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.EventBuffer;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.wire.Json;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;

class StreamingTest extends LlmRouteTest {
    private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String stream = "llm:openai/" + MODEL + "?streaming=true";
                from("direct:split")
                        .to(stream)
                        .split(body())
                        .streaming()
                        .process(exchange -> pieces.add(exchange.getMessage().getBody(String.class)))
                        .end()
                        .to("mock:after");
                from("direct:stopping")
                        .to(stream)
                        .split(body())
                        .streaming()
                        .stopOnException()
                        .process(exchange -> {
                            pieces.add(exchange.getMessage().getBody(String.class));
                            throw new IllegalStateException("enough");
                        })
                        .end();
                from("direct:text").to(stream).convertBodyTo(String.class);
                from("direct:sse").to(stream).process(exchange -> {
                    InputStream in = exchange.getMessage().getMandatoryBody(InputStream.class);
                    exchange.getMessage().setBody(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                });
                from("direct:close").to(stream).process(exchange -> {
                    LlmStream answer = exchange.getMessage().getMandatoryBody(LlmStream.class);
                    pieces.add(answer.next());
                    answer.close();
                    assertThat(answer.hasNext()).isFalse();
                });
                from("direct:ignored").to(stream).setBody(constant("done"));
                from("direct:publisher").to(stream).process(exchange -> {
                    Flow.Publisher<?> publisher = exchange.getMessage().getMandatoryBody(Flow.Publisher.class);
                    exchange.setProperty("publisher", publisher);
                    publisher.subscribe(collector);
                });
                from("direct:schema")
                        .to(stream + "&jsonSchema=RAW({\"type\":\"object\",\"required\":[\"city\"]})")
                        .convertBodyTo(String.class);
            }
        };
    }

    private final Collector collector = new Collector();

    private static final class Collector implements Flow.Subscriber<Object> {
        final List<String> received = new ArrayList<>();
        final CompletableFuture<String> done = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object item) {
            received.add(item.toString());
        }

        @Override
        public void onError(Throwable throwable) {
            done.completeExceptionally(throwable);
        }

        @Override
        public void onComplete() {
            done.complete(String.join("", received));
        }
    }

    @Test
    void splitsPiecesWhileTheyComeAndPutsUsageOnTheOriginalExchange() throws Exception {
        Gate gate = new Gate();
        server.play(stream("Hel", "lo ").await(gate).chunk(chunk("world")).chunk(streamEnd()));
        MockEndpoint after = getMockEndpoint("mock:after");
        after.expectedMessageCount(1);

        CompletableFuture<Exchange> done = template.asyncSend(
                "direct:split", exchange -> exchange.getMessage().setBody("Hi"));
        // Camel's split looks one piece ahead: the first is out when the second has come, before the third.
        assertThat(pieces.poll(20, TimeUnit.SECONDS)).isEqualTo("Hel");
        gate.awaitReached();
        assertThat(after.getReceivedCounter()).isZero();
        gate.open();
        Exchange result = done.get(20, TimeUnit.SECONDS);

        assertThat(pieces).containsExactly("lo ", "world");
        MockEndpoint.assertIsSatisfied(context);
        assertThat(result.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(1000L);
        assertThat(result.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS)).isEqualTo(500L);
        assertThat(result.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                .isEqualByComparingTo("0.00125");
        assertThat(result.getMessage().getHeader(LlmConstants.FINISH_REASON)).isEqualTo("stop");
        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.path("stream").asBoolean()).isTrue();
        assertThat(sent.at("/stream_options/include_usage").asBoolean()).isTrue();
        CallRecord record = takeRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(record.usageSource()).isEqualTo(UsageSource.REPORTED);
        assertThat(record.timeToFirstChunk()).isPresent();
        assertThat(record.chunks()).isEqualTo(3);
        assertThat(record.startedAfter()).isPresent();
    }

    @Test
    void routeThatOnlyReadsTheBodyGetsTheWholeAnswer() {
        server.play(stream("Hel", "lo").chunk(streamEnd()));

        assertThat(template.requestBody("direct:text", "Hi", String.class)).isEqualTo("Hello");
    }

    @Test
    void becomesServerSentEvents() {
        server.play(stream("a b", "c\nd").chunk(streamEnd()));

        assertThat(template.requestBody("direct:sse", "Hi", String.class))
                .isEqualTo("data: a b\n\ndata: c\ndata: d\n\nevent: done\ndata: {}\n\n");
    }

    @Test
    void becomesAPublisherThatOutlivesTheExchange() throws Exception {
        Gate gate = new Gate();
        server.play(stream("Hel").await(gate).chunk(chunk("lo")).chunk(streamEnd()));

        Exchange done = template.request(
                "direct:publisher", exchange -> exchange.getMessage().setBody("Hi"));
        gate.open();

        assertThat(collector.done.get(20, TimeUnit.SECONDS)).isEqualTo("Hello");
        assertThat(takeRecord().usage()).isPresent();
        // The exchange had gone on: nothing may be changed in it from another thread.
        assertThat(done.getMessage().getHeaders()).doesNotContainKey(LlmConstants.INPUT_TOKENS);
    }

    @Test
    void publisherTellsOfAStreamThatIsCut() {
        Gate gate = new Gate();
        server.play(stream("Hel").await(gate).cut());

        template.requestBody("direct:publisher", "Hi");
        gate.open();

        assertThat(collector.done)
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(LlmUnavailableException.class);
        assertThat(collector.received).containsExactly("Hel");
    }

    @Test
    void streamClosedWhileItIsReadIsNoWholeAnswer() {
        EventBuffer events = new EventBuffer();
        LlmStream stream = new LlmStream(events, () -> false, (whole, detached) -> {});
        events.put(new StreamEvent.TextDelta(0, "Hel"));
        assertThat(stream.next()).isEqualTo("Hel");
        events.put(new StreamEvent.TextDelta(0, "lo"));

        stream.close();

        assertThatThrownBy(stream::readAll).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void failureBeforeTheFirstPieceFailsTheStep() {
        server.play(error(429, "requests", "rate_limit_exceeded"));

        Exchange failed = template.request(
                "direct:text", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).isInstanceOf(LlmRateLimitedException.class);
        assertThat(failed.getMessage().getBody()).isEqualTo("Hi");
    }

    @Test
    void streamThatIsCutFailsAfterWhatArrived() throws Exception {
        Gate gate = new Gate();
        server.play(stream("Hel", "lo ").await(gate).cut());

        CompletableFuture<Exchange> done = template.asyncSend(
                "direct:split", exchange -> exchange.getMessage().setBody("Hi"));
        assertThat(pieces.poll(20, TimeUnit.SECONDS)).isEqualTo("Hel");
        gate.open();
        Exchange failed = done.get(20, TimeUnit.SECONDS);

        assertThat(pieces).containsExactly("lo ");
        assertThat(failed.getException()).isInstanceOf(LlmUnavailableException.class);
        CallRecord record = takeRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(record.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(record.usage().orElseThrow().outputTokens().orElseThrow()).isPositive();
        assertThat(record.cost()).isPresent();
    }

    @Test
    void streamWithoutItsEndMarkerFails() {
        server.play(stream("Hel", "lo"));

        Exchange failed = template.request(
                "direct:text", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).hasStackTraceContaining(LlmMalformedResponseException.class.getName());
    }

    @Test
    void closingEarlyCancelsAndStillBooksWhatWasUsed() throws Exception {
        Gate gate = new Gate();
        server.play(stream("Hel", "lo").await(gate).chunk(streamEnd()));

        Exchange done = template.request(
                "direct:close", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(done.getException()).isNull();
        assertThat(server.takeClosed().byClient()).isTrue();
        CallRecord record = takeRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(record.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(records).isEmpty();
    }

    @Test
    void exchangeThatDoesNotReadItsStreamClosesItWhenDone() throws Exception {
        Gate gate = new Gate();
        server.play(stream("Hel").await(gate).chunk(streamEnd()));

        assertThat(template.requestBody("direct:ignored", "Hi", String.class)).isEqualTo("done");

        assertThat(server.takeClosed().byClient()).isTrue();
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.CANCELLED);
    }

    @Test
    void stoppingASplitDoesNotDrainTheRestOfTheStream() throws Exception {
        Gate gate = new Gate();
        server.play(stream("Hel", "lo").await(gate).chunk(chunk("world")).chunk(streamEnd()));

        Exchange failed = template.request(
                "direct:stopping", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).hasStackTraceContaining("enough");
        assertThat(pieces).containsExactly("Hel");
        assertThat(server.takeClosed().byClient()).isTrue();
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.CANCELLED);
    }

    @Test
    void checksTheSchemaWhenTheStreamEnds() {
        server.play(stream("{\"town\":", "\"Lyon\"}").chunk(streamEnd()));

        Exchange failed = template.request(
                "direct:schema", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).hasStackTraceContaining("does not conform to the schema");
    }

    @Test
    void streamReadAfterItsExchangeIsDoneSaysSo() {
        Gate gate = new Gate();
        server.play(stream("Hel").await(gate).chunk(streamEnd()));
        Exchange done = template.request(
                "direct:ignored", exchange -> exchange.getMessage().setBody("Hi"));
        assertThat(done.getMessage().getBody()).isEqualTo("done");

        EventBuffer events = new EventBuffer();
        LlmStream closed = new LlmStream(events, () -> false, (whole, detached) -> {});
        closed.close();

        assertThatThrownBy(closed::readAll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("read it inside the route");
    }
}
