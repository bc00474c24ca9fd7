package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
    private static final String SECRET = "let-me-see-the-dashboard";
    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

    private final List<DefaultCamelContext> contexts = new ArrayList<>();

    @AfterEach
    void stop() {
        contexts.forEach(DefaultCamelContext::stop);
    }

    /** A node of those that share a ledger. */
    private DashboardSite node(TestLedger ledger, Map<String, String> settings, String deadLetterSecret) {
        DefaultCamelContext context = new DefaultCamelContext();
        contexts.add(context);
        context.getRegistry().bind("ledger", ledger.database());
        context.getPropertiesComponent().addInitialProperty("llm.deadLetters.secret", deadLetterSecret);
        context.start();
        DeadLetters.find(context).orElseThrow().register("gateway", (letter, content) -> Optional.empty());
        return new DashboardSite(context, DashboardSettings.of(settings), Clock.systemUTC());
    }

    private static DashboardResponse send(
            DashboardSite site, String method, String path, Map<String, String> query, Map<String, String> form) {
        return site.answer(new DashboardRequest(method, path, query, Map.of(), form, ""));
    }

    @Test
    void whereNobodySignsInAFormOfOneNodeIsTakenByAllWithTheSameSecret() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            Map<String, String> open = Map.of("auth", "none");
            String shared = "a-secret-of-dead-letters";
            DashboardSite one = node(ledger, open, shared);
            ledger.execute("insert into llm_dead_letter (id, at, source, caller, model, error_type, reason, tags,"
                    + " content, content_bytes, state, replays) values ('" + UUID.randomUUID()
                    + "', current_timestamp, 'gateway', '', 'm', 'timeout', 'late', '{}', X'00', 1, 'KEPT', 0)");
            Matcher token = TOKEN.matcher(new String(
                    send(one, "GET", "/dead-letters", Map.of(), Map.of()).body(), StandardCharsets.UTF_8));
            assertThat(token.find()).isTrue();
            Map<String, String> form = Map.of("do", "discard", "token", token.group(1));

            assertThat(send(node(ledger, open, shared), "POST", "/dead-letters", Map.of(), form)
                            .status())
                    .isEqualTo(303);
            assertThat(send(
                                    node(ledger, open, "another-secret-of-dead-letters"),
                                    "POST",
                                    "/dead-letters",
                                    Map.of(),
                                    form)
                            .status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "./?period=7d,./?period=7d",
        "calls?model=a,calls?model=a",
        "./,./",
        "//elsewhere,./",
        "./../elsewhere,./",
        "elsewhere?a=b,./"
    })
    void aSignInLeadsBackToThePageWithItsPeriod(String next, String to) {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            DashboardSite site = node(ledger, Map.of("secret", SECRET), "a-secret-of-dead-letters");
            assertThat(send(site, "POST", "/login", Map.of("next", next), Map.of("secret", SECRET))
                            .headers()
                            .get("Location"))
                    .isEqualTo(to);
        }
    }

    @Test
    void whoMustSignInIsSentBackToTheOverviewAsItWas() {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            DashboardSite site = node(ledger, Map.of("secret", SECRET), "a-secret-of-dead-letters");
            assertThat(send(site, "GET", "/", Map.of("period", "7d"), Map.of())
                            .headers()
                            .get("Location"))
                    .isEqualTo("login?next=.%2F%3Fperiod%3D7d");
            assertThat(send(site, "GET", "/calls", Map.of("model", "a"), Map.of())
                            .headers()
                            .get("Location"))
                    .isEqualTo("login?next=calls%3Fmodel%3Da");
            assertThat(send(site, "POST", "/login", Map.of("next", "calls?a=\r\nb"), Map.of("secret", SECRET))
                            .headers()
                            .get("Location"))
                    .isEqualTo("./");
        }
    }
}
