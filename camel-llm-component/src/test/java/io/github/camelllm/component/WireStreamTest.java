package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** Answers that stream in a wire format: the bytes as they come, their end, and what becomes of a reader that stops. */
class WireStreamTest extends WireRouteTest {
    @Override
    Map<String, String> properties() {
        return Map.of("llm.router.same.targets", "openai/" + MODEL + ",openai/gpt-5-nano");
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:openai").to(OPENAI);
                from("direct:text").to(OPENAI).convertBodyTo(String.class);
            }
        };
    }

    @Test
    void passesAStreamOnAsItComesAndWithholdsTheUsageThatOnlyWeAskedFor() throws Exception {
        server.play(stream("Hel", "lo").chunk(streamEnd()));

        Exchange done = direct(OPENAI, streaming(REQUEST));
        Client client = read(stream(done));

        assertThat(client.end()).isEmpty();
        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(sent.at("/tomorrows_parameter/deep/1").asText()).isEqualTo("2.5");
        String end = streamEnd();
        String usage = end.substring(end.indexOf("data:", 1), end.indexOf("data: [DONE]"));
        assertThat(client.text()).isEqualTo(chunk("Hel") + chunk("lo") + end.replace(usage, ""));
        CallRecord record = takeRecord();
        assertThat(stream(done).record().get(20, TimeUnit.SECONDS)).isEqualTo(record);
        assertThat(record.usage().orElseThrow().outputTokens()).hasValue(500);
        assertThat(record.usageSource()).isEqualTo(UsageSource.REPORTED);
        assertThat(record.cost().orElseThrow().total().amount()).isEqualByComparingTo("0.00125");
        assertThat(record.finishReason()).contains(FinishReason.STOP);
        assertThat(done.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("text/event-stream");
        assertThat(done.getMessage().getHeader(LlmConstants.PROVIDER)).isEqualTo("openai");
        assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo(MODEL);
        assertThat(done.getMessage().getHeader(LlmConstants.CALL_ID))
                .isEqualTo(record.callId().toString());
    }

    @Test
    void givesAClientThatAsksForUsageEveryByte() throws Exception {
        server.play(stream("Hello").chunk(streamEnd()));

        String request = streaming(REQUEST).replaceFirst("\\{", "{\"stream_options\":{\"include_usage\":true},");
        Client client = read(stream(direct(OPENAI, request)));

        assertThat(client.end()).isEmpty();
        assertThat(client.text()).isEqualTo(chunk("Hello") + streamEnd());
        assertThat(server.takeRequest().text()).isEqualTo(request.replace("\"their-name\"", "\"" + MODEL + "\""));
    }

    @Test
    void keepsOtherOptionsOfAStreamWhenItAsksForUsage() throws Exception {
        server.play(stream("Hello").chunk(streamEnd()));

        String request =
                streaming(REQUEST).replaceFirst("\\{", "{\"stream_options\":{\"x\":1,\"include_usage\":false},");
        read(stream(direct(OPENAI, request))).end();

        assertThat(Json.MAPPER.readTree(server.takeRequest().body()).get("stream_options"))
                .isEqualTo(Json.MAPPER.readTree("{\"x\":1,\"include_usage\":true}"));
    }

    @Test
    void failsLoudlyWhenAStreamEndsBeforeItsEndMarker() throws Exception {
        server.play(stream("Hel", "lo"));

        Client client = read(stream(direct(OPENAI, streaming(REQUEST))));

        assertThat(client.end()).containsInstanceOf(LlmMalformedResponseException.class);
        assertThat(client.text()).startsWith(chunk("Hel") + chunk("lo") + "data: {\"error\":");
        CallRecord record = takeRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(record.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(record.usage().orElseThrow().outputTokens().orElseThrow()).isPositive();
    }

    @Test
    void tellsAClientOfAnErrorWithinTheStreamInItsOwnShape() throws Exception {
        server.play(stream("Hel").chunk("data: {\"error\":{\"message\":\"no\",\"code\":\"server_error\"}}\n\n"));

        Client client = read(stream(direct(OPENAI, streaming(REQUEST))));

        assertThat(client.end()).containsInstanceOf(LlmUnavailableException.class);
        String events = client.text().substring(chunk("Hel").length());
        assertThat(events).startsWith("data: {\"error\":").doesNotContain("\"no\"");
    }

    @Test
    void failsTheStepWhenAStreamFailsBeforeItsFirstWord() throws Exception {
        server.play(Answer.sse().chunk("data: {\"error\":{\"message\":\"no\",\"code\":\"server_error\"}}\n\n"));

        Exchange done = direct(OPENAI, streaming(REQUEST));

        assertThat(done.getException()).isInstanceOf(LlmUnavailableException.class);
    }

    @Test
    void asksAgainWhenAStreamBreaksBeforeWhatIsHeldBack() throws Exception {
        server.play(stream("Ha", "ha").cut(), stream("a", "b", "c").chunk(streamEnd()));

        Client client =
                read(stream(direct(OPENAI + "&commitAfterEvents=3&maxRetries=1&retryBackoff=1ms", streaming(REQUEST))));

        assertThat(client.end()).isEmpty();
        assertThat(client.text())
                .startsWith(chunk("a") + chunk("b") + chunk("c"))
                .doesNotContain("Ha");
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.SUCCEEDED);
    }

    @Test
    void goesOverToAnotherTargetBeforeTheFirstWordOfAStream() throws Exception {
        server.play(stream().cut(), stream("Hello").chunk(streamEnd()));

        Exchange done = direct("llm:router/same?wireFormat=openai-chat", streaming(REQUEST));

        assertThat(read(stream(done)).end()).isEmpty();
        assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-nano");
        assertThat(done.getMessage().getHeader(LlmConstants.ROUTER)).isEqualTo("same");
    }

    @Test
    void cancelsTheCallWhenItsSubscriberDoes() throws Exception {
        Gate never = new Gate();
        server.play(stream("Hel").await(never).chunk(chunk("lo")));
        LlmWireStream stream = stream(direct(OPENAI, streaming(REQUEST)));

        Client client = read(stream);
        client.first.get(20, TimeUnit.SECONDS);
        client.subscription.cancel();

        assertThat(server.takeClosed().byClient()).isTrue();
        never.open();
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(stream.record().get(20, TimeUnit.SECONDS).outcome()).isEqualTo(CallOutcome.CANCELLED);
    }

    @Test
    void stopsReadingWhileItsSubscriberAsksForNothing() throws Exception {
        String large = chunk("x".repeat(8000));
        Gate subscribed = new Gate();
        Answer answer = stream("Hel").await(subscribed);
        int chunks = 400;
        for (int i = 0; i < chunks; i++) {
            answer = answer.chunk(large);
        }
        server.play(answer.chunk(streamEnd()));
        LlmWireStream stream = stream(direct(OPENAI, streaming(REQUEST)));
        Client client = new Client();
        stream.subscribe(client);
        subscribed.open();

        server.otherwise(answer("Hello"));
        for (int i = 0; i < 30; i++) {
            // The thread that reads has had many turns by then
            body(ask("direct:openai", REQUEST));
        }
        assertThat(transport.bodyBytes()).isLessThan(chunks * 8000L / 4);
        assertThat(client.bytes.size()).isZero();

        client.subscription.request(Long.MAX_VALUE);
        assertThat(client.end()).isEmpty();
        assertThat(client.bytes.size()).isGreaterThan(chunks * 8000);
    }

    @Test
    void givesOneReaderAllBytes() {
        server.play(stream("Hello").chunk(streamEnd()));

        Exchange done = ask("direct:text", streaming(REQUEST));

        assertThat(done.getMessage().getBody(String.class))
                .startsWith(chunk("Hello"))
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void throwsAtAReaderWhoseStreamBreaksOff() throws Exception {
        server.play(stream("Hello"));

        InputStream in = context.getTypeConverter()
                .mandatoryConvertTo(InputStream.class, stream(direct(OPENAI, streaming(REQUEST))));

        assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("broke off");
    }

    @Test
    void hasOneSubscriber() throws Exception {
        server.play(stream("Hello").chunk(streamEnd()));
        LlmWireStream stream = stream(direct(OPENAI, streaming(REQUEST)));
        read(stream).end();

        assertThat(read(stream).end()).containsInstanceOf(IllegalStateException.class);
    }
}
