package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.routes.gateway.keys.AdminServer.Answer;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyAdminTest {
    private final ManualClock clock = new ManualClock();
    private final Simulator simulator = Simulator.started();
    private KeyNode node;
    private AdminServer admin;

    @BeforeEach
    void start() throws Exception {
        node = new KeyNode(
                simulator,
                clock,
                Map.of("llm.gateway.key.fixed.hash", KeyHash.of("sk-llm-fixed").hex()));
        admin = new AdminServer(node.context, Dsl.JAVA);
    }

    @AfterEach
    void stop() {
        node.close();
        simulator.close();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void givesOutShowsChangesRotatesAndRevokesAKey(Dsl dsl) throws Exception {
        try (KeyNode own = new KeyNode(simulator, clock, Map.of())) {
            AdminServer api = new AdminServer(own.context, dsl);
            Answer created = api.send(
                    "POST",
                    "/keys",
                    "{'id':'marketing','name':'Marketing','models':['openai/*'],'tags':{'team':'marketing'},"
                            + "'expires':'90d','metadata':{'owner':'Zoë'},"
                            + "'budgets':[{'limit':'50 USD','window':'month'}],'limits':[{'requestsPerMinute':60}]}");
            assertThat(created.status()).isEqualTo(201);
            assertThat(created.whole().headers().firstValue("Content-Type")).contains("application/json");
            String secret = created.json().path("secret").asText();
            JsonNode key = created.json().path("key");
            assertThat(key.path("state").asText()).isEqualTo("active");
            assertThat(key.path("hint").asText()).isEqualTo(secret.substring(0, 11) + "…");
            assertThat(key.path("metadata").path("owner").asText()).isEqualTo("Zoë");
            assertThat(key.path("budgets").toString()).isEqualTo("[{\"limit\":\"50 USD\",\"window\":\"month\"}]");
            assertThat(own.caller(secret).tags()).containsEntry("team", "marketing");

            Answer shown = api.send("GET", "/keys/marketing", "");
            assertThat(shown.json().path("key")).isEqualTo(key);
            assertThat(shown.json().has("secret")).isFalse();

            Answer changed = api.send("PATCH", "/keys/marketing", "{'name':'Brand','tags':{}}");
            assertThat(changed.status()).isEqualTo(200);
            assertThat(changed.json().path("key").path("name").asText()).isEqualTo("Brand");
            assertThat(own.caller(secret).tags()).isEqualTo(Map.of("key", "marketing"));

            Answer rotated = api.send("POST", "/keys/marketing/rotate", "{'graceTime':'2h'}");
            assertThat(rotated.status()).isEqualTo(200);
            assertThat(rotated.json().path("key").path("previousSecretUntil").asText())
                    .isEqualTo(clock.instant().plus(Duration.ofHours(2)).toString());
            String other = rotated.json().path("secret").asText();
            assertThat(own.caller(other)).isEqualTo(own.caller(secret));

            Answer revoked = api.send("DELETE", "/keys/marketing", "");
            assertThat(revoked.json().path("key").path("state").asText()).isEqualTo("revoked");
            assertThat(own.refusal(other)).hasMessageContaining("was revoked");
        }
    }

    @Test
    void listsKeysByPageWithoutSecretsAndHashes() throws Exception {
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            secrets.add(node.create("{'id':'k" + i + "','name':'K'}").secret());
        }
        Answer first = admin.send("GET", "/keys?limit=2", "");
        assertThat(first.json().path("keys").findValuesAsText("id")).containsExactly("fixed", "k0");
        assertThat(first.json().path("keys").get(0).path("defined").asText()).isEqualTo("file");
        assertThat(first.json().path("next").asText()).isEqualTo("k0");
        Answer second = admin.send("GET", "/keys?limit=2&after=k0", "");
        assertThat(second.json().path("keys").findValuesAsText("id")).containsExactly("k1", "k2");
        assertThat(second.json().has("next")).isFalse();

        String all = first.whole().body() + second.whole().body();
        for (String secret : secrets) {
            assertThat(all).doesNotContain(secret, KeyHash.of(secret).hex());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer ",
                "Bearer wrong",
                "Basic YTpi",
                "an-admin-secret-of-a-test",
                "Bearer an-admin-secret-of-a-tes"
            })
    void wantsTheAdminSecret(String authorization) throws Exception {
        for (String method : List.of("GET", "POST")) {
            Answer answer = admin.send(method, "/keys", "{'name':'A'}", authorization);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.whole().headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(answer.whole().body()).doesNotContain(KeyNode.ADMIN, "wrong");
        }
        assertThat(node.keys.ring().size()).isEqualTo(1);
    }

    @Test
    void aBeanThatNobodyStartedAnswersToo() {
        KeyAdmin bean = new KeyAdmin();
        bean.setCamelContext(node.context);
        Exchange exchange = new DefaultExchange(node.context);
        exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/keys");
        exchange.getMessage().setHeader("Authorization", "Bearer " + KeyNode.ADMIN);
        exchange.getMessage().setHeader(KeyAdmin.ACTOR, "a route");
        exchange.getMessage().setBody("{\"name\":\"A\"}");
        bean.process(exchange);

        assertThat(exchange.getMessage().getHeaders())
                .isEqualTo(Map.of(
                        Exchange.HTTP_RESPONSE_CODE,
                        201,
                        Exchange.CONTENT_TYPE,
                        "application/json",
                        "Cache-Control",
                        "no-store"));
    }

    @Test
    void aKeyIsNoAdminSecret() throws Exception {
        String secret = node.create("{'name':'A'}").secret();
        assertThat(admin.send("GET", "/keys", "", "Bearer " + secret).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}| 'name' is missing; expected a name for people",
                "[]| body: expected a JSON object, but it is a JSON ARRAY",
                "{'name':'A'| body: expected a JSON object without double members",
                "{'name':'A','name':'B'}| body: expected a JSON object without double members",
                "{'name':'A'} {}| body: expected a JSON object without double members",
                "{'name':['A']}| body.name: 'name' must be a name for people, such as Marketing but is a list",
                "{'name':'A','model':['x']}| body.model: unknown key 'model'",
                "{'name':'A','hash':'5e88'}| body.hash: unknown key 'hash'",
                "{'name':'A','id':'Big'}| body.id: 'id' must be small letters, digits and -, 40 at most, a letter or digit first but is 'Big'",
                "{'name':'A','models':{'a':1}}| body.models: 'models' must be a list but is a map",
                "{'name':'A','models':['a\\u0007b']}| body.models: 'models' must be globs such as openai/*",
                "{'name':'A','tags':{'key':'b'}}| body.tags: 'tags' must be other names than",
                "{'name':'A','tags':{'2x':'b'}}| body.tags: 'tags' must be named with letters",
                "{'name':'A','tags':'x'}| body.tags: 'tags' must be a map but is 'x'",
                "{'name':'A','expires':'yesterday'}| body.expires: 'expires' must be a time such as 2027-01-31T00:00:00Z",
                "{'name':'A','expires':'2020-01-01T00:00:00Z'}| body.expires: 'expires' must be in the future but is '2020-01-01T00:00:00Z'",
                "{'name':'A','budgets':{'limit':'5 USD'}}| body.budgets: expected a list of at most 8 definitions",
                "{'name':'A','budgets':['5 USD']}| body.budgets[0]: expected a definition as a JSON object, but it is a JSON STRING",
                "{'name':'A','budgets':[{'limit':'5 USD'}]}| 'window' is missing",
                "{'name':'A','budgets':[{'limit':'5 USD','window':'month','id':'x'}]}| body.budgets[0]: expected no 'id'",
                "{'name':'A','budgets':[{'limit':'5 USD','window':'month','scope':{'key':'x'}}]}| body.budgets[0]: expected no 'id' and no 'scope.key'",
                "{'name':'A','budgets':[{'limit':'5 USD','window':'month','scope':'all'}]}| 'scope' must be a map",
                "{'name':'A','budgets':[{'limit':'5 USD','windows':'month'}]}| unknown key 'windows'; did you mean",
                "{'name':'A','limits':[{}]}| limits nothing; expected a number such as requestsPerMinute",
                "{'name':'A','limits':[{'a: 1\\nb':2}]}| a member's name must be letters",
            })
    void saysWhatIsWrongAndWhere(String body, String words) throws Exception {
        Answer answer = admin.send("POST", "/keys", body);

        assertThat(answer.json().path("error").path("message").asText()).contains(words);
        assertThat(answer.json().path("error").path("type").asText()).isEqualTo("invalid_request");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(node.keys.ring().size()).isEqualTo(1);
    }

    @Test
    void refusesBodiesThatAreTooLargeOrTooDeep() throws Exception {
        assertThat(admin.send("POST", "/keys", "{'name':'" + "x".repeat(70_000) + "'}")
                        .json()
                        .toString())
                .contains("body: expected at most 65536 bytes");
        assertThat(admin.send("POST", "/keys", "{'name':" + "[".repeat(30_000) + "}")
                        .json()
                        .toString())
                .contains("at most 16 deep");
        assertThat(admin.send("POST", "/keys", "{'name':'" + "x".repeat(129) + "'}")
                        .json()
                        .toString())
                .contains("'name' must be at most 128 characters");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/keys/none,404",
        "PATCH,/keys/none,404",
        "DELETE,/keys/none,404",
        "POST,/keys/none/rotate,404",
        "POST,/keys/none/else,404",
        "GET,/other,404",
        "PUT,/keys,405",
        "POST,/keys/fixed,405",
        "GET,/keys/fixed/rotate,405",
        "DELETE,/keys/fixed,409",
        "PATCH,/keys/fixed,409",
        "POST,/keys/fixed/rotate,409",
        "GET,/keys?limit=0,400",
        "GET,/keys?limit=1001,400",
        "GET,/keys?size=1,400",
    })
    void answersWithTheStatusThatSaysWhy(String method, String path, int status) throws Exception {
        Answer answer = admin.send(method, path, "");
        assertThat(answer.status()).as(answer.whole().body()).isEqualTo(status);
        assertThat(answer.json().path("error").path("message").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT | /keys | GET, POST",
                "POST | /keys/fixed | GET, PATCH, DELETE",
                "GET | /keys/fixed/rotate | POST"
            })
    void aRefusedMethodIsToldWhichThereAre(String method, String path, String allowed) throws Exception {
        assertThat(admin.send(method, path, "").whole().headers().firstValue("Allow"))
                .contains(allowed);
    }

    @Test
    void aWrongGraceTimeIsRefused() throws Exception {
        String secret = node.create("{'id':'a','name':'A'}").secret();
        assertThat(admin.send("POST", "/keys/a/rotate", "{'graceTime':'1000d'}")
                        .json()
                        .toString())
                .contains("body.graceTime: expected 0 or a duration such as 24h, up to 90d, but it is '1000d'");
        assertThat(admin.send("POST", "/keys/a/rotate", "{'graceTime':'0'}").status())
                .isEqualTo(200);
        assertThat(node.refusal(secret)).hasMessageContaining("not known");
    }

    @Test
    void doesNotStartWithoutASecretOrWithAShortOne() throws Exception {
        for (String secret : List.of("", "too-short")) {
            Properties properties = new Properties();
            properties.setProperty("llm.gateway.keys.adminSecret", secret);
            try (SimulatedContext context = new SimulatedContext(simulator, properties)) {
                context.addRoutes(new KeysDocsRoutes());
                context.start();
                throw new AssertionError("it started");
            } catch (Exception e) {
                assertThat(e)
                        .hasStackTraceContaining("property llm.gateway.keys.adminSecret")
                        .hasStackTraceContaining("expected");
            }
        }
        assertThatThrownBy(() -> KeySettings.of(Map.of("adminSecret", "sesame-open")))
                .hasMessageContaining("but it has 11")
                .message()
                .doesNotContain("sesame");
    }
}
