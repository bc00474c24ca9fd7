package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCliTest {
    private static final Pattern SECRET = Pattern.compile("(?m)^secret +(\\S+)$");

    private final Simulator simulator = Simulator.started();
    private final Map<String, String> environment = new HashMap<>();
    private KeyNode node;

    /** What a command came to. */
    record Ran(int code, String out, String err) {
        String secret() {
            Matcher secret = SECRET.matcher(out);
            assertThat(secret.find()).as(out + err).isTrue();
            return secret.group(1);
        }
    }

    static Ran run(Map<String, String> environment, List<String> args) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new KeysCli(
                        environment,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(args);
        return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Ran run(String... args) throws InterruptedException {
        return run(environment, List.of(args));
    }

    @BeforeEach
    void start() throws Exception {
        node = new KeyNode(simulator, new ManualClock(), Map.of());
        AdminServer admin = new AdminServer(node.context, Dsl.JAVA);
        environment.put("LLM_ADMIN_URL", admin.url());
        environment.put("LLM_ADMIN_SECRET", KeyNode.ADMIN);
    }

    @AfterEach
    void stop() {
        node.close();
        simulator.close();
    }

    @Test
    void createsChangesRotatesAndRevokes() throws Exception {
        Ran created = run(
                "create",
                "--id",
                "marketing",
                "--name",
                "Marketing",
                "--model",
                "openai/*",
                "--model",
                "router/cheap",
                "--tag",
                "team=marketing",
                "--metadata",
                "owner=Zoë",
                "--expires",
                "90d",
                "--budget",
                "50 USD per month",
                "--budget",
                "5 USD per rolling 24h",
                "--limit",
                "requestsPerMinute=60,maxConcurrent=4");
        assertThat(created.code()).as(created.err()).isEqualTo(KeysCli.OK);
        assertThat(created.err()).contains("The secret is shown this one time.");
        Caller caller = node.caller(created.secret());
        assertThat(caller.models()).containsExactly("openai/*", "router/cheap");
        assertThat(caller.tags()).containsEntry("team", "marketing");
        KeyGrants grants = node.keys.ring().get("marketing").orElseThrow().grants();
        assertThat(grants.budgets())
                .containsExactly(
                        "{\"limit\":\"50 USD\",\"window\":\"month\"}",
                        "{\"limit\":\"5 USD\",\"window\":\"rolling 24h\"}");
        assertThat(grants.limits()).containsExactly("{\"requestsPerMinute\":\"60\",\"maxConcurrent\":\"4\"}");
        assertThat(grants.metadata()).containsEntry("owner", "Zoë");

        assertThat(run("list").out())
                .contains("marketing", "active", "Marketing")
                .doesNotContain(created.secret());
        assertThat(run("show", "marketing").out()).contains("budgets", "50 USD").doesNotContain(created.secret());
        assertThat(run("show", "marketing", "--json").out()).startsWith("{");
        assertThat(run("change", "marketing", "--tag", "team=brand").code()).isZero();
        assertThat(node.caller(created.secret()).tags()).containsEntry("team", "brand");

        Ran rotated = run("rotate", "marketing", "--grace", "0");
        assertThat(node.caller(rotated.secret()).id()).isEqualTo("marketing");
        assertThat(node.refusal(created.secret())).hasMessageContaining("not known");
        assertThat(run("revoke", "marketing").out()).contains("revoked");
        assertThat(node.refusal(rotated.secret())).hasMessageContaining("was revoked");
    }

    @Test
    void saysWhatTheGatewayRefuses() throws Exception {
        Ran refused = run("create", "--name", "A", "--budget", "lots per month");
        assertThat(refused.code()).isEqualTo(KeysCli.REFUSED);
        assertThat(refused.err())
                .startsWith("error: body.budgets[0] line 2: 'limit' must be an amount such as 500 USD");
        assertThat(run("rotate", "none").err()).isEqualTo("error: there is no key with the id 'none'\n");

        environment.put("LLM_ADMIN_SECRET", "another-secret-of-a-test");
        Ran wrong = run("list");
        assertThat(wrong.code()).isEqualTo(KeysCli.REFUSED);
        assertThat(wrong.err()).contains("with the admin secret").doesNotContain("another-secret");
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        Ran away = run("list", "--url", "http://localhost:1/admin");
        assertThat(away.code()).isEqualTo(KeysCli.UNREACHABLE);
        assertThat(away.err()).startsWith("error: the admin API at http://localhost:1/admin/keys");
        Ran other = run("list", "--url", environment.get("LLM_ADMIN_URL").replace("/admin", "/elsewhere"));
        assertThat(other.code()).isEqualTo(KeysCli.REFUSED);
        assertThat(other.err()).contains("is --url right?");
    }

    @Test
    void saysWhatIsWrongWithACommand() throws Exception {
        Map<List<String>, String> cases = Map.of(
                List.of("make"), "there is no command 'make'",
                List.of("show"), "show: expected the id of a key after it",
                List.of("show", "../x"), "expected the id of a key, but '../x' is none",
                List.of("create", "--name"), "--name: expected a value after it",
                List.of("create", "--grace", "1h"), "create: there is no option '--grace'",
                List.of("change", "a", "--id", "b"), "change: there is no option '--id'",
                List.of("create", "a"), "expected an option, but 'a' came",
                List.of("create", "--tag", "team"), "--tag: expected NAME=VALUE, but it is 'team'",
                List.of("create", "--budget", "50"), "--budget: expected such as '50 USD per month', but it is '50'",
                List.of("list", "--url", "admin"), "--url: expected an address such as http://localhost:8081/admin");
        for (Map.Entry<List<String>, String> one : cases.entrySet()) {
            Ran ran = run(environment, one.getKey());
            assertThat(ran.err()).startsWith("error: " + one.getValue());
            assertThat(ran.code()).isEqualTo(KeysCli.USAGE);
        }
        environment.remove("LLM_ADMIN_SECRET");
        assertThat(run("list").err()).contains("expected the admin secret in $LLM_ADMIN_SECRET or in --secret-file");
    }

    @Test
    void helps() throws Exception {
        Ran help = run("--help");
        assertThat(help.code()).isEqualTo(KeysCli.OK);
        assertThat(help.out()).contains("create --name NAME", "--budget", "Ends with 0");
        assertThat(run().code()).isEqualTo(KeysCli.USAGE);
    }

    @Test
    void generatesASecretForAFile() throws Exception {
        Ran made = run(new HashMap<>(), new ArrayList<>(List.of("generate")));
        assertThat(made.out()).contains("hash    " + KeyHash.of(made.secret()).hex());
    }

    @Test
    void readsTheAdminSecretFromAFile(@TempDir Path folder) throws Exception {
        environment.remove("LLM_ADMIN_SECRET");
        Path file = Files.writeString(folder.resolve("secret"), KeyNode.ADMIN + "\n");
        assertThat(run("list", "--secret-file", file.toString()).code()).isZero();
    }
}
