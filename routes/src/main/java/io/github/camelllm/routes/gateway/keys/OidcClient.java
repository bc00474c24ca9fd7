package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.gateway.keys.IssuerHttp.FetchException;
import io.github.camelllm.transport.HttpField;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * A client of an OpenID Connect issuer for logins by the authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1;
 * RFC 7636): knows by discovery where people sign in, and makes a code into the claims of a checked ID token. Thread-safe, and
 * never blocks.
 */
public final class OidcClient {
    private final JwtSettings settings;
    private final String clientId;
    private final Optional<String> clientSecret;
    private final IssuerHttp http;
    private final JwtAuthenticator tokens;
    private volatile @Nullable Endpoints known;

    /**
     * Where an issuer does what.
     *
     * @param secretInForm whether it wants the client's secret in the form, since it takes no other way
     */
    record Endpoints(URI authorization, URI token, boolean secretInForm) {}

    private OidcClient(
            JwtSettings settings,
            String clientId,
            Optional<String> clientSecret,
            IssuerHttp http,
            JwtAuthenticator tokens) {
        this.settings = settings;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.http = http;
        this.tokens = tokens;
    }

    /**
     * @param prefix of the properties, for what is told of wrong ones
     * @param properties {@code issuer}, {@code clockSkew}, {@code timeout}, {@code algorithms} and {@code allowHttp}
     * @param clientId which ID tokens must be for
     * @param clientSecret empty for a public client
     * @throws io.github.camelllm.catalog.CatalogException if a property is wrong
     * @throws IllegalStateException if the library for tokens is missing
     */
    public static OidcClient of(
            CamelContext context,
            String prefix,
            Map<String, String> properties,
            String clientId,
            Optional<String> clientSecret,
            Clock clock) {
        Map<String, String> jwt = new LinkedHashMap<>(properties);
        jwt.put("audience", clientId);
        JwtSettings settings = JwtSettings.of(prefix, jwt);
        Supplier<HttpTransport> transport =
                () -> context.getComponent("llm", LlmComponent.class).transport();
        IssuerHttp http = new IssuerHttp(transport, settings.timeout());
        try {
            Jwks jwks = new Jwks(new JwksFetch(http, settings), settings.jwksTtl(), settings.refreshCooldown(), clock);
            return new OidcClient(settings, clientId, clientSecret, http, new JwtAuthenticator(settings, jwks, clock));
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "OpenID Connect (" + prefix
                            + "issuer) needs com.nimbusds:nimbus-jose-jwt on the class path, but there" + " is no "
                            + e.getMessage(),
                    e);
        }
    }

    public String issuer() {
        return settings.issuer();
    }

    /**
     * Where a browser is sent to sign in.
     *
     * @param parameters of the request but for the client's id
     */
    public CompletableFuture<URI> authorization(Map<String, String> parameters) {
        return endpoints().thenApply(endpoints -> {
            Map<String, String> all = new LinkedHashMap<>(parameters);
            all.put("client_id", clientId);
            String base = endpoints.authorization().toString();
            return URI.create(base + (base.contains("?") ? "&" : "?") + form(all));
        });
    }

    /**
     * Makes a code into the claims of its ID token: signed by a key of the issuer, from the issuer, for this client, not expired.
     * Whether the nonce is right is for the caller to see.
     *
     * @param verifier of PKCE
     */
    public CompletableFuture<Map<String, Object>> claims(String code, String verifier, String redirectUri) {
        return endpoints()
                .thenCompose(endpoints -> {
                    Map<String, String> form = new LinkedHashMap<>();
                    form.put("grant_type", "authorization_code");
                    form.put("code", code);
                    form.put("redirect_uri", redirectUri);
                    form.put("code_verifier", verifier);
                    boolean basic = clientSecret.isPresent() && !endpoints.secretInForm();
                    if (!basic) {
                        form.put("client_id", clientId);
                        clientSecret.ifPresent(secret -> form.put("client_secret", secret));
                    }
                    return http.post(
                            endpoints.token(),
                            basic ? List.of(HttpField.of("Authorization", basic(clientSecret.get()))) : List.of(),
                            form(form));
                })
                .thenCompose(body -> tokens.claims(idToken(body)))
                .thenApply(this::checked);
    }

    /** RFC 6749, section 2.3.1: both are encoded as in a form. */
    private String basic(String secret) {
        String pair = encoded(clientId) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String idToken(byte[] body) {
        try {
            return Json.text(Json.MAPPER.readTree(body), "id_token")
                    .orElseThrow(() -> new FetchException("the issuer gave no ID token for a code", null));
        } catch (IOException e) {
            throw new FetchException("the issuer's answer to a code is no JSON", e);
        }
    }

    /** OpenID Connect Core 1.0, section 3.1.3.7, steps 4 and 5. */
    private Map<String, Object> checked(Map<String, Object> claims) {
        Object party = claims.get("azp");
        boolean several = claims.get("aud") instanceof List<?> audiences && audiences.size() > 1;
        if (party == null && several || party != null && !party.equals(clientId)) {
            throw new FetchException("the ID token was given to another client", null);
        }
        return claims;
    }

    /** As a text, or each text of a list. A path such as {@code realm_access.roles} leads into objects. */
    public static List<String> texts(Map<String, Object> claims, String path) {
        return JwtAuthenticator.texts(claims, path);
    }

    /** A claim as one text. */
    public static Optional<String> text(Map<String, Object> claims, String path) {
        return JwtAuthenticator.text(claims, path);
    }

    private CompletableFuture<Endpoints> endpoints() {
        Endpoints before = known;
        if (before != null) {
            return CompletableFuture.completedFuture(before);
        }
        return http.get(settings.discoveryUrl()).thenApply(body -> {
            Endpoints told = endpoints(body);
            known = told;
            return told;
        });
    }

    private Endpoints endpoints(byte[] body) {
        URI from = settings.discoveryUrl();
        try {
            JsonNode told = Json.MAPPER.readTree(body);
            if (!told.path("issuer").asText().equals(settings.issuer())) {
                throw new FetchException(from + " is of another issuer than " + settings.issuer(), null);
            }
            JsonNode methods = told.path("token_endpoint_auth_methods_supported");
            boolean takesBasic = methods.isMissingNode();
            for (JsonNode method : methods) {
                takesBasic |= method.asText().equals("client_secret_basic");
            }
            return new Endpoints(
                    endpoint(from, told, "authorization_endpoint"),
                    endpoint(from, told, "token_endpoint"),
                    !takesBasic);
        } catch (IOException | IllegalArgumentException e) {
            throw new FetchException(from + " is not the discovery document of an issuer", e);
        }
    }

    private static URI endpoint(URI from, JsonNode told, String member) {
        URI url = URI.create(told.path(member).asText());
        if (url.getHost() == null
                || !"https".equals(url.getScheme()) && !from.getScheme().equals(url.getScheme())) {
            throw new FetchException(from + " has no address in " + member + " that can be used", null);
        }
        return url;
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
