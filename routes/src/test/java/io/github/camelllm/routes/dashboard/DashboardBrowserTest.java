package io.github.camelllm.routes.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.deadletters.Failed;
import io.github.camelllm.routes.ledger.DemoLedger;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.quality.DemoScores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The dashboard in a real browser. Skipped where there is no Chromium, unless {@code CI} is {@code true}. */
class DashboardBrowserTest {
    private static final int CALLS = 300;
    private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'";

    @TempDir
    static Path folder;

    private static TestLedger ledger;
    private static DashboardServer server;
    private static Chromium chromium;
    private static String failover;

    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void start() throws Exception {
        boolean there = Chromium.executable().isPresent();
        assumeTrue(
                there || Boolean.parseBoolean(System.getenv("CI")),
                "there is no Chromium on the path, nor at the environment variable CHROMIUM");
        assertThat(there).as("Chromium must be installed where CI is true").isTrue();
        ledger = TestLedger.on(Server.H2);
        Instant now = Instant.now();
        new DemoLedger(ledger.database(), 3).fill(now.minus(Duration.ofDays(3)), now, CALLS);
        DemoScores.fill(ledger, now);
        DemoScores.add(
                ledger,
                LocalDate.ofInstant(now, ZoneOffset.UTC),
                HOSTILE.replace("'", "''"),
                "feedback",
                "openai/" + HOSTILE,
                1,
                1);
        ledger.add(attempt(now.minusSeconds(90).toString(), "openai", HOSTILE)
                .cost(5, "USD")
                .tag("team", HOSTILE));
        failover = ledger.query("select call_id from llm_attempt group by call_id having count(*) > 1 limit 1")
                .get(0);
        Map<String, String> properties =
                new HashMap<>(Screenshots.properties(Files.createDirectories(folder.resolve("j"))));
        properties.put("llm.deadLetters.secret", "a-secret-of-dead-letters");
        server = new DashboardServer(ledger.contextProperties(), properties).withDashboard();
        Screenshots.demo(server);
        keepDeadLetters(DeadLetters.find(server.context()).orElseThrow());
        chromium = Chromium.start();
    }

    /** Two to be chosen, with a hostile name, and one that was discarded. */
    private static void keepDeadLetters(DeadLetters letters) throws Exception {
        Failed failed = new Failed(
                "letters",
                Optional.of(UUID.fromString(failover)),
                HOSTILE,
                "openai/" + HOSTILE,
                "rate_limited",
                HOSTILE,
                Map.of("team", HOSTILE),
                "{}".getBytes(StandardCharsets.UTF_8),
                Optional.empty());
        letters.keep(failed);
        letters.keep(failed);
        letters.discard(letters.keep(failed), "alice");
    }

    @AfterAll
    static void stop() throws IOException {
        if (chromium != null) {
            chromium.close();
        }
        if (server != null) {
            server.close();
        }
        if (ledger != null) {
            ledger.close();
        }
    }

    @BeforeEach
    void open() {
        context = chromium.context(1280, 900, ColorScheme.LIGHT);
        page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onDialog(dialog -> {
            complaints.add("a script of a name ran: " + dialog.message());
            dialog.dismiss();
        });
    }

    @AfterEach
    void close() {
        context.close();
    }

    private void signIn() {
        page.navigate(server.url("/login"));
        page.getByLabel("Secret of the dashboard").fill(DashboardServer.SECRET);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .hasText("Overview");
    }

    private static List<String> addresses() {
        return List.of(
                "/?period=24h",
                "/breakdown?by=tag.team&period=7d",
                "/calls",
                "/call?id=" + failover,
                "/budgets",
                "/health",
                "/routers?period=7d",
                "/compare?period=7d&on=openai/gpt-5-nano",
                "/quality?period=7d",
                "/prices",
                "/dead-letters");
    }

    @Test
    void everyPageIsDrawnWithoutAComplaintOfTheBrowser() {
        signIn();
        for (String address : addresses()) {
            page.navigate(server.url(address));
            for (Locator plot : page.locator("figure.chart").all()) {
                assertThat(plot.locator("canvas")).isVisible();
            }
            // Every table has a heading for each column, and something to be called by
            for (Locator table : page.locator("table:not(.u-legend)").all()) {
                assertThat(table.locator("caption").textContent()).as(address).isNotBlank();
            }
        }
        assertThat(complaints).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void axeFindsNothingToComplainOf(ColorScheme scheme) throws Exception {
        String axe;
        try (InputStream in = DashboardBrowserTest.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        signIn();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        List<String> addresses = new ArrayList<>(addresses());
        addresses.add("/login");
        addresses.add("/nothing");
        List<String> found = new ArrayList<>();
        for (String address : addresses) {
            page.navigate(server.url(address));
            page.evaluate(axe);
            Object violations = page.evaluate(
                    "async () => (await axe.run(document, {resultTypes: ['violations']}))"
                            + ".violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', '))");
            ((List<?>) violations).forEach(violation -> found.add(address + " " + violation));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void aHostileNameIsReadAndNotRun() {
        signIn();
        page.navigate(server.url("/?period=1h"));
        assertThat(page.getByText(HOSTILE).first()).isVisible();
        page.navigate(server.url("/calls"));
        assertThat(page.getByText(HOSTILE).first()).isVisible();
        page.navigate(server.url("/quality?period=7d"));
        assertThat(page.locator("#table-leaderboard").getByText(HOSTILE).first())
                .isVisible();
        page.navigate(server.url("/dead-letters"));
        assertThat(page.locator("#table-dead-letters").getByText(HOSTILE).first())
                .isVisible();
        assertThat(page.locator("img").count()).isZero();
        assertThat(complaints).isEmpty();
    }

    @Test
    void aNewCallIsSeenWithoutAReload() {
        signIn();
        page.navigate(server.url("/?period=1h"));
        Locator attempts = page.locator(".tile", new Page.LocatorOptions().setHasText("Attempts"))
                .locator(".value");
        int before = Integer.parseInt(attempts.innerText());
        page.evaluate("() => { window.notReloaded = true; }");

        server.context()
                .createProducerTemplate()
                .requestBody("llm:openai/gpt-5-mini?maxTokens=100&tag.team=search", "Hello");

        // Attempts of an hour ago go meanwhile, so that their number need not grow
        assertThat(page.locator("[data-live='rows-models']")).containsText("gpt-5-mini");
        assertThat(attempts).not().hasText(String.valueOf(before));
        assertThat(page.evaluate("() => window.notReloaded")).isEqualTo(true);
    }

    @Test
    void theFirstCallsOfANewLedgerGetHeadingsToo() throws Exception {
        try (TestLedger empty = TestLedger.on(Server.H2);
                DashboardServer fresh = DashboardServer.open(empty).start()) {
            page.navigate(fresh.url("/"));
            Locator card = page.locator(".card", new Page.LocatorOptions().setHas(page.locator("#table-models")));
            assertThat(card).containsText("Nothing here.");
            assertThat(card.locator("thead")).not().containsText("USD");
            page.evaluate("() => { window.notReloaded = true; }");

            String now = Instant.now().toString();
            empty.add(attempt(now, "openai", "gpt-5-mini").cost(5, "USD"));
            assertThat(card.locator("tbody")).containsText("gpt-5-mini");
            assertThat(card.locator("thead")).containsText("Cost, USD");
            assertThat(card).not().containsText("Nothing here.");
            assertThat(page.locator("figure[data-table='table-cost-usd'] canvas"))
                    .isVisible();

            empty.add(attempt(now, "mistral", "small").cost(7, "EUR"));
            assertThat(card.locator("thead")).containsText("Cost, EUR");
            assertThat(card.locator("tbody tr")).hasCount(2);
            assertThat(card.locator("tbody tr").first().locator("th, td"))
                    .hasCount(card.locator("thead th").count());
            assertThat(page.evaluate("() => window.notReloaded")).isEqualTo(true);
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void eachDeadLetterThatCanBeChosenHasALabelOfItsOwn() {
        signIn();
        page.navigate(server.url("/dead-letters"));
        Locator table = page.locator("#table-dead-letters");
        assertThat(table.locator("tbody th[scope='row']"))
                .hasCount(table.locator("tbody tr").count());
        List<String> labels = new ArrayList<>();
        table.getByRole(AriaRole.CHECKBOX).all().forEach(box -> labels.add(box.getAttribute("aria-label")));
        assertThat(labels).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void theWeightsOfARouterSayWhyTheyAreSo() {
        signIn();
        page.navigate(server.url("/routers?period=7d"));
        Locator why = page.locator("#table-why-everyday");
        assertThat(why.locator("caption")).containsText("Change 1 of router everyday: rebalance by schedule");
        assertThat(why).containsText("180 scores with the mean 0.878");
        assertThat(complaints).isEmpty();
    }

    @Test
    void liveUpdatesStopWhenTold() {
        signIn();
        Locator live = page.locator("#live");
        assertThat(live).hasAttribute("aria-pressed", "true");
        live.click();
        assertThat(live).hasAttribute("aria-pressed", "false");
    }

    @Test
    void theKeyboardReachesTheContentFirst() {
        signIn();
        page.navigate(server.url("/breakdown"));
        page.keyboard().press("Tab");
        assertThat(page.locator(".skip")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("#main")).isFocused();
    }

    @Test
    void aPhoneNeedsNoSidewaysScrolling() {
        signIn();
        page.setViewportSize(360, 740);
        for (String address : addresses()) {
            page.navigate(server.url(address));
            assertThat(page.evaluate("() => document.documentElement.scrollWidth"))
                    .as(address)
                    .isEqualTo(360);
        }
    }

    @Test
    void theFilterOfCallsLeadsToACallAndItsTimeLine() {
        signIn();
        page.navigate(server.url("/calls"));
        page.getByLabel("Outcome").selectOption("FAILED");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show"))
                .click();
        assertThat(page).hasURL(Pattern.compile("outcome=FAILED"));
        page.locator("#table-calls tbody tr")
                .first()
                .getByRole(AriaRole.LINK)
                .first()
                .click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Time line")))
                .isVisible();
        assertThat(page.locator(".timeline li").first()).containsText("failed");
    }

    @Test
    void whoSignsOutSeesNothingMore() {
        signIn();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                .click();
        assertThat(page.getByLabel("Secret of the dashboard")).isVisible();
        page.navigate(server.url("/calls"));
        assertThat(page.getByLabel("Secret of the dashboard")).isVisible();
    }
}
