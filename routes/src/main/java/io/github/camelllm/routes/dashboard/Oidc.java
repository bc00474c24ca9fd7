package io.github.camelllm.routes.dashboard;

import io.github.camelllm.call.Fingerprint;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.gateway.keys.OidcClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sign-in at an OpenID Connect issuer. What belongs to one try (state, nonce, PKCE's verifier, the page that was wanted) is in a
 * signed cookie of that browser for ten minutes, so that any node can take it up and none keeps anything. Thread-safe; blocks while
 * the issuer answers.
 */
final class Oidc {
    static final String CALLBACK = "oidc";
    static final String COOKIE = "llm_dashboard_oidc";

    private static final Logger LOG = LoggerFactory.getLogger(Oidc.class);
    private static final Duration LOGIN_TIME = Duration.ofMinutes(10);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final String KIND = "login";
    private static final int MOST_NEXT_CHARS = 500;
    private static final int MOST_CODE_CHARS = 4000;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final OidcSettings settings;
    private final OidcClient client;
    private final Sessions sessions;
    private final SecureRandom random = new SecureRandom();

    Oidc(OidcSettings settings, OidcClient client, Sessions sessions) {
        this.settings = settings;
        this.client = client;
        this.sessions = sessions;
    }

    /** One try to sign in. */
    private record Login(String state, String nonce, String verifier, String next) {
        String text() {
            return BASE64.encodeToString(
                    String.join("\n", state, nonce, verifier, next).getBytes(StandardCharsets.UTF_8));
        }

        static Login of(String text) {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", 4);
            return new Login(parts[0], parts[1], parts[2], parts[3]);
        }
    }

    /** Why somebody is not let in; the message is for people. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** Who signed in, and the page that was wanted before. */
    record SignedIn(Visitor visitor, String next) {}

    /** Where to send a browser, and the cookie's value for it. */
    record Start(URI address, String cookie) {}

    Duration loginTime() {
        return LOGIN_TIME;
    }

    /** @param next page that is wanted */
    Start start(String next) throws RefusedException {
        Login login = new Login(token(), token(), token(), next.length() > MOST_NEXT_CHARS ? "./" : next);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("scope", settings.scopes());
        parameters.put("redirect_uri", settings.redirectUri().toString());
        parameters.put("state", login.state());
        parameters.put("nonce", login.nonce());
        parameters.put("code_challenge", BASE64.encodeToString(Fingerprint.bytes(login.verifier())));
        parameters.put("code_challenge_method", "S256");
        URI address = await(client.authorization(parameters));
        return new Start(address, sessions.sealed(KIND, login.text(), LOGIN_TIME));
    }

    /** What comes of an answer of the issuer that a browser brings. */
    SignedIn finish(DashboardRequest request, Optional<String> cookie) throws RefusedException {
        Login login = cookie.flatMap(sessions::opened)
                .filter(parts -> parts.get(0).equals(KIND))
                .map(parts -> Login.of(parts.get(1)))
                .orElseThrow(
                        () -> new RefusedException(400, "This sign-in took too long, or began in another browser."));
        if (!MessageDigest.isEqual(
                bytes(login.state()), bytes(request.parameter("state").orElse("")))) {
            throw new RefusedException(400, "This answer belongs to another sign-in.");
        }
        // RFC 9207: an answer of another issuer must not be taken for one of ours
        if (request.parameter("iss")
                .filter(issuer -> !issuer.equals(client.issuer()))
                .isPresent()) {
            throw new RefusedException(400, "This answer comes from another issuer.");
        }
        Optional<String> code = request.parameter("code");
        if (request.parameter("error").isPresent()
                || code.isEmpty()
                || code.get().length() > MOST_CODE_CHARS) {
            throw new RefusedException(403, "The issuer let nobody in.");
        }
        Map<String, Object> claims = await(client.claims(
                code.get(), login.verifier(), settings.redirectUri().toString()));
        if (!(claims.get("nonce") instanceof String nonce)
                || !MessageDigest.isEqual(bytes(login.nonce()), bytes(nonce))) {
            throw new RefusedException(401, "The issuer's token belongs to another sign-in.");
        }
        String name = OidcClient.text(claims, settings.nameClaim())
                .or(() -> OidcClient.text(claims, "sub"))
                .orElse("somebody");
        List<String> roles = OidcClient.texts(claims, settings.rolesClaim());
        Visitor visitor = settings.visitor(name, roles)
                .orElseThrow(() -> new RefusedException(
                        403, "You are known, but none of your roles lets you look at this dashboard."));
        return new SignedIn(visitor, login.next());
    }

    private <T> T await(CompletableFuture<T> answer) throws RefusedException {
        try {
            return answer.get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException inner ? inner.getCause() : e.getCause();
            if (cause instanceof LlmException refused && refused.getStatusCode() == 401) {
                LOG.warn("A sign-in at {} was refused: {}", client.issuer(), refused.getMessage());
                throw new RefusedException(401, "The issuer's token is not accepted. The log says why.");
            }
            LOG.warn("The issuer {} is no use for a sign-in: {}", client.issuer(), String.valueOf(cause));
            throw new RefusedException(502, "The issuer cannot be asked, or gave no token. The log says why.");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RefusedException(504, "The issuer took too long.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(503, "Shutting down.");
        }
    }

    private String token() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
