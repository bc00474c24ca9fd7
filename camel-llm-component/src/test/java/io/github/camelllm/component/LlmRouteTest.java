package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.wire.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.opentest4j.AssertionFailedError;

/** A Camel context whose {@code llm:} endpoints talk to a server that plays answers. */
abstract class LlmRouteTest extends CamelTestSupport {
    /** A model with a price in the shipped book: input 0.25, output 2 dollars a million tokens. */
    static final String MODEL = "gpt-5-mini";

    final PlaybackServer server = PlaybackServer.start();

    /** Every record that the component made, in order. */
    final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        LlmComponent component = new LlmComponent();
        component.getConfiguration().setBaseUrl(server.uri("/v1").toString());
        component.getConfiguration().setApiKey("test-key");
        context.addComponent("llm", component);
        Properties properties = new Properties();
        properties.putAll(properties());
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("records", (CallRecordListener) records::add);
        return context;
    }

    /** Properties of the application, for classes that need some. */
    Map<String, String> properties() {
        return Map.of();
    }

    /** Sends a message that has to be answered. */
    Message answered(String uri, Object body, Map<String, Object> headers) {
        Exchange done = template.request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
        if (done.getException() != null) {
            throw new AssertionError(done.getException());
        }
        return done.getMessage();
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    /** Waits for the next record. */
    CallRecord takeRecord() throws InterruptedException {
        CallRecord record = records.poll(20, TimeUnit.SECONDS);
        if (record == null) {
            throw new AssertionFailedError("no call record came");
        }
        return record;
    }

    /** A whole answer with this text, 1000 input and 500 output tokens. */
    static Answer answer(String text) {
        return Answer.json(200, answerJson(text)).header("x-request-id", "req-7");
    }

    static String answerJson(String text) {
        return """
                {"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-5-mini-2025-08-07",
                 "choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],
                 "usage":{"prompt_tokens":1000,"completion_tokens":500,"total_tokens":1500}}""".formatted(Json.MAPPER.valueToTree(text).toString());
    }

    /** A streamed answer of these pieces; more chunks may follow. */
    static Answer stream(String... pieces) {
        Answer answer = Answer.sse().header("x-request-id", "req-8");
        for (String piece : pieces) {
            answer = answer.chunk(chunk(piece));
        }
        return answer;
    }

    static String chunk(String text) {
        return """
                data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini-2025-08-07","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}

                """.formatted(Json.MAPPER.valueToTree(text).toString());
    }

    /** The end of a streamed answer: finish, usage (1000 in, 500 out) and terminator. */
    static String streamEnd() {
        return """
                data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini-2025-08-07","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini-2025-08-07","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":500,"total_tokens":1500}}

                data: [DONE]

                """;
    }

    static Answer error(int status, String type, String code) {
        return Answer.json(
                status,
                "{\"error\":{\"message\":\"no\",\"type\":\"" + type + "\",\"param\":null,\"code\":\"" + code + "\"}}");
    }
}
