package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CacheHit;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.routes.ledger.LedgerAlarm;
import io.github.camelllm.routes.ledger.LedgerState;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana asks for nothing that there is not. */
class GrafanaDashboardTest {
    private static final String RESOURCE = "/camel-llm/telemetry/grafana-dashboard.json";
    private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    /** Words of queries that name neither a metric nor a label. */
    private static final Set<String> LANGUAGE = Set.of(
            "sum",
            "max",
            "by",
            "rate",
            "increase",
            "histogram_quantile",
            "le",
            "label_values",
            "__rate_interval",
            "__range",
            "provider",
            "model");

    private static Simulator simulator;
    private static SimulatedContext context;
    private static String page;
    private static PrometheusText text;
    private static JsonNode dashboard;

    /** Everything that has a metric happens once. */
    @BeforeAll
    static void scrape() throws Exception {
        simulator = Simulator.started();
        Properties properties = new Properties();
        properties.setProperty("llm.telemetry.metrics", "prometheus");
        properties.setProperty("llm.budget.all.limit", "5 USD");
        properties.setProperty("llm.budget.all.window", "day");
        properties.setProperty("llm.limit.slow.scope.team", "*");
        properties.setProperty("llm.limit.slow.maxConcurrent", "2");
        context = new SimulatedContext(simulator, properties);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("llm:openai/gpt-5-mini?streaming=true").convertBodyTo(String.class);
                from("llm-http:127.0.0.1:0").setBody(constant(""));
                from("direct:metrics").process(new PrometheusPage());
            }
        });
        context.start();
        context.createFluentProducerTemplate().to("direct:ask").withBody("Hi").request();
        Telemetry telemetry = Telemetry.of(context);
        telemetry.watch(() -> new LedgerState(
                "node-1", 1, 1, 0, 0, 12, 100, 0, Map.of(LedgerAlarm.values()[0], "something is wrong")));
        telemetry.serverMeters().orElseThrow().ended("POST", "/v1/messages", 200, true, Duration.ofMillis(5));
        CallMetersTest.Attempt attempt = new CallMetersTest.Attempt();
        attempt.waited = Duration.ofMillis(250);
        attempt.tags = Map.of("team", "billing");
        telemetry.listeners(Pricing.builtIn()).get(0).onRecord(attempt.record());
        attempt.hit = Optional.of(
                new CacheHit(CacheHit.Kind.EXACT, Optional.of(CallMetersTest.costOf("0.02")), Duration.ofSeconds(1)));
        telemetry.listeners(Pricing.builtIn()).get(0).onRecord(attempt.record());
        attempt.hit = Optional.of(new CacheHit(CacheHit.Kind.EXACT, Optional.empty(), Duration.ofSeconds(1)));
        telemetry.listeners(Pricing.builtIn()).get(0).onRecord(attempt.record());
        Exchange scraped = context.createFluentProducerTemplate()
                .to("direct:metrics")
                .withHeader(Exchange.HTTP_METHOD, "GET")
                .request(Exchange.class);
        page = scraped.getMessage().getBody(String.class);
        text = PrometheusText.parse(page);
        try (InputStream in = GrafanaDashboardTest.class.getResourceAsStream(RESOURCE)) {
            dashboard = Json.MAPPER.readTree(in);
        }
    }

    @AfterAll
    static void close() {
        context.stop();
        simulator.close();
    }

    private static List<String> queries() {
        List<String> queries = new ArrayList<>();
        dashboard.findValues("expr").forEach(query -> queries.add(query.asText()));
        dashboard.findValues("definition").forEach(query -> queries.add(query.asText()));
        return queries;
    }

    private static Set<String> words(String query) {
        Set<String> words = new TreeSet<>();
        Matcher word = WORD.matcher(query.replaceAll("\"[^\"]*\"", ""));
        while (word.find()) {
            words.add(word.group());
        }
        words.removeAll(LANGUAGE);
        words.remove("s");
        return words;
    }

    @Test
    void everyWordOfAQueryIsAMetricOrALabel() {
        Set<String> known = new HashSet<>(text.names());
        for (String name : text.names()) {
            text.samples(name).forEach(sample -> known.addAll(sample.labels().keySet()));
        }
        // A label's gauge has rows only while somebody waits
        known.addAll(Set.of("llm_limit_waiting", "llm_limit_account"));

        assertThat(queries())
                .hasSizeGreaterThan(20)
                .allSatisfy(query -> assertThat(known).as(query).containsAll(words(query)));
    }

    @Test
    void everyLabelOfAQueryIsOneOfItsMetric() {
        Pattern selector = Pattern.compile("([a-z_]+)\\{([^}]*)}");
        for (String query : queries()) {
            Matcher found = selector.matcher(query);
            while (found.find()) {
                Set<String> labels = words(found.group(2));
                assertThat(text.samples(found.group(1))).as(query).isNotEmpty().allSatisfy(sample -> assertThat(
                                sample.labels().keySet())
                        .containsAll(labels));
            }
        }
    }

    @Test
    void everyMetricOfOursIsOnIt() {
        String all = String.join("\n", queries());

        assertThat(text.types().keySet().stream()
                        .filter(name -> name.startsWith("llm_") || name.startsWith("gen_ai_"))
                        .filter(name -> !name.endsWith("_max"))
                        .toList())
                .hasSizeGreaterThan(20)
                .filteredOn(name -> !all.contains(name))
                .containsExactlyInAnyOrder(
                        "gen_ai_client_operation_time_to_first_chunk_seconds",
                        "llm_budget_accounts_omitted",
                        "llm_ledger_journal_bytes");
    }

    @Test
    void theTableOfMetricsHasAllThatThereAre() throws IOException {
        String docs = Files.readString(Path.of("../docs/telemetry.md"));
        String table = docs.substring(docs.indexOf("\n## Metrics"), docs.indexOf("**Labels are bounded.**"));
        Set<String> documented = new TreeSet<>();
        Matcher name = Pattern.compile("`([a-z_.]+\\.[a-z_.]+)`").matcher(table);
        while (name.find()) {
            documented.add(name.group(1));
        }
        Set<String> told = new TreeSet<>();
        Telemetry.of(context).meterNames().forEach(told::add);

        assertThat(documented).containsAll(told);
        documented.removeAll(told);
        // Labels, and what only the gateway and waiting attempts have
        assertThat(documented)
                .containsExactlyInAnyOrder(
                        "error.type",
                        "gen_ai.token.type",
                        "http.route",
                        "llm.access_log.dropped",
                        "llm.cost.currency",
                        "llm.limit.waiting",
                        "llm.outcome");
    }

    @Test
    void panelsDoNotOverlap() {
        Set<String> taken = new HashSet<>();
        dashboard.path("panels").forEach(panel -> {
            JsonNode place = panel.path("gridPos");
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    int column = place.path("x").asInt() + x;
                    assertThat(column).isLessThan(24);
                    assertThat(taken.add(column + "," + (place.path("y").asInt() + y)))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
        });
    }

    /** Prometheus' own checker, where it is installed. */
    @Test
    void promtoolReadsThePage() throws Exception {
        assumeTrue(isInstalled());
        Path file = Files.createTempFile("metrics", ".txt");
        Path said = Files.createTempFile("promtool", ".txt");
        try {
            Files.writeString(file, page);
            Process process = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectInput(file.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            // 3 if only its taste in names is hurt: the conventions have a metric without a unit in its name, for one
            assertThat(process.exitValue()).as(Files.readString(said)).isIn(0, 3);
        } finally {
            Files.delete(file);
            Files.delete(said);
        }
    }

    private static boolean isInstalled() {
        try {
            return new ProcessBuilder("promtool", "--version").start().waitFor(60, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
