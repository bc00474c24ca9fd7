package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sign-in at an OpenID Connect issuer, by a browser that keeps its cookies; and those who try to get in otherwise. */
class OidcLoginTest {
    private static final String REDIRECT = "https://llm.example.com/llm/oidc";

    private final TestLedger ledger = TestLedger.on(Server.H2);
    private LoginIssuer issuer;

    @BeforeEach
    void start() throws Exception {
        issuer = new LoginIssuer();
    }

    @AfterEach
    void close() {
        issuer.close();
        ledger.close();
    }

    private Map<String, String> properties(String... more) throws Exception {
        Map<String, String> properties = new HashMap<>();
        Properties page = new Properties();
        try (InputStream in = OidcLoginTest.class.getResourceAsStream("/docs/dashboard-oidc.properties")) {
            page.load(in);
        }
        page.stringPropertyNames().forEach(name -> properties.put(name, page.getProperty(name)));
        properties.put("llm.dashboard.oidc.issuer", issuer.url());
        properties.put("llm.dashboard.oidc.clientSecret", LoginIssuer.CLIENT_SECRET);
        properties.put("llm.dashboard.oidc.nameClaim", "email");
        properties.put("llm.deadLetters.secret", "a-secret-of-dead-letters");
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    private DashboardServer server(String... more) throws Exception {
        return DashboardServer.of(ledger, properties(more)).withDashboard().start();
    }

    /** A browser that was sent to the issuer. */
    private record Started(String cookie, String location) {}

    private static Started begin(DashboardServer server, String query) throws Exception {
        HttpResponse<String> sent = server.get("/signin" + query);
        assertThat(sent.statusCode()).as(sent.body()).isEqualTo(303);
        assertThat(sent.headers().firstValue("set-cookie").orElseThrow())
                .contains("HttpOnly", "SameSite=Lax", "Secure", "Max-Age=600");
        return new Started(
                DashboardServer.cookieOf(sent).orElseThrow(),
                sent.headers().firstValue("location").orElseThrow());
    }

    private HttpResponse<String> signIn(DashboardServer server) throws Exception {
        Started started = begin(server, "");
        return server.get(issuer.authorize(started.location()), "Cookie", started.cookie());
    }

    private static String session(HttpResponse<String> signedIn) {
        assertThat(signedIn.statusCode()).as(signedIn.body()).isEqualTo(200);
        return DashboardServer.cookieOf(signedIn).orElseThrow();
    }

    private static void refused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void whoHasARoleSignsInAndSeesThePageThatWasWanted() throws Exception {
        try (DashboardServer server = server()) {
            String login = server.get("/calls?model=a%26b")
                    .headers()
                    .firstValue("location")
                    .orElseThrow();
            String form = server.get("/" + login).body();
            assertThat(form).contains("Sign in with your account").doesNotContain("Secret of the dashboard");
            Started started = begin(server, login.substring("login".length()));
            assertThat(started.location()).startsWith(issuer.url() + "/authorize?theme=dark&");

            HttpResponse<String> in = server.get(issuer.authorize(started.location()), "Cookie", started.cookie());

            assertThat(in.headers().firstValue("set-cookie").orElseThrow())
                    .contains("HttpOnly", "SameSite=Strict", "Secure", "Max-Age=3600");
            // Not a redirect: a strict cookie does not go along with what another site began
            assertThat(in.body()).contains("content=\"0;url=calls?model=a%26b\"");
            assertThat(server.get("/calls", "Cookie", session(in)).statusCode()).isEqualTo(200);
            HttpResponse<String> out = server.post("/logout", "", "Cookie", session(in));
            assertThat(out.headers().firstValue("set-cookie").orElseThrow()).contains("llm_dashboard=;", "Max-Age=0");
        }
    }

    @Test
    void onlyAnAdministratorDoesMoreThanLook() throws Exception {
        try (DashboardServer server = server()) {
            String viewer = session(signIn(server));
            issuer.roles = List.of("llm-admin");
            String administrator = session(signIn(server));

            String form = "do=discard&token=";
            refused(server.post("/dead-letters", form + token(server, administrator), "Cookie", viewer), 403);
            assertThat(server.post("/dead-letters", form + token(server, administrator), "Cookie", administrator)
                            .statusCode())
                    .isEqualTo(303);
            assertThat(server.get("/dead-letters", "Cookie", viewer).body()).doesNotContain("name=\"token\"");
        }
    }

    private static String token(DashboardServer server, String cookie) throws Exception {
        String page = server.get("/dead-letters", "Cookie", cookie).body();
        int at = page.indexOf("name=\"token\" value=\"");
        assertThat(at).as(page).isPositive();
        return page.substring(at + 20, page.indexOf('"', at + 20));
    }

    @Test
    void whoHasNoRoleIsNotLetIn() throws Exception {
        try (DashboardServer server = server()) {
            for (List<String> roles : List.of(List.<String>of(), List.of("llm-viewers"), List.of("*"))) {
                issuer.roles = roles;
                refused(signIn(server), 403);
            }
        }
    }

    @Test
    void anAnswerOfAnotherSignInIsRefused() throws Exception {
        try (DashboardServer server = server()) {
            Started mine = begin(server, "");
            Started others = begin(server, "");
            String answer = issuer.authorize(others.location());

            refused(server.get(answer, "Cookie", mine.cookie()), 400);
            refused(server.get(answer), 400);
            refused(server.get(answer, "Cookie", mine.cookie() + "x"), 400);
            refused(server.get(answer.replaceAll("&state=[^&]*", ""), "Cookie", others.cookie()), 400);
            refused(
                    server.get(
                            answer.replaceAll("iss=.*", "iss=https%3A%2F%2Fevil.example"), "Cookie", others.cookie()),
                    400);
            // A session of the dashboard is no sign-in under way, nor the other way round
            String session = session(server.get(answer, "Cookie", others.cookie()));
            refused(
                    server.get(
                            issuer.authorize(mine.location()),
                            "Cookie",
                            session.replace("llm_dashboard=", "llm_dashboard_oidc=")),
                    400);
            assertThat(server.get("/calls", "Cookie", mine.cookie().replace("_oidc=", "="))
                            .statusCode())
                    .isEqualTo(303);
            // A code works once
            refused(server.get(answer, "Cookie", others.cookie()), 502);
        }
    }

    @Test
    void anErrorOfTheIssuerLetsNobodyInAndIsNotQuoted() throws Exception {
        try (DashboardServer server = server()) {
            Started started = begin(server, "");
            String state = DashboardRequest.parameters(
                            java.net.URI.create(started.location()).getRawQuery())
                    .get("state");
            HttpResponse<String> answer = server.get(
                    "/oidc" + Links.query("error", "access_denied", "error_description", "<script>", "state", state),
                    "Cookie",
                    started.cookie());
            refused(answer, 403);
            assertThat(answer.body()).doesNotContain("<script>", "access_denied");
        }
    }

    @Test
    void aTokenThatIsNotRightLetsNobodyIn() throws Exception {
        Map<String, Function<JWTClaimsSet.Builder, String>> wrong = new HashMap<>();
        wrong.put("nonce", claims -> LoginIssuer.sign(LoginIssuer.KEY, claims.claim("nonce", "another")));
        wrong.put("no nonce", claims -> LoginIssuer.sign(LoginIssuer.KEY, claims.claim("nonce", null)));
        wrong.put("audience", claims -> LoginIssuer.sign(LoginIssuer.KEY, claims.audience("another-app")));
        wrong.put(
                "audiences without party",
                claims ->
                        LoginIssuer.sign(LoginIssuer.KEY, claims.audience(List.of(LoginIssuer.CLIENT, "another-app"))));
        wrong.put("party", claims -> LoginIssuer.sign(LoginIssuer.KEY, claims.claim("azp", "another-app")));
        wrong.put("issuer", claims -> LoginIssuer.sign(LoginIssuer.KEY, claims.issuer("https://evil.example")));
        wrong.put("signature", claims -> LoginIssuer.sign(LoginIssuer.OTHER_KEY, claims));
        wrong.put("none", claims -> new PlainJWT(claims.build()).serialize());
        wrong.put("nothing", claims -> "");
        wrong.put(
                "expired",
                claims -> LoginIssuer.sign(
                        LoginIssuer.KEY,
                        claims.expirationTime(Date.from(Instant.now().minusSeconds(60)))));
        wrong.put("subject", claims -> LoginIssuer.sign(LoginIssuer.KEY, claims.subject(null)));
        try (DashboardServer server = server()) {
            for (Map.Entry<String, Function<JWTClaimsSet.Builder, String>> each : wrong.entrySet()) {
                issuer.tokens = each.getValue();
                HttpResponse<String> answer = signIn(server);
                assertThat(answer.statusCode()).as(each.getKey()).isIn(401, 502);
                assertThat(answer.headers().firstValue("set-cookie"))
                        .as(each.getKey())
                        .isEmpty();
            }
            issuer.tokens = claims -> LoginIssuer.sign(
                    LoginIssuer.KEY,
                    claims.audience(List.of(LoginIssuer.CLIENT, "another-app")).claim("azp", LoginIssuer.CLIENT));
            session(signIn(server));
        }
    }

    @Test
    void nobodyIsLedElsewhere() throws Exception {
        try (DashboardServer server = server()) {
            for (String next :
                    List.of("https://evil.example/", "//evil.example", "login", "javascript:alert(1)", "../x")) {
                Started started = begin(server, Links.query("next", next));
                HttpResponse<String> in = server.get(issuer.authorize(started.location()), "Cookie", started.cookie());
                assertThat(in.body()).contains("content=\"0;url=./\"").doesNotContain("evil", "alert");
            }
        }
    }

    @Test
    void aClientsSecretGoesIntoTheFormWhereTheIssuerWantsIt() throws Exception {
        issuer.authMethods = "[\"client_secret_post\"]";
        try (DashboardServer server = server()) {
            session(signIn(server));
        }
    }

    @Test
    void anotherIssuersDocumentIsNotBelieved() throws Exception {
        issuer.told = java.util.Optional.of("https://evil.example");
        try (DashboardServer server = server()) {
            refused(server.get("/signin"), 502);
        }
    }

    @Test
    void theSecretIsAnotherWayIn() throws Exception {
        try (DashboardServer server = server("llm.dashboard.secret", DashboardServer.SECRET)) {
            assertThat(server.get("/login").body()).contains("Sign in with your account", "Secret of the dashboard");
            assertThat(server.get("/calls", "Cookie", server.cookie()).statusCode())
                    .isEqualTo(200);
            session(signIn(server));
        }
        try (DashboardServer server = server()) {
            // The client's secret signs sessions, and lets nobody in
            refused(
                    server.post(
                            "/login",
                            Links.query("secret", LoginIssuer.CLIENT_SECRET).substring(1)),
                    401);
            refused(server.get("/calls", "Authorization", "Bearer " + LoginIssuer.CLIENT_SECRET), 401);
        }
        try (DashboardServer server = DashboardServer.of(ledger).withDashboard().start()) {
            assertThat(server.get("/signin").statusCode()).isEqualTo(303);
            assertThat(server.get("/oidc?code=x&state=y")
                            .headers()
                            .firstValue("location")
                            .orElseThrow())
                    .startsWith("login");
        }
    }

    @Test
    void wrongSettingsAreRefusedWithTheirPlace() {
        Map<String, String> good = Map.of(
                "clientId", "c", "redirectUri", REDIRECT, "viewRole", "v", "issuer", "https://login.example.com");
        assertThat(OidcSettings.of(good))
                .isEqualTo(new OidcSettings(
                        "c",
                        java.util.Optional.empty(),
                        java.net.URI.create(REDIRECT),
                        "openid profile",
                        "roles",
                        java.util.Set.of("v"),
                        java.util.Set.of(),
                        "sub",
                        Duration.ofHours(1),
                        Map.of("issuer", "https://login.example.com")));
        for (String missing : List.of("clientId", "redirectUri", "viewRole")) {
            Map<String, String> less = new HashMap<>(good);
            less.remove(missing);
            assertThatThrownBy(() -> OidcSettings.of(less))
                    .hasMessageContaining("llm.dashboard.oidc." + missing + " is missing");
        }
        assertThatThrownBy(() -> with(good, "redirectUri", "https://llm.example.com/llm"))
                .hasMessageContaining("ends with /oidc");
        assertThatThrownBy(() -> with(good, "role", "v")).hasMessageContaining("oidc.role is no property");
        assertThatThrownBy(() -> with(good, "sessionLifetime", "9d")).hasMessageContaining("oidc.sessionLifetime");
        assertThatThrownBy(() -> DashboardSettings.of(Map.of(
                        "auth", "oidc", "oidc.clientId", "c", "oidc.redirectUri", REDIRECT, "oidc.viewRole", "v")))
                .hasMessageContaining("llm.dashboard.secret is missing; sessions are signed with it");
        assertThatThrownBy(() -> DashboardSettings.of(Map.of("secret", DashboardServer.SECRET, "oidc.clientId", "c")))
                .hasMessageContaining("needs llm.dashboard.auth = oidc");
    }

    private static OidcSettings with(Map<String, String> good, String name, String value) {
        Map<String, String> more = new HashMap<>(good);
        more.put(name, value);
        return OidcSettings.of(more);
    }

    @Test
    void tableOfThePageHasEverySetting() throws Exception {
        String page = Files.readString(Path.of("../docs/dashboard.md"));
        assertThat(OidcSettings.names()).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }
}
