package io.github.camelllm.routes.dashboard;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An OpenID Connect issuer on this machine where everybody is signed in already, with discovery, keys and tokens. */
final class LoginIssuer implements AutoCloseable {
    static final String CLIENT = "llm-dashboard";
    static final String CLIENT_SECRET = "secret of the dashboard's client: a+b";
    static final RSAKey KEY = key();
    static final RSAKey OTHER_KEY = key();

    /** What a token becomes before it is given out. */
    volatile Function<JWTClaimsSet.Builder, String> tokens = claims -> sign(KEY, claims);

    volatile List<String> roles = List.of("llm-viewer");
    volatile Optional<String> told = Optional.empty();
    volatile String authMethods = "[\"client_secret_basic\"]";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();

    LoginIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> answer(exchange, 200, """
                {"issuer":"%s","jwks_uri":"%s/keys","authorization_endpoint":"%s/authorize?theme=dark",
                 "token_endpoint":"%s/token","token_endpoint_auth_methods_supported":%s}""".formatted(told.orElse(url()), url(), url(), url(), authMethods)));
        server.createContext("/keys", exchange -> answer(exchange, 200, new JWKSet(KEY).toString(true)));
        server.createContext("/token", this::token);
        server.createContext("/authorize", exchange -> {
            String asked = exchange.getRequestURI().toString();
            String to =
                    DashboardRequest.parameters(URI.create(asked).getRawQuery()).getOrDefault("redirect_uri", "");
            String answer = authorize(asked);
            exchange.getResponseHeaders().set("Location", to + answer.substring("/oidc".length()));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("k").generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** Another site than {@code localhost}, for browsers. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What the issuer sends a browser back with that was sent here. */
    String authorize(String location) {
        Map<String, String> asked =
                DashboardRequest.parameters(URI.create(location).getRawQuery());
        if (!asked.getOrDefault("response_type", "").equals("code")
                || !asked.getOrDefault("client_id", "").equals(CLIENT)
                || !asked.getOrDefault("code_challenge_method", "").equals("S256")
                || !asked.getOrDefault("theme", "").equals("dark")
                || !asked.getOrDefault("scope", "").contains("openid")) {
            throw new AssertionError("no request for a code: " + asked.keySet());
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, asked);
        return "/oidc" + Links.query("code", code, "state", asked.get("state"), "iss", url());
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = DashboardRequest.parameters(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
        String basic = "Basic "
                + Base64.getEncoder()
                        .encodeToString(
                                (CLIENT + ":" + java.net.URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8))
                                        .getBytes(StandardCharsets.UTF_8));
        boolean known = authMethods.contains("basic")
                ? basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                : CLIENT_SECRET.equals(form.get("client_secret")) && CLIENT.equals(form.get("client_id"));
        if (asked == null
                || !known
                || !form.getOrDefault("grant_type", "").equals("authorization_code")
                || !form.getOrDefault("redirect_uri", "").equals(asked.get("redirect_uri"))
                || !challenge(form.getOrDefault("code_verifier", "")).equals(asked.get("code_challenge"))) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        String token = tokens.apply(claims(asked.get("nonce")));
        answer(exchange, 200, "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"id_token\":\"" + token + "\"}");
    }

    private JWTClaimsSet.Builder claims(String nonce) {
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(CLIENT)
                .subject("zoe")
                .claim("email", "zoe@example.com")
                .claim("nonce", nonce)
                .claim("realm_access", Map.of("roles", roles))
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
    }

    static String sign(RSAKey key, JWTClaimsSet.Builder claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(), claims.build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
