package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs the commands of docs/keys.md, one after the other, and reads its files. */
class KeysDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "keys.md");
    private static final Pattern BLOCK = Pattern.compile("(?s)<!-- (keys-http|keys-cli) -->\n```sh\n(.*?)```");
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|(\\S+)");
    private static final String URL = "http://localhost:8081/admin";
    private static final String CLI = "java -cp 'lib/*' " + KeysCli.class.getName() + " ";

    private final Simulator simulator = Simulator.started();

    @AfterEach
    void stop() {
        simulator.close();
    }

    /** The properties that a file of the page has. */
    private static Map<String, String> properties(String file) throws IOException {
        Properties read = new Properties();
        try (InputStream in = KeysDocsTest.class.getResourceAsStream("/docs/" + file)) {
            read.load(in);
        }
        Map<String, String> properties = new TreeMap<>();
        read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        return properties;
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command.replace("\\\n", " "));
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }

    /** Commands of a block: a new one begins at a line that begins with its program. */
    private static List<String> commands(String block) {
        return List.of(block.strip().split("\n(?=curl |java )"));
    }

    private static AdminServer.Answer curl(AdminServer admin, List<String> words) throws Exception {
        assertThat(words.get(0)).isEqualTo("curl");
        String method = "GET";
        String body = "";
        String url = "";
        String authorization = "";
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-X":
                    method = words.get(++i);
                    break;
                case "-d":
                    body = words.get(++i);
                    break;
                case "-H":
                    assertThat(words.get(++i)).isEqualTo("Authorization: Bearer $LLM_ADMIN_SECRET");
                    authorization = "Bearer " + KeyNode.ADMIN;
                    break;
                default:
                    url = words.get(i);
            }
        }
        assertThat(url).startsWith(URL);
        return admin.send(method, url.substring(URL.length()), body, authorization);
    }

    @Test
    void everyCommandDoesWhatThePageSays() throws Exception {
        Map<String, String> shown = new HashMap<>(properties("keys.properties"));
        assertThat(shown.remove("llm.gateway.keys.adminSecret")).isEqualTo("{{env:LLM_ADMIN_SECRET}}");
        assertThat(shown.remove("camel.component.llm.policy-store")).isEqualTo("jdbc");
        assertThat(shown.put("llm.jdbc.url", "jdbc:h2:mem:" + UUID.randomUUID()))
                .startsWith("jdbc:postgresql:");
        shown.remove("llm.jdbc.username");
        shown.remove("llm.jdbc.password");
        List<String> states = new ArrayList<>();
        try (KeyNode node = new KeyNode(simulator, new ManualClock(), shown)) {
            AdminServer admin = new AdminServer(node.context, Dsl.YAML);
            Matcher block = BLOCK.matcher(Files.readString(PAGE));
            while (block.find()) {
                for (String command : commands(block.group(2))) {
                    if (block.group(1).equals("keys-http")) {
                        AdminServer.Answer answer = curl(admin, words(command));
                        assertThat(answer.status())
                                .as(command + "\n" + answer.whole().body())
                                .isLessThan(300);
                    } else {
                        assertThat(command).startsWith(CLI);
                        KeysCliTest.Ran ran = KeysCliTest.run(
                                Map.of("LLM_ADMIN_URL", admin.url(), "LLM_ADMIN_SECRET", KeyNode.ADMIN),
                                words(command.substring(CLI.length())));
                        assertThat(ran.code()).as(command + "\n" + ran.err()).isZero();
                    }
                }
                states.add(node.keys.ring().after("", 9).stream()
                        .map(key -> key.id() + " " + key.grants().budgets() + " "
                                + key.previous().isPresent() + " "
                                + key.revoked().isPresent())
                        .toList()
                        .toString());
            }
        }
        assertThat(states).hasSize(9);
        assertThat(states.get(1))
                .isEqualTo("[marketing [{\"limit\":\"50 USD\",\"window\":\"month\"}] false false,"
                        + " support [{\"limit\":\"50 USD\",\"window\":\"month\"}] false false]");
        assertThat(states.get(5))
                .isEqualTo("[marketing [{\"limit\":\"80 USD\",\"window\":\"month\"}] true false,"
                        + " support [{\"limit\":\"80 USD\",\"window\":\"month\"}] true false]");
        assertThat(states.get(8)).isEqualTo("[marketing [] false true, support [] false true]");
    }

    @Test
    void theFileOfKeysAndItsBudgetAreAccepted() throws Exception {
        Map<String, String> shown = new HashMap<>(properties("keys-file.properties"));
        assertThat(shown.put("llm.gateway.keys.location", "classpath:docs/keys.yaml"))
                .isEqualTo("file:keys.yaml");
        shown.put("llm.budget.builds.limit", "0.000001 USD");
        try (KeyNode node = new KeyNode(simulator, new ManualClock(), shown)) {
            assertThat(node.keys.ring().get("builds").orElseThrow().caller().tags())
                    .isEqualTo(Map.of("key", "builds", "team", "platform"));
            Assertions.assertThatThrownBy(() -> node.context
                            .createProducerTemplate()
                            .requestBodyAndHeader(
                                    "llm:openai/gpt-5-mini?maxTokens=20", "Hi", "CamelLlmTag.key", "builds"))
                    .cause()
                    .isInstanceOf(LlmBudgetExceededException.class);
        }
    }

    @Test
    void theSettingsOfTokensAreAccepted() throws Exception {
        Map<String, String> settings = new HashMap<>();
        properties("keys-jwt.properties")
                .forEach((name, value) -> settings.put(name.substring(JwtSettings.PREFIX.length()), value));
        JwtSettings read = JwtSettings.of(settings);
        assertThat(read.tags()).isEqualTo(Map.of("team", "department", "role", "realm_access.role"));
        assertThat(read.discoveryUrl())
                .hasToString("https://login.example.com/realms/acme/.well-known/openid-configuration");
    }

    /** Every property of the tables is one, and every one is in them. */
    @Test
    void theTablesHaveAllProperties() throws IOException {
        String page = Files.readString(PAGE);
        for (Map.Entry<Class<?>, String> settings : Map.<Class<?>, String>of(
                        KeySettings.class, "llm.gateway.keys.", JwtSettings.class, "llm.gateway.jwt.")
                .entrySet()) {
            String table = page.substring(page.indexOf("| `" + settings.getValue() + "…` |"));
            table = table.substring(0, table.indexOf("\n\n"));
            for (var component : settings.getKey().getRecordComponents()) {
                String name = component.getName().equals("audiences")
                        ? "audience"
                        : component.getName().equals("tags") ? "tag.NAME" : component.getName();
                assertThat(table).contains("`" + name + "`");
            }
        }
    }
}
