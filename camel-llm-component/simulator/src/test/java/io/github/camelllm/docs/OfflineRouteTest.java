package io.github.camelllm.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OfflineRouteTest extends CamelTestSupport {
    private final Simulator simulator = Simulator.builder()
            .responder(Responders.rules()
                    .contains("capital of France", ScriptedAnswer.text("Paris"))
                    .build())
            .build()
            .start();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        Properties properties = new Properties();
        properties.setProperty("llm.provider.openai.baseUrl", simulator.baseUrl(SimulatedDialect.OPENAI));
        properties.setProperty("llm.provider.openai.auth.scheme", "none");
        context.getPropertiesComponent().setInitialProperties(properties);
        return context;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                onException(LlmException.class)
                        .onWhen(simple("${exception.retryable}"))
                        .maximumRedeliveries(2)
                        .redeliveryDelay(0);
                from("direct:in").to("llm:openai/gpt-5-mini");
            }
        };
    }

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void answersAsScripted() {
        assertEquals("Paris", template.requestBody("direct:in", "Name the capital of France", String.class));
        assertEquals("gpt-5-mini", simulator.requests().get(0).model());
    }

    @Test
    void asksAgainWhenTheProviderIsBusy() {
        simulator.failNext(Fault.parse("status=429;retry-after-ms=5"));

        template.requestBody("direct:in", "Name the capital of France", String.class);

        assertEquals(2, simulator.requestCount());
        assertEquals(1, simulator.bill().requests());
    }
}
