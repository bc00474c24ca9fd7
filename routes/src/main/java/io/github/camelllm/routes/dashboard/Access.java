package io.github.camelllm.routes.dashboard;

import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who knows the secret: people by a form, after which a cookie says so, and programs by
 * {@code Authorization: Bearer …}. Thread-safe.
 */
final class Access {
    static final String COOKIE = "llm_dashboard";
    private static final String BEARER = "bearer ";

    private final @Nullable Sessions sessions;
    private final LoginAttempts attempts;
    private final DashboardSettings settings;
    private final Templates templates;
    private final Predicate<String> isPage;

    /** @param isPage whether there is a page of that name, to which a sign-in may lead */
    Access(DashboardSettings settings, Templates templates, Clock clock, Predicate<String> isPage) {
        this.settings = settings;
        this.templates = templates;
        this.isPage = isPage;
        this.attempts = new LoginAttempts(clock);
        this.sessions = settings.secret()
                .map(secret -> new Sessions(secret, settings.sessionLifetime(), clock))
                .orElse(null);
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
        Optional<String> bearer = request.header("authorization")
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(header -> header.substring(BEARER.length()).strip());
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

    private Optional<DashboardResponse> bearer(Sessions known, String secret, DashboardRequest request) {
        if (attempts.isBlocked(request.remoteAddress())) {
            return Optional.of(tooMany(DashboardResponse.text(429, "Too many attempts.")));
        }
        if (known.isSecret(secret)) {
            return Optional.empty();
        }
        attempts.failed(request.remoteAddress());
        return Optional.of(DashboardResponse.text(401, "The secret is wrong.").with("WWW-Authenticate", "Bearer"));
    }

    private static String wanted(DashboardRequest request) {
        return request.page() + Links.query(request.query());
    }

    private static Optional<String> cookie(DashboardRequest request) {
        for (String part : request.header("cookie").orElse("").split(";")) {
            String pair = part.strip();
            if (pair.startsWith(COOKIE + "=")) {
                return Optional.of(pair.substring(COOKIE.length() + 1));
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
        if (!known.isSecret(request.form().getOrDefault("secret", "").strip())) {
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

    DashboardResponse logout(DashboardRequest request) {
        return isCrossSite(request)
                ? DashboardResponse.text(403, "A form of another site cannot sign out here.")
                : DashboardResponse.redirect(303, "login").with("Set-Cookie", setCookie(request, "", 0));
    }

    private DashboardResponse tooMany(DashboardResponse response) {
        return response.with("Retry-After", String.valueOf(attempts.secondsLeft()));
    }

    private DashboardResponse form(int status, String problem, String next) {
        return DashboardResponse.html(status, templates.login(problem, next));
    }

    /** Only to a page of ours: anything else is no place to be sent to. */
    private String next(DashboardRequest request) {
        String next = request.parameter("next").orElse("");
        int query = next.indexOf('?');
        String page = query < 0 ? next : next.substring(0, query);
        return !page.isEmpty() && isPage.test(page) ? next : "./";
    }

    /** Browsers say where a form stood; others are no danger, since they have nobody's cookie. */
    private static boolean isCrossSite(DashboardRequest request) {
        return request.header("sec-fetch-site")
                .filter(site -> !site.equals("same-origin") && !site.equals("none"))
                .isPresent();
    }

    /** Without a path: then it is for all below the folder of the form, whatever a proxy calls that. */
    private static String setCookie(DashboardRequest request, String value, long maxAgeSeconds) {
        return COOKIE + "=" + value + "; Max-Age=" + maxAgeSeconds + "; HttpOnly; SameSite=Strict"
                + (request.isOverTls() ? "; Secure" : "");
    }
}
