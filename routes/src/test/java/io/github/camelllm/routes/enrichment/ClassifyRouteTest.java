package io.github.camelllm.routes.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassifyRouteTest {
    private final TemplateRun run = new TemplateRun(Responders.rules()
            .contains("invoice", label("invoice", 0.95))
            .contains("broken", label("complaint", 0.9))
            .contains("perhaps", label("invoice", 0.4))
            .otherwise(Responders.always(label("poem", 0.99))));

    private static ScriptedAnswer label(String label, double confidence) {
        return ScriptedAnswer.text("{\"label\":\"" + label + "\",\"confidence\":" + confidence + "}");
    }

    @AfterEach
    void close() {
        run.close();
    }

    private void start(Dsl dsl) throws Exception {
        targets();
        run.route(
                dsl,
                "llm-classify-route",
                new ClassifyRouteTemplate(),
                Map.of(
                        "model", "openai/gpt-5-mini",
                        "labels", "invoice, complaint",
                        "to", "direct:${header.CamelLlmLabel}",
                        "otherwise", "direct:desk"));
    }

    private void targets() throws Exception {
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String target : new String[] {"invoice", "complaint", "desk"}) {
                    from("direct:" + target).setHeader("went", constant(target));
                }
            }
        });
    }

    private static void assertWent(Exchange exchange, String target, Object body) {
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader("went")).isEqualTo(target);
        assertThat(exchange.getMessage().getBody()).isEqualTo(body);
        assertThat(exchange.getMessage().getHeader("CamelLlmJsonSchema")).isNull();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void sendsEachMessageWhereItsLabelSaysWithItsOwnBody(Dsl dsl) throws Exception {
        start(dsl);

        Exchange exchange = run.send("Please pay this invoice");

        assertWent(exchange, "invoice", "Please pay this invoice");
        assertThat(exchange.getMessage().getHeader("CamelLlmLabel")).isEqualTo("invoice");
        assertThat(exchange.getMessage().getHeader("CamelLlmConfidence")).isEqualTo(0.95);
        assertThat(exchange.getMessage().getHeader("CamelLlmCost")).isInstanceOf(BigDecimal.class);
        Map<String, Object> record = Map.of("text", "It arrived broken");
        assertWent(run.send(record), "complaint", record);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void sendsWhatIsNotClearToTheOtherEndpoint(Dsl dsl) throws Exception {
        start(dsl);

        Exchange unsure = run.send("perhaps");

        assertWent(unsure, "desk", "perhaps");
        assertThat(unsure.getMessage().getHeader("CamelLlmLabel")).isEqualTo("invoice");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void sendsAnUnknownLabelToTheOtherEndpoint(Dsl dsl) throws Exception {
        start(dsl);

        Exchange exchange =
                run.send("direct:in", "strange", Map.of("CamelLlmLabel", "invoice", "CamelLlmConfidence", 1.0));

        assertWent(exchange, "desk", "strange");
        assertThat(exchange.getMessage().getHeader("CamelLlmLabel")).isNull();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsWithTheBodyUntouchedWhenTheProviderIsAway(Dsl dsl) throws Exception {
        start(dsl);
        run.simulator().failNext(Fault.status(503));

        Exchange exchange = run.send("Please pay this invoice");

        assertThat(exchange.getException()).isInstanceOf(LlmUnavailableException.class);
        assertThat(exchange.getMessage().getBody()).isEqualTo("Please pay this invoice");
        assertThat(exchange.getMessage().getHeader("went")).isNull();
        assertThat(exchange.getMessage().getHeader("CamelLlmJsonSchema")).isNull();
    }

    @Test
    void isOneStepAsAKamelet() throws Exception {
        targets();
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("kamelet:llm-classify-route-action?model=openai/gpt-5-mini&labels=invoice,complaint"
                                + "&to=RAW(direct:${header.CamelLlmLabel})&otherwise=direct:desk");
            }
        });
        run.context().start();

        assertWent(run.send("broken chair"), "complaint", "broken chair");
        assertWent(run.send("perhaps"), "desk", "perhaps");
    }
}
