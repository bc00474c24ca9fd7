package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.github.camelllm.routes.gateway.keys.IssuerHttp.FetchException;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Fetches an issuer's public keys (RFC 7517), without holding a thread. */
final class JwksFetch implements Supplier<CompletableFuture<JWKSet>> {
    private static final int MOST_KEYS = 200;
    private static final int LEAST_RSA_BITS = 2048;
    private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

    private final IssuerHttp http;
    private final JwtSettings settings;

    JwksFetch(IssuerHttp http, JwtSettings settings) {
        this.http = http;
        this.settings = settings;
    }

    /** Fails with what went wrong. */
    @Override
    public CompletableFuture<JWKSet> get() {
        Optional<URI> known = settings.jwksUrl();
        CompletableFuture<URI> address = known.isPresent()
                ? CompletableFuture.completedFuture(known.get())
                : http.get(settings.discoveryUrl()).thenApply(this::jwksUrl);
        return address.thenCompose(url -> http.get(url).thenApply(bytes -> keys(url, bytes)));
    }

    private URI jwksUrl(byte[] discovery) {
        URI from = settings.discoveryUrl();
        try {
            JsonNode told = Json.MAPPER.readTree(discovery);
            String issuer = told.path("issuer").asText();
            if (!issuer.equals(settings.issuer())) {
                throw new FetchException(from + " is of another issuer than " + settings.issuer(), null);
            }
            URI url = URI.create(told.path("jwks_uri").asText());
            if (url.getHost() == null
                    || !url.getScheme().equals(from.getScheme()) && !"https".equals(url.getScheme())) {
                throw new FetchException(from + " has no address of keys in jwks_uri that can be used", null);
            }
            return url;
        } catch (IOException | IllegalArgumentException e) {
            throw new FetchException(from + " is not the discovery document of an issuer", e);
        }
    }

    /** Keys that signatures can be checked with: shared secrets have no place there, and weak keys none here. */
    private static JWKSet keys(URI from, byte[] json) {
        try {
            List<JWK> keys = JWKSet.parse(new String(json, StandardCharsets.UTF_8)).getKeys().stream()
                    .filter(JwksFetch::isUsable)
                    .limit(MOST_KEYS)
                    .toList();
            if (keys.isEmpty()) {
                throw new FetchException(
                        from + " has no RSA key of " + LEAST_RSA_BITS + " bits or more and no EC key", null);
            }
            return new JWKSet(keys).toPublicJWKSet();
        } catch (ParseException e) {
            throw new FetchException(from + " is no set of keys (RFC 7517)", e);
        }
    }

    private static boolean isUsable(JWK key) {
        return key instanceof RSAKey && key.size() >= LEAST_RSA_BITS
                || key instanceof ECKey curve && CURVES.contains(curve.getCurve());
    }
}
