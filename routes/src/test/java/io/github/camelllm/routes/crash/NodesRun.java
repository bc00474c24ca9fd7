package io.github.camelllm.routes.crash;

import io.github.camelllm.simulator.Pacing;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.awaitility.Awaitility;

/**
 * Two gateways with the settings of docs/run-two-nodes.md serve clients that use both. One is killed with {@code kill -9} while
 * answers are under way, and started again; then the other is told to stop while answers are under way. In the end the ledger
 * must agree with the simulator's bill to the billionth of a dollar, and budget, limit and keys must have held over both.
 */
final class NodesRun {
    private static final Path SETTINGS = Path.of("src/test/resources/docs/two-nodes.yaml");
    private static final Path REDIS_SETTINGS = Path.of("src/test/resources/docs/two-nodes-redis.yaml");

    private static final int QUESTIONS = 72;
    private static final int QUESTIONS_LATER = 36;
    private static final int EARLIEST_KILL = 6;
    private static final int LATEST_KILL = 18;
    private static final int DAILY_REQUESTS = 24;
    /** In dollars, of all keys together and of one. Some calls do not fit. */
    private static final String BUDGET = "0.030";

    private static final String TEAM_BUDGET = "0.006";
    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    /** Much longer than nodes take to see what others changed. */
    private static final Duration MOST_DELAY = Duration.ofSeconds(15);

    private static final String ADMIN = "a-secret-of-administrators";
    private static final int UNAUTHORIZED = 401;

    private static final String TEST_SETTINGS = """

            ---
            camel:
              component:
                llm:
                  policy-reload-interval: 200ms
                  apiKeys[openai]: none-needed
            llm:
              jdbc.username: postgres
              provider.openai.baseUrl: "%s"
              redis.prefix: "%s"
              budgets: {nodeTimeout: %ds, storeTimeout: 5s}
              budget.all: {limit: "%s USD", window: total}
              gateway:
                host: 127.0.0.1
                keys.refreshInterval: 200ms
            """;

    private final String store;
    private final String url;
    private final String redisUri;
    private final Path folder;
    private final Random random;
    private final List<String> problems = new ArrayList<>();

    /**
     * @param store of budgets and limits, {@code jdbc} or {@code redis}
     * @param url of an empty database, with its user
     * @param redisUri of a Redis, whether it is used or not
     * @param folder a new one, whose name is used for what is kept in Redis
     */
    NodesRun(String store, String url, String redisUri, Path folder, long seed) {
        this.store = store;
        this.url = url;
        this.redisUri = redisUri;
        this.folder = folder;
        this.random = new Random(seed);
    }

    NodesResult run() throws Exception {
        try (Simulator simulator = Simulator.builder()
                .pacing(Pacing.of(Duration.ofMillis(20), Duration.ofMillis(4)))
                .keptRequests(100_000)
                .build()
                .start()) {
            Path settings = settings(simulator);
            Map<String, String> environment = Map.of(
                    "LLM_DB_URL", url,
                    "LLM_DB_PASSWORD", "none",
                    "LLM_REDIS_URI", redisUri,
                    "LLM_ADMIN_SECRET", ADMIN,
                    "LLM_DASHBOARD_SECRET", "a-secret-of-the-dashboard");
            try (GatewayNode a = new GatewayNode(folder.resolve("a"), settings, environment);
                    GatewayNode b = new GatewayNode(folder.resolve("b"), settings, environment)) {
                GatewayClients clients = load(simulator, a, b);
                a.terminate();
                b.terminate();
                a.awaitEnd();
                b.awaitEnd();
                simulator.awaitIdle(MOST_WAIT);
                return result(simulator, clients);
            }
        }
    }

    private Path settings(Simulator simulator) throws IOException {
        String more = store.equals("redis") ? "\n---\n" + Files.readString(REDIS_SETTINGS) : "";
        return Files.writeString(
                Files.createDirectories(folder).resolve("gateway.yaml"),
                Files.readString(SETTINGS)
                        + more
                        + TEST_SETTINGS.formatted(
                                simulator.baseUrl(SimulatedDialect.OPENAI),
                                folder.getFileName(),
                                NODE_TIMEOUT.toSeconds(),
                                BUDGET));
    }

    private GatewayClients load(Simulator simulator, GatewayNode a, GatewayNode b) throws Exception {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(MOST_WAIT)
                .build();
        a.awaitReady(http);
        b.awaitReady(http);
        String team = create(http, a, """
                {"id":"team","name":"Team","budgets":[{"limit":"%s USD","window":"total"}]}""".formatted(TEAM_BUDGET));
        String limited = create(http, a, """
                {"id":"limited","name":"Limited","limits":[{"requestsPerDay":%d,"wait":"0s"}]}""".formatted(DAILY_REQUESTS));
        String leaver = create(http, a, "{\"id\":\"leaver\",\"name\":\"Leaver\"}");
        Awaitility.await().atMost(MOST_WAIT).until(() -> status(http, b, leaver) == 200);
        revokedAtTheOtherNode(http, a, b);

        GatewayClients clients = new GatewayClients(http, List.of(a, b), List.of(team, limited));
        boolean killsFirst = random.nextBoolean();
        GatewayNode victim = killsFirst ? a : b;
        GatewayNode other = killsFirst ? b : a;
        int killAt = EARLIEST_KILL + random.nextInt(LATEST_KILL - EARLIEST_KILL);
        ExecutorService asking = Executors.newSingleThreadExecutor();
        try {
            Future<?> load = inBackground(asking, clients, QUESTIONS);
            simulator.awaitRequests(killAt, MOST_WAIT);
            revoke(http, other);
            victim.kill();
            load.get();
            if (status(http, other, leaver) != UNAUTHORIZED) {
                problems.add("a revoked key is let in by the node that revoked it");
            }
            victim.start();
            victim.awaitReady(http);
            if (status(http, victim, leaver) != UNAUTHORIZED) {
                problems.add("a key that was revoked at the other node is let in");
            }
            int broken = clients.cut.get();
            long before = simulator.requestCount();
            load = inBackground(asking, clients, QUESTIONS_LATER);
            simulator.awaitRequests(before + 2, Duration.ofSeconds(5));
            other.terminate();
            load.get();
            other.awaitEnd();
            if (clients.cut.get() != broken) {
                problems.add((clients.cut.get() - broken) + " answers of a node that was told to stop broke off");
            }
        } finally {
            asking.shutdownNow();
        }
        return clients;
    }

    private static Future<?> inBackground(ExecutorService thread, GatewayClients clients, int questions) {
        return thread.submit(() -> {
            clients.ask(questions);
            return null;
        });
    }

    /** While both run. */
    private void revokedAtTheOtherNode(HttpClient http, GatewayNode a, GatewayNode b) throws Exception {
        String secret = create(http, a, "{\"id\":\"late\",\"name\":\"Late\"}");
        Awaitility.await().atMost(MOST_WAIT).until(() -> status(http, b, secret) == 200);
        admin(http, HttpRequest.newBuilder(a.adminUri("/admin/keys/late")).DELETE());
        Awaitility.await().atMost(MOST_DELAY).until(() -> status(http, b, secret) == UNAUTHORIZED);
    }

    private static void revoke(HttpClient http, GatewayNode node) throws Exception {
        admin(http, HttpRequest.newBuilder(node.adminUri("/admin/keys/leaver")).DELETE());
    }

    /** @return the secret of a new key */
    private static String create(HttpClient http, GatewayNode node, String key) throws Exception {
        String answer = admin(
                http,
                HttpRequest.newBuilder(node.adminUri("/admin/keys")).POST(HttpRequest.BodyPublishers.ofString(key)));
        return Json.MAPPER.readTree(answer).path("secret").asText();
    }

    private static String admin(HttpClient http, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = http.send(
                request.timeout(MOST_WAIT)
                        .header("authorization", "Bearer " + ADMIN)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException("the API of keys answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    /** Of a question that costs nothing. */
    private static int status(HttpClient http, GatewayNode node, String secret) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(node.uri("/v1/models"))
                                .timeout(MOST_WAIT)
                                .header("authorization", "Bearer " + secret)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private NodesResult result(Simulator simulator, GatewayClients clients) throws Exception {
        DataSource database = CrashAudit.source(url);
        CrashAudit audit = new CrashAudit(
                database, url, simulator, redisUri, folder.getFileName().toString());
        CrashResult money = audit.result(store, BUDGET, NODE_TIMEOUT);
        Map<String, Long> bill = audit.bill();
        Map<String, String> tags = new HashMap<>();
        Set<String> succeeded = new HashSet<>();
        audit.query("select cast(id as varchar), cast(call_id as varchar), outcome, tags from llm_attempt", row -> {
            tags.put(row.getString(1), row.getString(4));
            if (row.getString(3).equals("SUCCEEDED")) {
                succeeded.add(row.getString(2));
            }
        });
        Map<String, String> keys = new HashMap<>();
        for (Map.Entry<String, String> entry : tags.entrySet()) {
            keys.put(
                    entry.getKey(),
                    Json.MAPPER.readTree(entry.getValue()).path("key").asText());
        }
        check(clients, bill, keys, succeeded);
        return new NodesResult(money, problems, clients.toString());
    }

    private void check(
            GatewayClients clients, Map<String, Long> bill, Map<String, String> keys, Set<String> succeeded) {
        if (!clients.wrong.isEmpty()) {
            problems.add("some calls ended wrongly");
        }
        if (clients.refusedByBudget.get() == 0 || clients.refusedByLimit.get() == 0) {
            problems.add("a budget or a limit refused nothing");
        }
        if (clients.unreached.get() == 0) {
            problems.add("no client had to go to the other node");
        }
        long unknown =
                clients.answered.stream().filter(id -> !succeeded.contains(id)).count();
        if (unknown > 0) {
            problems.add(unknown + " whole answers are not in the ledger");
        }
        long team = bill.entrySet().stream()
                .filter(entry -> "team".equals(keys.get(entry.getKey())))
                .mapToLong(Map.Entry::getValue)
                .sum();
        long teamLimit = new java.math.BigDecimal(TEAM_BUDGET).movePointRight(9).longValueExact();
        if (team > teamLimit || team == 0) {
            problems.add("a key with a budget of " + teamLimit + " spent " + team);
        }
        long limited = bill.keySet().stream()
                .filter(id -> "limited".equals(keys.get(id)))
                .count();
        if (limited > DAILY_REQUESTS || limited == 0) {
            problems.add("a key with " + DAILY_REQUESTS + " requests a day had " + limited);
        }
    }
}
