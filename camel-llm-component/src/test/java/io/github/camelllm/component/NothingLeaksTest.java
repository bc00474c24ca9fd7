package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.testing.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Neither keys nor prompts nor answers appear in exceptions and records, whatever a provider repeats. */
class NothingLeaksTest extends LlmRouteTest {
    private static final String KEY = "sk-canary-key";
    private static final String PROMPT = "canary-prompt";
    private static final String ECHO = PROMPT + " " + KEY + " canary-answer";

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                for (String provider :
                        new String[] {"openai/gpt-5-mini", "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash"}) {
                    String llm = "llm:" + provider + "?apiKey=" + KEY;
                    String name = provider.substring(0, provider.indexOf('/'));
                    from("direct:" + name).to(llm);
                    from("direct:" + name + "-stream")
                            .to(llm + "&streaming=true")
                            .convertBodyTo(String.class);
                    from("direct:" + name + "-json").to(llm + "&maxRepairs=0&jsonSchema=RAW({\"type\":\"object\"})");
                }
            }
        };
    }

    static Stream<Answer> answers() {
        return Stream.of(
                Answer.json(
                        400,
                        "{\"error\":{\"message\":\"" + ECHO + "\",\"type\":\"" + ECHO + "\",\"param\":\"" + ECHO
                                + "\",\"code\":\"" + ECHO + "\",\"status\":\"" + ECHO + "\"}}"),
                Answer.json(401, "{\"error\":\"" + ECHO + "\"}"),
                Answer.of(502).header("content-type", "text/html; " + ECHO).body("<html>" + ECHO + "</html>"),
                Answer.of(200)
                        .header("content-type", "text/" + ECHO.replace(' ', '-'))
                        .body(ECHO),
                Answer.json(200, "{\"" + ECHO + "\":"),
                Answer.json(
                        200,
                        "{\"choices\":\"" + ECHO + "\",\"content\":\"" + ECHO + "\",\"candidates\":\"" + ECHO + "\"}"),
                Answer.json(200, "[\"" + ECHO + "\"]"),
                Answer.sse().chunk("data: " + ECHO + "\n\n"),
                Answer.sse()
                        .chunk("event: " + ECHO + "\ndata: {\"error\":{\"message\":\"" + ECHO + "\",\"code\":\"" + ECHO
                                + "\"}}\n\n"),
                Answer.sse().chunk("data: {\"choices\":[{\"index\":\"" + ECHO + "\"}]}\n\n"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void exceptionsAndRecordsHoldNoText(Answer answer) throws Exception {
        for (String name : new String[] {"openai", "anthropic", "gemini"}) {
            for (String kind : new String[] {"", "-stream", "-json"}) {
                server.play(answer);

                Exchange failed = template.request("direct:" + name + kind, exchange -> exchange.getMessage()
                        .setBody(PROMPT));

                assertThat(failed.getException()).as(name + kind).isNotNull();
                StringWriter trace = new StringWriter();
                failed.getException().printStackTrace(new PrintWriter(trace));
                CallRecord record = takeRecord();
                assertThat(trace.toString() + record).as(name + kind).doesNotContain("canary");
            }
        }
    }
}
