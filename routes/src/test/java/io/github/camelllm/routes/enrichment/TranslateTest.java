package io.github.camelllm.routes.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TranslateTest {
    private final TemplateRun run = new TemplateRun(Responders.rules()
            .contains("into French: good day & 100% + (more)", ScriptedAnswer.text("bonjour"))
            .contains("into Danish", ScriptedAnswer.text("goddag"))
            .build());

    @AfterEach
    void close() {
        run.close();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void translatesTheBody(Dsl dsl) throws Exception {
        run.route(
                dsl,
                "llm-translate",
                new TranslateTemplate(),
                Map.of("model", "anthropic/claude-haiku-4-5", "language", "French"));

        Object answer = run.send("good day & 100% + (more)").getMessage().getBody();

        assertThat(run.asked(0)).endsWith("Translate into French: good day & 100% + (more)");
        assertThat(answer).isEqualTo("bonjour");
        assertThat(run.asked(0)).startsWith("You translate. Answer with the translation alone.");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void takesTheLanguageFromTheMessage(Dsl dsl) throws Exception {
        run.route(
                dsl,
                "llm-translate",
                new TranslateTemplate(),
                Map.of("model", "openai/gpt-4.1-mini", "language", "${header.language}"));

        assertThat(run.send("direct:in", "good day", Map.of("language", "Danish"))
                        .getMessage()
                        .getBody())
                .isEqualTo("goddag");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheTextWhenTheProviderRefuses(Dsl dsl) throws Exception {
        run.route(
                dsl,
                "llm-translate",
                new TranslateTemplate(),
                Map.of("model", "openai/gpt-4.1-mini", "language", "French"));
        run.simulator().failNext(Fault.status(429));

        Exchange exchange = run.send("good day");

        assertThat(exchange.getException()).isInstanceOf(LlmRateLimitedException.class);
        assertThat(exchange.getMessage().getBody()).isEqualTo("good day");
    }

    @Test
    void isOneStepAsAKamelet() throws Exception {
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("kamelet:llm-translate-action?model=openai/gpt-4.1-mini&language=Danish");
            }
        });
        run.context().start();

        assertThat(run.send("good day").getMessage().getBody()).isEqualTo("goddag");
    }
}
