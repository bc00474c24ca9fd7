package io.github.camelllm.routes.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.deadletters.Failed;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Sign-in at an issuer of another site in a real browser, which decides which cookies go along, and what an administrator does then.
 * Skipped where there is no Chromium, unless {@code CI} is {@code true}.
 */
class OidcBrowserTest {
    @Test
    void anAdministratorSignsInDiscardsADeadLetterAndSignsOut() throws Exception {
        boolean there = Chromium.executable().isPresent();
        assumeTrue(there || Boolean.parseBoolean(System.getenv("CI")), "there is no Chromium");
        assertThat(there).as("Chromium must be installed where CI is true").isTrue();
        try (TestLedger ledger = TestLedger.on(Server.H2);
                LoginIssuer issuer = new LoginIssuer()) {
            issuer.roles = List.of("boss");
            Map<String, String> properties = new HashMap<>(Map.of(
                    "llm.deadLetters.secret", "a-secret-of-dead-letters",
                    "llm.dashboard.auth", "oidc",
                    "llm.dashboard.oidc.issuer", issuer.url(),
                    "llm.dashboard.oidc.clientId", LoginIssuer.CLIENT,
                    "llm.dashboard.oidc.clientSecret", LoginIssuer.CLIENT_SECRET,
                    "llm.dashboard.oidc.viewRole", "nobody",
                    "llm.dashboard.oidc.adminRole", "boss",
                    "llm.dashboard.oidc.rolesClaim", "realm_access.roles",
                    "llm.dashboard.oidc.nameClaim", "email"));
            properties.putAll(ledger.contextProperties());
            try (DashboardServer server = DashboardServer.withOwnAddress(
                                    properties, address -> Map.of("llm.dashboard.oidc.redirectUri", address + "/oidc"))
                            .withDashboard()
                            .start();
                    Chromium chromium = Chromium.start();
                    BrowserContext context = chromium.context(1280, 900, ColorScheme.LIGHT)) {
                DeadLetters.find(server.context())
                        .orElseThrow()
                        .keep(new Failed(
                                "letters",
                                Optional.empty(),
                                "<b>key</b>",
                                "openai/gpt-5-mini",
                                "timeout",
                                "no answer",
                                Map.of(),
                                new byte[] {1},
                                Optional.empty()));
                Page page = context.newPage();
                page.navigate(server.url("/dead-letters?source=letters"));
                page.getByText("Sign in with your account").click();

                assertThat(page).hasURL(Pattern.compile(".*/llm/dead-letters\\?source=letters$"));
                page.getByRole(AriaRole.CHECKBOX).check();
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Discard chosen"))
                        .click();
                assertThat(page.locator("main")).containsText("1 of 1 were taken");
                assertThat(page.locator("#table-dead-letters")).containsText("zoe@example.com");
                assertThat(page.locator("#table-dead-letters")).containsText("<b>key</b>");
                assertThat(page.getByRole(AriaRole.CHECKBOX)).hasCount(0);

                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                        .click();
                page.navigate(server.url("/calls"));
                assertThat(page).hasURL(Pattern.compile(".*/login.*"));
            }
        }
    }
}
