package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.catalog.CatalogException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The properties {@code llm.gateway.jwt.…}.
 *
 * @param issuer what {@code iss} must be
 * @param audiences one of these must be in {@code aud}
 * @param jwksUrl where the issuer's public keys are; empty if the issuer tells by OpenID Connect Discovery 1.0
 * @param algorithms signatures that are accepted; none with a shared secret
 * @param clockSkew how far the issuer's clock may be off
 * @param idClaim the claim that names the user
 * @param tags claims by the tags that their values become
 * @param modelsClaim the claim with the globs of models that may be asked; empty if no claim says it
 * @param models what may be asked by those whose token does not say it; empty for all, or for none if a claim should say it
 * @param jwksTtl how old keys become before they are fetched again
 * @param refreshCooldown least time between two fetches, whatever tokens come
 * @param timeout of a fetch
 * @param maxTokenChars longest token
 */
record JwtSettings(
        String issuer,
        List<String> audiences,
        Optional<URI> jwksUrl,
        List<String> algorithms,
        Duration clockSkew,
        String idClaim,
        Map<String, String> tags,
        Optional<String> modelsClaim,
        List<String> models,
        Duration jwksTtl,
        Duration refreshCooldown,
        Duration timeout,
        int maxTokenChars) {
    static final String PREFIX = "llm.gateway.jwt.";

    /** The tag with the user's id, unless a claim is mapped to it. */
    static final String USER_TAG = "user";

    private static final Set<String> KEYS = Set.of(
            "issuer",
            "audience",
            "jwksUrl",
            "algorithms",
            "clockSkew",
            "idClaim",
            "tag",
            "modelsClaim",
            "models",
            "jwksTtl",
            "refreshCooldown",
            "timeout",
            "maxTokenChars",
            "allowHttp");
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");
    private static final List<String> USUAL_ALGORITHMS = List.of("RS256", "PS256", "ES256");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    JwtSettings {
        audiences = List.copyOf(audiences);
        algorithms = List.copyOf(algorithms);
        tags = Map.copyOf(tags);
        models = List.copyOf(models);
    }

    /** @throws CatalogException if a property is unknown, missing or wrong */
    static JwtSettings of(Map<String, String> properties) {
        return of(PREFIX, properties);
    }

    /** @param prefix of the properties, for what is told of wrong ones */
    static JwtSettings of(String prefix, Map<String, String> properties) {
        GatewaySettings settings = new GatewaySettings(prefix, properties, KEYS);
        String issuer =
                settings.required("issuer", "the issuer's address, such as https://login.example.com/realms/acme");
        Optional<String> jwksUrl = settings.text("jwksUrl");
        List<String> audiences = settings.list("audience");
        if (audiences.isEmpty()) {
            // Without one, tokens that were made for any other application would do
            throw new CatalogException(
                    "property " + prefix + "audience is missing; expected what 'aud' must be, such as llm-gateway");
        }
        List<String> algorithms = settings.list("algorithms");
        for (String algorithm : algorithms) {
            if (!ALGORITHMS.contains(algorithm)) {
                throw settings.wrong(
                        "algorithms", "some of " + String.join(", ", new TreeSet<>(ALGORITHMS)), algorithm);
            }
        }
        Map<String, String> tags = settings.map("tag");
        if (tags.containsKey(VirtualKey.TAG)) {
            throw new CatalogException("property " + prefix + "tag." + VirtualKey.TAG
                    + ": expected another tag, since this one names virtual keys");
        }
        boolean http = settings.flag("allowHttp");
        if (jwksUrl.isEmpty()) {
            uri(prefix, settings, "issuer", issuer, http);
        }
        return new JwtSettings(
                issuer,
                audiences,
                jwksUrl.map(url -> uri(prefix, settings, "jwksUrl", url, http)),
                algorithms.isEmpty() ? USUAL_ALGORITHMS : algorithms,
                settings.duration("clockSkew", Duration.ofSeconds(30), Duration.ofMinutes(10)),
                settings.text("idClaim").orElse("sub"),
                tags,
                settings.text("modelsClaim"),
                settings.list("models"),
                settings.duration("jwksTtl", Duration.ofMinutes(10), Duration.ofDays(1)),
                settings.duration("refreshCooldown", Duration.ofSeconds(10), Duration.ofHours(1)),
                settings.duration("timeout", Duration.ofSeconds(5), Duration.ofMinutes(1)),
                settings.number("maxTokenChars", 16 * 1024, 256, 256 * 1024));
    }

    /** Keys that come over a network in the clear could be anyone's. */
    private static URI uri(String prefix, GatewaySettings settings, String key, String text, boolean http) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw settings.wrong(key, "an https address", text);
        }
        boolean plain = "http".equals(uri.getScheme());
        if (uri.getHost() == null || !plain && !"https".equals(uri.getScheme()) || uri.getRawUserInfo() != null) {
            throw settings.wrong(key, "an https address with a host", text);
        }
        if (plain && !http && !LOOPBACK.contains(uri.getHost())) {
            throw settings.wrong(key, "an https address, or " + prefix + "allowHttp=true", text);
        }
        return uri;
    }

    /** Where the issuer tells of itself (OpenID Connect Discovery 1.0, section 4). */
    URI discoveryUrl() {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return URI.create(base + "/.well-known/openid-configuration");
    }
}
