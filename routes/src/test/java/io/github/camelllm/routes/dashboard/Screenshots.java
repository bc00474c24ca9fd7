package io.github.camelllm.routes.dashboard;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.github.camelllm.routes.ledger.DemoLedger;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.quality.DemoScores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the pictures of {@code docs/dashboard.md}. Takes the folder that they are written to. */
public final class Screenshots {
    private static final int CALLS = 12_000;

    private Screenshots() {}

    record Shot(String name, String path, int width, int height, ColorScheme scheme) {}

    static final List<Shot> SHOTS = List.of(
            new Shot("overview", "/?period=7d", 1180, 800, ColorScheme.LIGHT),
            new Shot("call", "FAILOVER", 1180, 640, ColorScheme.LIGHT),
            new Shot("budgets", "/budgets", 1180, 760, ColorScheme.LIGHT),
            new Shot("quality", "/quality?period=30d", 1180, 640, ColorScheme.LIGHT),
            new Shot("phone", "/?period=24h", 390, 844, ColorScheme.DARK));

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        Instant now = Instant.now();
        Path journal = Files.createTempDirectory("journal");
        try (TestLedger ledger = TestLedger.on(TestLedger.Server.H2)) {
            new DemoLedger(ledger.database(), 7).fill(now.minus(Duration.ofDays(62)), now, CALLS);
            DemoScores.fill(ledger, now);
            try (DashboardServer server =
                            new DashboardServer(ledger.contextProperties(), properties(journal)).withDashboard();
                    Chromium chromium = Chromium.start()) {
                demo(server);
                String failover = ledger.query("select call_id from llm_attempt group by call_id having count(*) > 1"
                                + " and max(waited_micros) > 0 order by max(started_at) desc limit 1")
                        .get(0);
                for (Shot shot : SHOTS) {
                    String path = shot.path().equals("FAILOVER") ? "/call?id=" + failover : shot.path();
                    take(server, chromium, shot, path, folder);
                }
            }
        }
    }

    /** Budgets, a limit and a router, and a ledger that is written to. */
    static Map<String, String> properties(Path journal) {
        Map<String, String> properties = new HashMap<>();
        properties.put("llm.dashboard.secret", DashboardServer.SECRET);
        properties.put("llm.ledger.journal", journal.toString());
        properties.put("llm.budget.team-month.limit", "3.50 USD");
        properties.put("llm.budget.team-month.window", "month");
        properties.put("llm.budget.team-month.scope.team", "*");
        properties.put("llm.limit.everybody.requestsPerMinute", "300");
        properties.put("llm.router.everyday.strategy", "weighted");
        properties.put("llm.router.everyday.targets[0].model", "openai/gpt-5-mini");
        properties.put("llm.router.everyday.targets[0].weight", "6");
        properties.put("llm.router.everyday.targets[1].model", "anthropic/claude-haiku-4-5");
        properties.put("llm.router.everyday.targets[1].weight", "4");
        return properties;
    }

    /** Some traffic of this process. */
    static void demo(DashboardServer server) {
        server.component().setLedger(true);
        server.start();
        for (String model : List.of("openai/gpt-5-mini", "anthropic/claude-haiku-4-5", "openai/gpt-5-nano")) {
            server.context()
                    .createProducerTemplate()
                    .requestBody("llm:" + model + "?maxTokens=100&tag.team=search&tag.routeId=chat", "Hello");
        }
        server.context()
                .createProducerTemplate()
                .requestBody("llm:router/everyday?maxTokens=100&tag.team=search", "Hello");
    }

    static void take(DashboardServer server, Chromium chromium, Shot shot, String path, Path folder) throws Exception {
        try (BrowserContext context = chromium.context(shot.width(), shot.height(), shot.scheme())) {
            Page page = context.newPage();
            page.navigate(server.url("/login"));
            page.getByLabel("Secret of the dashboard").fill(DashboardServer.SECRET);
            page.getByText("Sign in").click();
            page.navigate(server.url(path));
            page.waitForLoadState();
            page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve("dashboard-" + shot.name() + ".png")));
            System.out.println(shot.name() + " " + Files.size(folder.resolve("dashboard-" + shot.name() + ".png")));
        }
    }
}
