package io.github.camelllm.routes.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Responders;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactTest {
    private final TemplateRun run = new TemplateRun(Responders.echo());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        run.close();
    }

    /** Redact, ask a model that repeats what it is told, restore. */
    private void start(Dsl dsl, Map<String, ?> parameters) throws Exception {
        run.route(dsl, "llm-redact", new RedactTemplate(), "direct:redact", parameters);
        run.route(dsl, "llm-restore", new RestoreTemplate(), "direct:restore", Map.of());
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("direct:redact")
                        .to("llm:openai/gpt-5-mini")
                        .to("direct:restore");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void hidesValuesFromTheModelAndPutsThemBack(Dsl dsl) throws Exception {
        start(dsl, Map.of());
        String letter =
                "Mail ann.o'neil+x@example.co.uk or ann.o'neil+x@example.co.uk, else bob@müller.de. Call +49 (0)30 1234-567"
                        + " or 030/12 34 56 78 or (212) 555-0123. Pay to DE89 3704 0044 0532 0130 00, or by card 4111 1111 1111 1111.";

        Exchange exchange = run.send(letter);

        assertThat(exchange.getException()).isNull();
        assertThat(run.asked(0))
                .isEqualTo("Mail [EMAIL-1] or [EMAIL-1], else [EMAIL-2]. Call [PHONE-1] or [PHONE-2] or [PHONE-3]."
                        + " Pay to [IBAN-1], or by card [CARD-1].");
        assertThat(exchange.getMessage().getBody()).isEqualTo(letter);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void leavesAloneWhatOnlyLooksLikeAValue(Dsl dsl) throws Exception {
        start(dsl, Map.of());
        String text =
                "Order 4111 1111 1111 1112 of 03.11.2026, invoice AB12 3456 7890 1234 5678, 10.50 EUR, user@host, 2026-11-03.";

        run.send(text);

        assertThat(run.asked(0)).isEqualTo(text);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void findsACardBetweenOtherNumbers(Dsl dsl) throws Exception {
        start(dsl, Map.of("rules", "card"));

        run.send("12 4111-1111-1111-1111 123 and 5500005555555559, not 55000055555555591234567");

        assertThat(run.asked(0)).isEqualTo("12 [CARD-1] 123 and [CARD-2], not 55000055555555591234567");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void appliesRulesOfYourOwnBeforeTheShippedOnes(Dsl dsl) throws Exception {
        Path rules = folder.resolve("rules.txt");
        Files.writeString(rules, "# our numbers\nCUSTOMER C-\\d{6}\n\nVIP   (?i)jane doe\n");
        start(dsl, Map.of("rules", "email", "patterns", "file:" + rules));

        Exchange exchange = run.send("Jane Doe, C-123456, jane@example.com, +49 30 1234567");

        assertThat(run.asked(0)).isEqualTo("[VIP-1], [CUSTOMER-1], [EMAIL-1], +49 30 1234567");
        assertThat(exchange.getMessage().getBody()).isEqualTo("Jane Doe, C-123456, jane@example.com, +49 30 1234567");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void redactsStructuresStreamsAndTheHeadersThatGoToTheProvider(Dsl dsl) throws Exception {
        start(dsl, Map.of());
        Map<String, Object> body = Map.of("messages", List.of(Map.of("role", "user", "content", "I am a@example.com")));
        Map<String, Object> headers = new HashMap<>();
        headers.put("CamelLlmSystemMessage", "You serve b@example.com");

        Exchange exchange = run.send("direct:in", body, headers);

        assertThat(exchange.getException()).isNull();
        assertThat(run.asked(0)).contains("You serve [EMAIL-2]", "I am [EMAIL-1]");
        assertThat(exchange.getMessage().getBody()).isEqualTo("I am a@example.com");
        run.send(new ByteArrayInputStream("c@example.com".getBytes(StandardCharsets.UTF_8)));
        assertThat(run.asked(1)).isEqualTo("[EMAIL-1]");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void doesNotMistakeWordsOfTheTextForItsPlaceholders(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        Exchange exchange = run.send("[EMAIL-1] is not a@example.com, [PHONE-7] neither");

        assertThat(run.asked(0)).isEqualTo("[EMAIL-1] is not [EMAIL-2], [PHONE-7] neither");
        assertThat(exchange.getMessage().getBody()).isEqualTo("[EMAIL-1] is not a@example.com, [PHONE-7] neither");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksNobodyWhenTextCannotBeSeen(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        assertThat(run.send(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1}).getException())
                .hasMessage("redaction: expected text, got bytes that are none");
        assertThat(run.send(Map.of("who", new StringBuilder("a@example.com"))).getException())
                .hasMessageContaining("got java.lang.StringBuilder")
                .hasMessageNotContaining("example");
        assertThat(run.send(null).getException()).hasMessageContaining("got none");
        assertThat(run.simulator().requestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksNobodyWhenRulesCannotBeRead(Dsl dsl) throws Exception {
        Path rules = folder.resolve("rules.txt");
        Files.writeString(rules, "GOOD a\nBAD (unclosed\n");
        start(dsl, Map.of("patterns", "file:" + rules));

        assertThat(run.send("a@example.com").getException())
                .hasMessageContaining("redaction rule BAD: no RE2 expression");
        Files.delete(rules);
        assertThat(run.send("a@example.com").getException()).isNotNull();
        assertThat(run.simulator().requestCount()).isZero();
    }

    @Test
    void refusesAnUnknownRuleWhenTheRouteStarts() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> start(Dsl.YAML, Map.of("rules", "email,passport"))))
                .hasStackTraceContaining("expected some of [iban, card, email, phone], got passport");
    }

    @Test
    void tellsNoValueInItsTextForm() {
        assertThat(Redactions.of(Map.of("[EMAIL-1]", "a@example.com"))).hasToString("Redactions[1]");
    }

    /** Of fifty thousand characters each. What takes a time that grows with the square would take minutes. */
    @ParameterizedTest
    @ValueSource(strings = {"1 ", "1 2-", "a.", "a@a.", "DE89 ", "0 0 ", "+1 (", "x", "9"})
    void comesToAnEndWithHostileText(String piece) {
        Redactor redactor = new Redactor(
                List.of(Rule.shipped("iban"), Rule.shipped("card"), Rule.shipped("email"), Rule.shipped("phone")),
                Redactions.NONE);

        String redacted = redactor.redact("Mail a@example.com. " + piece.repeat(50_000 / piece.length()));

        assertThat(redacted).startsWith("Mail [EMAIL-1]. ");
    }

    @Test
    void isTwoStepsAsKamelets() throws Exception {
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("kamelet:llm-redact-action?rules=email")
                        .to("llm:openai/gpt-5-mini")
                        .to("kamelet:llm-restore-action");
            }
        });
        run.context().start();

        assertThat(run.send("a@example.com").getMessage().getBody()).isEqualTo("a@example.com");
        assertThat(run.asked(0)).isEqualTo("[EMAIL-1]");
    }
}
