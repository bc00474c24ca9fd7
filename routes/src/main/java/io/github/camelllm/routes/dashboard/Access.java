package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.gateway.keys.OidcClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who knows the secret: people by a form, after which a cookie says so, and programs by
 * {@code Authorization: Bearer …}; and people whom an OpenID Connect issuer knows. Thread-safe; waits for that issuer.
 */
final class Access {
    static final String COOKIE = "llm_dashboard";
    private static final String FIRST_PAGE = "./";
    private static final String BEARER = "bearer ";

    private final @Nullable Sessions sessions;
    /** For forms; where nobody signs in, they are those of nodes that share a secret, or of this process only. */
    private final Sessions forms;

    private final LoginAttempts attempts;
    private final DashboardSettings settings;
    private final Templates templates;
    private final Predicate<String> isPage;

    private final @Nullable Oidc oidc;

    /**
     * @param isPage whether there is a page of that name, to which a sign-in may lead
     * @param formSecret signs forms where nobody signs in; empty if nodes share none
     * @param client of the issuer where people sign in; only asked for if the settings say so
     */
    Access(
            DashboardSettings settings,
            Templates templates,
            Clock clock,
            Predicate<String> isPage,
            Optional<String> formSecret,
            Function<OidcSettings, OidcClient> client) {
        this.settings = settings;
        this.templates = templates;
        this.isPage = isPage;
        this.attempts = new LoginAttempts(clock);
        this.sessions = settings.sessionSecret()
                .map(secret -> new Sessions(secret, settings.sessionLifetime(), clock))
                .orElse(null);
        Sessions known = sessions;
        this.oidc = known == null
                ? null
                : settings.oidc()
                        .map(own -> new Oidc(own, client.apply(own), known))
                        .orElse(null);
        this.forms = known != null
                ? known
                : new Sessions(formSecret.orElseGet(() -> UUID.randomUUID().toString()), Duration.ofDays(1), clock);
    }

    /** Whether there is anything to sign in or out of. */
    boolean isOpen() {
        return sessions == null;
    }

    /** What to answer in place of what was asked for; empty if it may be shown. */
    Optional<DashboardResponse> check(DashboardRequest request) {
        Sessions known = sessions;
        if (known == null) {
            return Optional.empty();
        }
        Optional<String> bearer = bearer(request);
        if (bearer.isPresent()) {
            return bearer(known, bearer.get(), request);
        }
        if (cookie(request).filter(known::isValid).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                request.parameter("part").isPresent()
                        ? DashboardResponse.text(401, "Sign in again.")
                        : DashboardResponse.redirect(303, "login" + Links.query("next", wanted(request))));
    }

    /** Who sent a request that {@link #check} lets through. */
    Visitor visitor(DashboardRequest request) {
        Sessions known = sessions;
        if (known == null) {
            return Visitor.administrator("anybody");
        }
        return bearer(request).isPresent()
                ? Visitor.administrator("the secret")
                : cookie(request).flatMap(known::visitor).orElseGet(() -> new Visitor("nobody", false));
    }

    /** What forms for whoever sent this request must bring along. */
    String formToken(DashboardRequest request) {
        return forms.formToken(cookie(request).orElse(""));
    }

    /** Whether a form was sent from a page that was made for whoever sends it. */
    boolean isOwnForm(DashboardRequest request) {
        if (isCrossSite(request)) {
            return false;
        }
        // Programs send the secret itself, which no browser adds to a form of another site
        return sessions != null && bearer(request).isPresent()
                || forms.isFormToken(cookie(request).orElse(""), request.form().getOrDefault("token", ""));
    }

    private static Optional<String> bearer(DashboardRequest request) {
        return request.header("authorization")
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(header -> header.substring(BEARER.length()).strip());
    }

    private Optional<DashboardResponse> bearer(Sessions known, String secret, DashboardRequest request) {
        if (attempts.isBlocked(request.remoteAddress())) {
            return Optional.of(tooMany(DashboardResponse.text(429, "Too many attempts.")));
        }
        if (isSecret(known, secret)) {
            return Optional.empty();
        }
        attempts.failed(request.remoteAddress());
        return Optional.of(DashboardResponse.text(401, "The secret is wrong.").with("WWW-Authenticate", "Bearer"));
    }

    /** Sessions may be signed with something that nobody signs in with. */
    private boolean isSecret(Sessions known, String candidate) {
        return settings.secret().isPresent() && known.isSecret(candidate);
    }

    /** Where to go on after signing in; empty for the first page as it is by itself. */
    private static String wanted(DashboardRequest request) {
        String page = request.page().isEmpty() ? FIRST_PAGE : request.page();
        String wanted = page + Links.query(request.query());
        return wanted.equals(FIRST_PAGE) ? "" : wanted;
    }

    private static Optional<String> cookie(DashboardRequest request) {
        return cookie(request, COOKIE);
    }

    private static Optional<String> cookie(DashboardRequest request, String name) {
        for (String part : request.header("cookie").orElse("").split(";")) {
            String pair = part.strip();
            if (pair.startsWith(name + "=")) {
                return Optional.of(pair.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    /** The form, or what comes of it. */
    DashboardResponse login(DashboardRequest request) {
        Sessions known = sessions;
        String next = next(request);
        if (known == null) {
            return DashboardResponse.redirect(303, next);
        }
        if (request.method().equals("GET")) {
            return form(200, "", next);
        }
        if (isCrossSite(request)) {
            return DashboardResponse.text(403, "A form of another site cannot sign in here.");
        }
        if (attempts.isBlocked(request.remoteAddress())) {
            return tooMany(form(429, "Too many attempts. Try again in a minute.", next));
        }
        if (!isSecret(known, request.form().getOrDefault("secret", "").strip())) {
            attempts.failed(request.remoteAddress());
            return form(401, "That is not the secret.", next);
        }
        return DashboardResponse.redirect(303, next)
                .with(
                        "Set-Cookie",
                        setCookie(
                                request,
                                known.begin(),
                                settings.sessionLifetime().toSeconds()));
    }

    /** Sends a browser to the issuer; empty if nobody signs in there. */
    Optional<DashboardResponse> start(DashboardRequest request) {
        Oidc issuer = oidc;
        if (issuer == null) {
            return Optional.empty();
        }
        try {
            Oidc.Start start = issuer.start(next(request));
            // Lax: the issuer's answer comes from another site
            return Optional.of(DashboardResponse.redirect(303, start.address().toString())
                    .with(
                            "Set-Cookie",
                            Oidc.COOKIE + "=" + start.cookie() + "; Max-Age="
                                    + issuer.loginTime().toSeconds() + "; HttpOnly; SameSite=Lax"
                                    + (isSecure(request) ? "; Secure" : "")));
        } catch (Oidc.RefusedException e) {
            return Optional.of(form(e.status(), String.valueOf(e.getMessage()), next(request)));
        }
    }

    /** What comes of the issuer's answer; empty if nobody signs in there. */
    Optional<DashboardResponse> finish(DashboardRequest request) {
        Oidc issuer = oidc;
        Sessions known = sessions;
        if (issuer == null || known == null) {
            return Optional.empty();
        }
        try {
            Oidc.SignedIn signedIn = issuer.finish(request, cookie(request, Oidc.COOKIE));
            Duration holds = settings.oidc().orElseThrow().sessionLifetime();
            // A page, since a redirect would still come from the issuer's site, and the cookie would not be sent
            return Optional.of(DashboardResponse.html(200, templates.signedIn(checkedNext(signedIn.next())))
                    .with("Set-Cookie", setCookie(request, known.begin(signedIn.visitor(), holds), holds.toSeconds())));
        } catch (Oidc.RefusedException e) {
            return Optional.of(form(e.status(), String.valueOf(e.getMessage()), FIRST_PAGE));
        }
    }

    private boolean isSecure(DashboardRequest request) {
        return request.isOverTls()
                || settings.oidc()
                        .filter(own -> "https".equals(own.redirectUri().getScheme()))
                        .isPresent();
    }

    DashboardResponse logout(DashboardRequest request) {
        return isCrossSite(request)
                ? DashboardResponse.text(403, "A form of another site cannot sign out here.")
                : DashboardResponse.redirect(303, "login").with("Set-Cookie", setCookie(request, "", 0));
    }

    private DashboardResponse tooMany(DashboardResponse response) {
        return response.with("Retry-After", String.valueOf(attempts.secondsLeft()));
    }

    private DashboardResponse form(int status, String problem, String next) {
        return DashboardResponse.html(
                status, templates.login(problem, next, settings.secret().isPresent(), oidc != null));
    }

    /** Only to a page of ours: anything else is no place to be sent to. */
    private String next(DashboardRequest request) {
        return checkedNext(request.parameter("next").orElse(""));
    }

    private String checkedNext(String next) {
        int query = next.indexOf('?');
        String page = query < 0 ? next : next.substring(0, query);
        boolean isLine = next.chars().noneMatch(c -> c < ' ');
        return isLine && (page.equals(FIRST_PAGE) || !page.isEmpty() && isPage.test(page)) ? next : FIRST_PAGE;
    }

    /** Browsers say where a form stood; others are no danger, since they have nobody's cookie. */
    private static boolean isCrossSite(DashboardRequest request) {
        return request.header("sec-fetch-site")
                .filter(site -> !site.equals("same-origin") && !site.equals("none"))
                .isPresent();
    }

    /** Without a path: then it is for all below the folder of the form, whatever a proxy calls that. */
    private String setCookie(DashboardRequest request, String value, long maxAgeSeconds) {
        return COOKIE + "=" + value + "; Max-Age=" + maxAgeSeconds + "; HttpOnly; SameSite=Strict"
                + (isSecure(request) ? "; Secure" : "");
    }
}
