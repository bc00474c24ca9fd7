package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.transport.ApacheHttpTransport;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.HttpTransportSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthenticatorTest {
    private final ManualClock clock = new ManualClock();
    private final HttpTransport transport = new ApacheHttpTransport(HttpTransportSettings.DEFAULT);
    private Issuer issuer;

    @BeforeEach
    void start() throws Exception {
        issuer = new Issuer(clock);
    }

    @AfterEach
    void stop() {
        issuer.close();
        transport.close();
    }

    private JwtAuthenticator authenticator(String... properties) {
        Map<String, String> all = new HashMap<>(Map.of("issuer", issuer.url(), "audience", "llm-gateway"));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        JwtSettings settings = JwtSettings.of(all);
        return new JwtAuthenticator(
                settings,
                new Jwks(
                        new JwksFetch(new IssuerHttp(() -> transport, settings.timeout()), settings),
                        settings.jwksTtl(),
                        settings.refreshCooldown(),
                        clock),
                clock);
    }

    private static Caller caller(Authenticator authenticator, String token) {
        return authenticator.authenticate(token).toCompletableFuture().join();
    }

    private static LlmException refusal(Authenticator authenticator, String token) {
        LlmException refusal = KeyNode.refusal(authenticator, token);
        assertThat(refusal.getStatusCode()).as(refusal.getMessage()).isEqualTo(401);
        return refusal;
    }

    @ParameterizedTest
    @CsvSource({"RS256,rsa", "PS256,rsa", "ES256,ec"})
    void aTokenOfTheIssuerLetsItsUserIn(String algorithm, String key) {
        Caller caller = caller(
                authenticator(),
                Issuer.sign(
                        JWSAlgorithm.parse(algorithm), key.equals("rsa") ? Issuer.RSA : Issuer.EC, issuer.claims()));

        assertThat(caller.id()).isEqualTo("jwt:zoe");
        assertThat(caller.tags()).isEqualTo(Map.of("user", "zoe"));
        assertThat(caller.models()).isEmpty();
        assertThat(caller.expires()).contains(clock.instant().plusSeconds(600));
    }

    @Test
    void accessTokensAndTokensWithoutKeyIdOrTypeAreAcceptedToo() {
        for (JWSHeader header : List.of(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                new JWSHeader.Builder(JWSAlgorithm.RS256).build())) {
            assertThat(caller(authenticator(), Issuer.sign(header, Issuer.RSA, issuer.claims()))
                            .id())
                    .isEqualTo("jwt:zoe");
        }
    }

    @Test
    void claimsBecomeTags() {
        Authenticator authenticator = authenticator(
                "idClaim",
                "email",
                "tag.team",
                "department",
                "tag.groups",
                "groups",
                "tag.role",
                "realm_access.role",
                "tag.plan",
                "https://acme.example/plan",
                "tag.floor",
                "floor",
                "tag.absent",
                "none",
                "tag.user",
                "login");
        Caller caller = caller(
                authenticator,
                Issuer.sign(
                        JWSAlgorithm.RS256,
                        Issuer.RSA,
                        issuer.claims()
                                .claim("email", "zoe@acme.example")
                                .claim("login", "zoe\n")
                                .claim("department", "marketing")
                                .claim("groups", List.of("b", "a"))
                                .claim("realm_access", Map.of("role", "writer"))
                                .claim("https://acme.example/plan", "gold")
                                .claim("floor", 3)));

        assertThat(caller.id()).isEqualTo("jwt:zoe@acme.example");
        assertThat(caller.tags())
                .isEqualTo(Map.of(
                        "user",
                        "zoe?",
                        "team",
                        "marketing",
                        "groups",
                        "a,b",
                        "role",
                        "writer",
                        "plan",
                        "gold",
                        "floor",
                        "3"));
    }

    @Test
    void aClaimSaysWhichModelsMayBeAsked() {
        Authenticator authenticator = authenticator("modelsClaim", "llm_models");

        assertThat(caller(authenticator, token("llm_models", List.of("openai/*", "router/cheap")))
                        .models())
                .containsExactly("openai/*", "router/cheap");
        assertThat(caller(authenticator, token("llm_models", "openai/*  router/cheap"))
                        .models())
                .containsExactly("openai/*", "router/cheap");
        LlmException refusal = KeyNode.refusal(authenticator, issuer.token());
        assertThat(refusal.getStatusCode()).isEqualTo(403);
        assertThat(refusal).hasMessageContaining("expected 1 to 100 models in the token's claim 'llm_models'");
        assertThat(KeyNode.refusal(authenticator, token("llm_models", List.of()))
                        .getStatusCode())
                .isEqualTo(403);
        assertThat(caller(authenticator("modelsClaim", "llm_models", "models", "openai/gpt-5-nano"), issuer.token())
                        .models())
                .containsExactly("openai/gpt-5-nano");
    }

    private String token(String claim, Object value) {
        return Issuer.sign(JWSAlgorithm.RS256, Issuer.RSA, issuer.claims().claim(claim, value));
    }

    @Test
    void wrongClaimsAreRefused() {
        Authenticator authenticator = authenticator();
        Map<JWTClaimsSet.Builder, String> cases = new HashMap<>();
        cases.put(issuer.claims().issuer("https://evil.example"), "iss");
        cases.put(issuer.claims().issuer(null), "iss");
        cases.put(issuer.claims().audience("another-app"), "aud");
        cases.put(issuer.claims().audience((String) null), "aud");
        cases.put(issuer.claims().subject(null), "sub");
        cases.put(issuer.claims().subject(" "), "claim 'sub' is no text of 1 to 200");
        cases.put(issuer.claims().subject("x".repeat(201)), "claim 'sub' is no text of 1 to 200");
        cases.put(issuer.claims().expirationTime(null), "exp");
        cases.put(issuer.claims().expirationTime(Date.from(clock.instant().minusSeconds(31))), "Expired");
        cases.put(issuer.claims().notBeforeTime(Date.from(clock.instant().plusSeconds(31))), "before use time");
        cases.forEach((claims, words) -> assertThat(
                        refusal(authenticator, Issuer.sign(JWSAlgorithm.RS256, Issuer.RSA, claims)))
                .hasMessageContaining(words));
    }

    @Test
    void clocksMayBeALittleOff() {
        Authenticator authenticator = authenticator();
        caller(
                authenticator,
                Issuer.sign(
                        JWSAlgorithm.RS256,
                        Issuer.RSA,
                        issuer.claims()
                                .notBeforeTime(Date.from(clock.instant().plusSeconds(29)))
                                .expirationTime(Date.from(clock.instant().minusSeconds(29)))));
    }

    @Test
    void aTokenThatWasGoodEndsWhenItExpires() {
        Authenticator authenticator = authenticator();
        String token = issuer.token();
        assertThat(caller(authenticator, token)).isSameAs(caller(authenticator, token));
        clock.advance(Duration.ofSeconds(629));
        assertThat(caller(authenticator, token).id()).isEqualTo("jwt:zoe");
        clock.advance(Duration.ofSeconds(2));

        assertThat(refusal(authenticator, token)).hasMessageContaining("Expired");
    }

    @Test
    void noOtherAlgorithmsAreAccepted() throws JOSEException {
        Authenticator authenticator = authenticator();
        String none = new PlainJWT(issuer.claims().build()).serialize();
        assertThat(refusal(authenticator, none)).hasMessageContaining("expected a signed JSON Web Token");
        assertThat(refusal(authenticator, none + "AAAA")).hasMessageContaining("expected a signed JSON Web Token");

        // The public key as a shared secret
        SignedJWT mac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(),
                issuer.claims().build());
        mac.sign(new MACSigner(Issuer.RSA.toRSAPublicKey().getEncoded()));
        assertThat(refusal(authenticator, mac.serialize()))
                .hasMessageContaining("signed by one of RS256, PS256, ES256");
        assertThat(refusal(authenticator, Issuer.sign(JWSAlgorithm.RS512, Issuer.RSA, issuer.claims())))
                .hasMessageContaining("but it says another algorithm");
    }

    @Test
    void keysInTheTokenItselfAreNotBelieved() {
        RSAKey own = Issuer.rsa("rsa-1", 2048);
        Authenticator authenticator = authenticator();
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1");

        refusal(authenticator, Issuer.sign(header.build(), own, issuer.claims()));
        refusal(authenticator, Issuer.sign(header.jwk(own.toPublicJWK()).build(), own, issuer.claims()));
        refusal(
                authenticator,
                Issuer.sign(header.jwkURL(URI.create(issuer.url() + "/evil")).build(), own, issuer.claims()));
        refusal(authenticator, Issuer.sign(JWSAlgorithm.RS256, own, issuer.claims()));
    }

    @Test
    void aCriticalHeaderThatIsNotUnderstoodIsRefused() {
        refusal(
                authenticator(),
                Issuer.sign(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .keyID("rsa-1")
                                .criticalParams(java.util.Set.of("exp"))
                                .build(),
                        Issuer.RSA,
                        issuer.claims()));
    }

    @Test
    void aTypeOfAnotherUseIsRefused() {
        refusal(
                authenticator(),
                Issuer.sign(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .keyID("rsa-1")
                                .type(new JOSEObjectType("logout+jwt"))
                                .build(),
                        Issuer.RSA,
                        issuer.claims()));
    }

    @Test
    void aChangedTokenIsRefused() {
        Authenticator authenticator = authenticator();
        String[] parts = issuer.token().split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String other = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.replace("zoe", "eve").getBytes(StandardCharsets.UTF_8));

        refusal(authenticator, parts[0] + "." + other + "." + parts[2]);
        refusal(authenticator, parts[0] + "." + parts[1] + ".");
        refusal(
                authenticator,
                parts[0] + "." + parts[1] + "." + parts[2].substring(0, 9) + "/" + parts[2].substring(9));
        refusal(authenticator, issuer.token() + "=");
        refusal(authenticator, issuer.token().replace('_', '/').replace('-', '+') + " ");
        refusal(authenticator, parts[0] + "." + parts[1]);
    }

    @Test
    void whateverIsSentIsRefusedAndNothingElse() {
        Authenticator authenticator = authenticator();
        Random random = new Random(7);
        String good = issuer.token();
        for (int i = 0; i < 3000; i++) {
            StringBuilder token = new StringBuilder(good);
            for (int change = 0; change <= random.nextInt(3); change++) {
                int at = random.nextInt(token.length());
                token.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0x3000));
            }
            String text = token.toString();
            if (!text.equals(good)) {
                CompletableFuture<Caller> answer =
                        authenticator.authenticate(text).toCompletableFuture();
                assertThat(answer.handle((caller, failure) -> caller == null
                                        ? String.valueOf(failure)
                                        // The last character of a signature has bits that mean nothing
                                        : text.regionMatches(0, good, 0, good.length() - 1) ? "401" : "let in")
                                .join())
                        .as(text)
                        .doesNotContain("let in")
                        .containsAnyOf("LlmAuthenticationException", "401");
            }
        }
        String deep = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"a\":[".replace("[", "[".repeat(5_000)).getBytes(StandardCharsets.UTF_8));
        refusal(authenticator, deep + "." + deep + ".AAAA");
        refusal(authenticator, good.split("\\.")[0] + "." + deep + "." + good.split("\\.")[2]);
    }

    @Test
    void aHugeTokenIsNotEvenRead() {
        String huge = "a.b." + "c".repeat(20_000_000);
        assertThat(KeyNode.refusal(authenticator(), huge))
                .hasMessage("gateway: expected a token of at most 16384 characters, but one of 20000004 was sent");
        assertThat(issuer.fetches).hasValue(0);
    }

    @Test
    void keysAreFetchedOnceForManyCallers() {
        Authenticator authenticator = authenticator();
        List<CompletableFuture<Caller>> callers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            callers.add(authenticator
                    .authenticate(Issuer.sign(
                            JWSAlgorithm.ES256, Issuer.EC, issuer.claims().jwtID("t" + i)))
                    .toCompletableFuture());
        }
        callers.forEach(caller -> assertThat(caller.join().id()).isEqualTo("jwt:zoe"));
        assertThat(issuer.fetches).hasValue(1);
    }

    @Test
    void aNewKeyOfTheIssuerIsFetchedWhenATokenNeedsIt() {
        Authenticator authenticator = authenticator();
        String old = issuer.token();
        caller(authenticator, old);
        issuer.keys = new JWKSet(List.of(Issuer.NEXT)).toString(true);
        clock.advance(Duration.ofSeconds(10));

        assertThat(caller(authenticator, Issuer.sign(JWSAlgorithm.RS256, Issuer.NEXT, issuer.claims()))
                        .id())
                .isEqualTo("jwt:zoe");
        assertThat(issuer.fetches).hasValue(2);
        // Its key is gone, so what was remembered of the old token is too
        refusal(authenticator, old);
    }

    @Test
    void madeUpKeyIdsDoNotFloodTheIssuer() {
        Authenticator authenticator = authenticator();
        caller(authenticator, issuer.token());
        for (int i = 0; i < 200; i++) {
            refusal(
                    authenticator,
                    Issuer.sign(
                            new JWSHeader.Builder(JWSAlgorithm.ES256)
                                    .keyID("made-up-" + i)
                                    .build(),
                            Issuer.EC,
                            issuer.claims()));
        }
        assertThat(issuer.fetches).hasValue(1);

        clock.advance(Duration.ofSeconds(10));
        for (int i = 0; i < 20; i++) {
            refusal(
                    authenticator,
                    Issuer.sign(
                            new JWSHeader.Builder(JWSAlgorithm.ES256)
                                    .keyID("again-" + i)
                                    .build(),
                            Issuer.EC,
                            issuer.claims()));
        }
        assertThat(issuer.fetches).hasValue(2);
        assertThat(caller(authenticator, issuer.token()).id()).isEqualTo("jwt:zoe");
    }

    @Test
    void keysStayInUseWhileTheIssuerIsAwayButNotForEver() {
        Authenticator authenticator = authenticator();
        caller(authenticator, issuer.token());
        issuer.status = 500;
        clock.advance(Duration.ofHours(1));
        assertThat(caller(authenticator, issuer.token()).id()).isEqualTo("jwt:zoe");

        clock.advance(Duration.ofHours(3));
        LlmException refusal = KeyNode.refusal(authenticator, issuer.token());
        assertThat(refusal.getStatusCode()).isEqualTo(503);
        assertThat(refusal.isRetryable()).isTrue();

        issuer.status = 200;
        clock.advance(Duration.ofSeconds(10));
        assertThat(caller(authenticator, issuer.token()).id()).isEqualTo("jwt:zoe");
    }

    private String longLivedToken() {
        return Issuer.sign(
                JWSAlgorithm.RS256,
                Issuer.RSA,
                issuer.claims().expirationTime(Date.from(clock.instant().plus(Duration.ofDays(30)))));
    }

    @Test
    void aTokenThatWasGoodEndsWhenTheIssuerTakesItsKeyBack() {
        Authenticator authenticator = authenticator();
        String token = longLivedToken();
        caller(authenticator, token);
        issuer.keys = new JWKSet(List.of(Issuer.NEXT)).toString(true);
        clock.advance(Duration.ofMinutes(10));

        // It starts the fetch and does not wait for it
        assertThat(caller(authenticator, token).id()).isEqualTo("jwt:zoe");
        await().until(() -> isRefused(authenticator, token));
        assertThat(issuer.fetches).hasValue(2);
        refusal(authenticator, token);
    }

    private static boolean isRefused(Authenticator authenticator, String token) {
        return authenticator
                .authenticate(token)
                .toCompletableFuture()
                .handle((caller, failure) -> failure != null)
                .join();
    }

    @Test
    void aTokenThatWasGoodIsNotBelievedForEverWhileTheIssuerIsAway() {
        Authenticator authenticator = authenticator();
        String token = longLivedToken();
        caller(authenticator, token);
        issuer.status = 500;
        clock.advance(Duration.ofHours(1));
        assertThat(caller(authenticator, token).id()).isEqualTo("jwt:zoe");

        clock.advance(Duration.ofHours(3));
        assertThat(KeyNode.refusal(authenticator, token).getStatusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{\"keys\":[]}", "[]", ""})
    void anAnswerThatHasNoKeysLetsNobodyIn(String answer) {
        issuer.keys = answer;
        Authenticator authenticator = authenticator();

        assertThat(KeyNode.refusal(authenticator, issuer.token()).getStatusCode())
                .isEqualTo(503);
        // Not asked again before the cooldown is over
        assertThat(KeyNode.refusal(authenticator, issuer.token()).getStatusCode())
                .isEqualTo(503);
        assertThat(issuer.fetches).hasValue(1);
    }

    @Test
    void anEndlessAnswerIsCut() {
        issuer.keys = "x".repeat(2 << 20);
        assertThat(KeyNode.refusal(authenticator(), issuer.token()).getStatusCode())
                .isEqualTo(503);
    }

    @Test
    void weakKeysSharedSecretsAndKeysForEncryptionAreNotUsed() throws Exception {
        RSAKey weak = Issuer.rsa("weak", 1024);
        RSAKey encrypts =
                new RSAKey.Builder(Issuer.NEXT).keyUse(KeyUse.ENCRYPTION).build();
        OctetSequenceKey shared =
                new OctetSequenceKey.Builder(new byte[32]).keyID("shared").build();
        issuer.keys = "{\"keys\":[" + weak.toPublicJWK() + "," + encrypts.toPublicJWK() + "," + shared + ","
                + Issuer.EC.toPublicJWK() + "]}";
        Authenticator authenticator = authenticator();

        refusal(authenticator, Issuer.sign(JWSAlgorithm.RS256, weak, issuer.claims()));
        refusal(authenticator, Issuer.sign(JWSAlgorithm.RS256, Issuer.NEXT, issuer.claims()));
        assertThat(caller(authenticator, Issuer.sign(JWSAlgorithm.ES256, Issuer.EC, issuer.claims()))
                        .id())
                .isEqualTo("jwt:zoe");
    }

    @Test
    void theAddressOfTheKeysCanBeGiven() {
        Authenticator authenticator =
                authenticator("issuer", "https://login.example.com", "jwksUrl", issuer.url() + "/keys");
        assertThat(caller(
                                authenticator,
                                Issuer.sign(
                                        JWSAlgorithm.RS256,
                                        Issuer.RSA,
                                        issuer.claims().issuer("https://login.example.com")))
                        .id())
                .isEqualTo("jwt:zoe");
    }

    @Test
    void wrongSettingsAreRefusedWithTheirPlace() {
        assertThatThrownBy(() -> JwtSettings.of(Map.of("audience", "a")))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith("property llm.gateway.jwt.issuer is missing; expected the issuer's address");
        assertThatThrownBy(() -> JwtSettings.of(Map.of("issuer", "https://a.example")))
                .hasMessageStartingWith("property llm.gateway.jwt.audience is missing; expected what 'aud' must be");
        assertThatThrownBy(() -> authenticator("algorithms", "RS256,HS256"))
                .hasMessageStartingWith("property llm.gateway.jwt.algorithms: expected some of ES256")
                .hasMessageEndingWith("but it is 'HS256'");
        assertThatThrownBy(() -> authenticator("algorithms", "none")).hasMessageEndingWith("but it is 'none'");
        assertThatThrownBy(() -> authenticator("jwksUrl", "http://login.example.com/keys"))
                .hasMessage("property llm.gateway.jwt.jwksUrl: expected an https address, or"
                        + " llm.gateway.jwt.allowHttp=true, but it is 'http://login.example.com/keys'");
        assertThatThrownBy(() -> authenticator("jwksUrl", "file:/etc/passwd")).hasMessageContaining("with a host");
        assertThatThrownBy(() -> authenticator("tag.key", "sub")).hasMessageContaining("expected another tag");
        assertThatThrownBy(() -> authenticator("clockskew", "1s")).hasMessageContaining("clockSkew");
        assertThat(authenticator("jwksUrl", "http://login/keys", "allowHttp", "true"))
                .isNotNull();
    }
}
