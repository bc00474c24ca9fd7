package io.github.camelllm.routes.dashboard;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The dashboard behind a real HTTP consumer: who is let in, and what is sent along. */
class DashboardHttpTest {
    private static final List<String> PAGES = List.of(
            "/", "/breakdown", "/calls", "/call", "/budgets", "/health", "/routers", "/compare", "/quality", "/prices");

    private final TestLedger ledger = TestLedger.on(Server.H2);

    @AfterEach
    void close() {
        ledger.close();
    }

    private DashboardServer server() throws Exception {
        return DashboardServer.of(ledger).withDashboard().start();
    }

    @Test
    void nobodyGetsInWithoutTheSecret() throws Exception {
        try (DashboardServer server = server()) {
            for (String page : PAGES) {
                HttpResponse<String> response = server.get(page);
                assertThat(response.statusCode()).as(page).isEqualTo(303);
                assertThat(response.headers().firstValue("location").orElseThrow())
                        .startsWith("login");
                assertThat(response.body()).isEmpty();
            }
            assertThat(server.get("/breakdown.csv").statusCode()).isEqualTo(303);
            assertThat(server.get("/nothing").statusCode()).isEqualTo(303);
            assertThat(server.get("/?part=live").statusCode()).isEqualTo(401);
            assertThat(server.get("/", "Cookie", "llm_dashboard=1.2.3").statusCode())
                    .isEqualTo(303);
            assertThat(server.get("/", "Authorization", "Bearer wrong").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void whoSignsInSeesThePageThatWasWanted() throws Exception {
        try (DashboardServer server = server()) {
            String login = server.get("/calls?model=a%26b")
                    .headers()
                    .firstValue("location")
                    .orElseThrow();
            assertThat(server.get("/" + login).body()).contains("Secret of the dashboard");

            HttpResponse<String> in = server.post("/" + login, "secret=" + DashboardServer.SECRET);

            assertThat(in.statusCode()).isEqualTo(303);
            assertThat(in.headers().firstValue("location")).contains("calls?model=a%26b");
            assertThat(in.headers().firstValue("set-cookie").orElseThrow())
                    .contains("HttpOnly", "SameSite=Strict", "Max-Age=43200")
                    .doesNotContain(DashboardServer.SECRET, "Path=");
            String cookie = DashboardServer.cookieOf(in).orElseThrow();
            for (String page : PAGES) {
                assertThat(server.get(page, "Cookie", "other=1; " + cookie).statusCode())
                        .as(page)
                        .isEqualTo(200);
            }
            HttpResponse<String> out = server.post("/logout", "", "Cookie", cookie);
            assertThat(out.headers().firstValue("set-cookie").orElseThrow()).contains("llm_dashboard=;", "Max-Age=0");
        }
    }

    @Test
    void findsItsCookieAmongSeveralLines() throws Exception {
        try (DashboardServer server = server();
                RawClient client = new RawClient(URI.create(server.url("/")).getPort())) {
            String cookie = server.cookie();

            assertThat(client.get("/llm/calls", "cookie: other=1", "cookie: " + cookie)
                            .answer()
                            .status())
                    .isEqualTo(200);
            assertThat(client.get("/llm/calls", "cookie: " + cookie, "cookie: other=1")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void refusesFiltersThatNoDatabaseTakes(Server database) throws Exception {
        try (TestLedger other = TestLedger.on(database);
                DashboardServer server =
                        DashboardServer.of(other).withDashboard().start()) {
            String cookie = server.cookie();
            for (String query : List.of(
                    "calls?provider=%00", "calls?tag=team&tagValue=a%00b", "breakdown?model=%00", "quality?task=%00")) {
                assertThat(server.get("/" + query, "Cookie", cookie).statusCode())
                        .as(query)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void programsSendTheSecretWithEachRequest() throws Exception {
        ledger.add(attempt("2025-03-20T12:00:00Z", "openai", "gpt-5-mini").cost(1, "USD"));
        try (DashboardServer server = server()) {
            HttpResponse<String> csv =
                    server.get("/calls.csv?table=calls", "Authorization", "Bearer " + DashboardServer.SECRET);

            assertThat(csv.statusCode()).isEqualTo(200);
            assertThat(csv.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
            assertThat(csv.headers().firstValue("content-disposition"))
                    .contains("attachment; filename=\"llm-calls.csv\"");
            assertThat(csv.body()).contains("openai,gpt-5-mini,succeeded,").contains(",0.000000001,USD,");
        }
    }

    @Test
    void wrongSecretsAreCountedAndThenNoneIsLookedAt() throws Exception {
        try (DashboardServer server = server()) {
            for (int i = 0; i < LoginAttempts.MOST_OF_ADDRESS; i++) {
                // A new minute may begin meanwhile, so that there may be more of them, never fewer
                assertThat(server.post("/login", "secret=wrong").statusCode()).isEqualTo(401);
            }
            HttpResponse<String> refused = server.post("/login", "secret=wrong");
            while (refused.statusCode() == 401) {
                refused = server.post("/login", "secret=wrong");
            }
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("retry-after").orElseThrow()))
                    .isBetween(1, 60);
        }
    }

    @Test
    void aFormOfAnotherSiteDoesNothing() throws Exception {
        try (DashboardServer server = server()) {
            HttpResponse<String> response =
                    server.post("/login", "secret=" + DashboardServer.SECRET, "Sec-Fetch-Site", "cross-site");
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.headers().firstValue("set-cookie")).isEmpty();
            assertThat(server.post("/logout", "", "Sec-Fetch-Site", "same-site").statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void aSignInLeadsNowhereElse() throws Exception {
        try (DashboardServer server = server()) {
            for (String next :
                    List.of("//evil.example", "https://evil.example", "calls/../../x", "javascript:x", "login")) {
                assertThat(server.post("/login" + Links.query("next", next), "secret=" + DashboardServer.SECRET)
                                .headers()
                                .firstValue("location"))
                        .as(next)
                        .contains("./");
            }
        }
    }

    @Test
    void everyAnswerForbidsWhatNoPageNeeds() throws Exception {
        try (DashboardServer server = server()) {
            for (String path : List.of("", "/", "/login", "/nothing", "/static/nothing", "/?part=live")) {
                HttpResponse<String> response = server.get(path);
                assertThat(response.headers()
                                .firstValue("content-security-policy")
                                .orElseThrow())
                        .as(path)
                        .contains(
                                "default-src 'none'",
                                "script-src 'self';",
                                "style-src 'self';",
                                "frame-ancestors 'none'")
                        .doesNotContain("unsafe");
                assertThat(response.headers().firstValue("x-content-type-options"))
                        .contains("nosniff");
                assertThat(response.headers().firstValue("cache-control")).contains("no-store");
            }
            // Nothing of a request comes back as a header
            HttpResponse<String> echoed = server.post("/login", "secret=wrong&X-Injected=1", "X-Other", "2");
            assertThat(echoed.headers().map()).doesNotContainKeys("secret", "x-injected", "x-other", "cookie");
        }
    }

    @Test
    void filesAreKeptByBrowsersForGood() throws Exception {
        try (DashboardServer server = server()) {
            Matcher file = Pattern.compile("href=\"(static/style-[0-9a-f]{16}\\.css)\"")
                    .matcher(server.get("/login").body());
            assertThat(file.find()).isTrue();

            HttpResponse<String> style = server.get("/" + file.group(1));

            assertThat(style.statusCode()).isEqualTo(200);
            assertThat(style.headers().allValues("cache-control"))
                    .containsExactly("public, max-age=31536000, immutable");
            String tag = style.headers().firstValue("etag").orElseThrow();
            assertThat(server.get("/" + file.group(1), "If-None-Match", tag).statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void itOnlyReads() throws Exception {
        try (DashboardServer server = server()) {
            String cookie = server.cookie();
            assertThat(server.post("/calls", "", "Cookie", cookie).statusCode()).isEqualTo(405);
            assertThat(server.get("/logout", "Cookie", cookie).statusCode()).isEqualTo(404);
            assertThat(server.send(HttpRequest.newBuilder(URI.create(server.url("/calls")))
                                    .header("Cookie", cookie)
                                    .DELETE()
                                    .build())
                            .statusCode())
                    .isEqualTo(405);
            assertThat(server.get("/calls?" + "a".repeat(4200), "Cookie", cookie)
                            .statusCode())
                    .isIn(400, 414);
        }
    }

    @Test
    void theMountPointLeadsToItsFirstPage() throws Exception {
        try (DashboardServer server = server()) {
            HttpResponse<String> response = server.get("?period=1h");
            assertThat(response.statusCode()).isEqualTo(308);
            assertThat(response.headers().firstValue("location")).contains("llm/?period=1h");
        }
    }

    @Test
    void itDoesNotStartWithoutASecret() throws Exception {
        try (DashboardServer server = DashboardServer.of(ledger, Map.of()).withDashboard()) {
            assertThatThrownBy(server::start)
                    .rootCause()
                    .hasMessageContaining("llm.dashboard.secret: expected at least 16");
        }
    }

    @Test
    void whoSaysSoLetsEverybodyIn() throws Exception {
        try (DashboardServer server = DashboardServer.open(ledger).start()) {
            HttpResponse<String> page = server.get("/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).doesNotContain("Sign out");
        }
    }
}
