package io.github.camelllm.routes.gateway.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.github.camelllm.chat.LlmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by JSON Web Tokens (RFC 7519) that an issuer signed, as OpenID Connect servers give them out. Nimbus JOSE + JWT
 * checks them. A token that was found good is remembered by its hash, so that its signature is checked once for each time that the
 * issuer's keys are fetched.
 */
final class JwtAuthenticator implements Authenticator {
    private static final int MOST_REMEMBERED = 10_000;
    private static final String ID_PREFIX = "jwt:";
    private static final int ID_CHARS = 200;
    private static final int VALUE_CHARS = 256;
    private static final int MOST_MODELS = 100;
    private static final int MESSAGE_CHARS = 300;

    private static final String NO_TOKEN = "expected a signed JSON Web Token, but what was sent is none";

    private final JwtSettings settings;
    private final Jwks jwks;
    private final Clock clock;
    private volatile @Nullable Checker checker;

    JwtAuthenticator(JwtSettings settings, Jwks jwks, Clock clock) {
        this.settings = settings;
        this.jwks = jwks;
        this.clock = clock;
    }

    /** Whether a secret looks like a signed token: three parts (RFC 7515, section 3.1). */
    static boolean isToken(String bearer) {
        int first = bearer.indexOf('.');
        int second = bearer.indexOf('.', first + 1);
        return first > 0 && second > first && bearer.indexOf('.', second + 1) < 0;
    }

    /** Whether a caller was known by a token. No virtual key has such an id. */
    static boolean isCaller(Caller caller) {
        return caller.id().startsWith(ID_PREFIX);
    }

    /** The parser takes other letters too, or leaves them out: one token would have many spellings. */
    private static boolean isBase64Url(String token) {
        return token.chars()
                .allMatch(c -> c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9'
                        || c == '-'
                        || c == '_'
                        || c == '.');
    }

    @Override
    public CompletionStage<Caller> authenticate(String bearer) {
        Checker current = checker;
        if (current != null && bearer.length() <= settings.maxTokenChars() && jwks.isCurrent(current.known)) {
            Optional<Caller> remembered = current.remembered(bearer);
            if (remembered.isPresent()) {
                return CompletableFuture.completedFuture(remembered.get());
            }
        }
        return checked(bearer, (keys, token) -> keys.check(bearer, token));
    }

    /** The claims of a token that is checked as those of callers are. Fails with an {@link LlmException}. */
    CompletionStage<Map<String, Object>> claims(String token) {
        return checked(token, (keys, parsed) -> keys.claims(parsed).getClaims());
    }

    /** What is made of a token whose keys are known. */
    private interface Check<T> {
        T of(Checker keys, SignedJWT token) throws BadJOSEException, JOSEException;
    }

    private <T> CompletionStage<T> checked(String bearer, Check<T> check) {
        if (bearer.length() > settings.maxTokenChars()) {
            return failed("expected a token of at most " + settings.maxTokenChars() + " characters, but one of "
                    + bearer.length() + " was sent");
        }
        if (!isBase64Url(bearer)) {
            return failed(NO_TOKEN);
        }
        SignedJWT token;
        try {
            token = SignedJWT.parse(bearer);
        } catch (ParseException | RuntimeException e) {
            // What is wrong with it would be told in its own words
            return failed(NO_TOKEN);
        }
        if (!settings.algorithms().contains(token.getHeader().getAlgorithm().getName())) {
            return failed("expected a token signed by one of " + String.join(", ", settings.algorithms())
                    + ", but it says another algorithm");
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        jwks.forKey(token.getHeader().getKeyID()).whenComplete((known, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(GatewayFailures.unavailable(
                        "tokens cannot be checked now, since the public keys of their issuer cannot be fetched",
                        failure));
            } else {
                complete(answer, check, token, known);
            }
        });
        return answer;
    }

    private <T> void complete(CompletableFuture<T> answer, Check<T> check, SignedJWT token, Jwks.Known known) {
        try {
            answer.complete(check.of(checkerOf(known), token));
        } catch (LlmException e) {
            answer.completeExceptionally(e);
        } catch (BadJWTException e) {
            // Says what is wrong with which claim
            answer.completeExceptionally(GatewayFailures.unknownCaller("the token is not accepted: " + cut(e)));
        } catch (BadJOSEException | JOSEException e) {
            answer.completeExceptionally(GatewayFailures.unknownCaller(
                    "the token's signature is not by a key of its issuer, or its type is another than JWT or at+jwt"));
        } catch (RuntimeException e) {
            // Likewise: a token of strange content, which passed the parser
            answer.completeExceptionally(GatewayFailures.unknownCaller("the token cannot be read"));
        }
    }

    private static String cut(Exception e) {
        String text = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?");
        return text.length() <= MESSAGE_CHARS ? text : text.substring(0, MESSAGE_CHARS) + "…";
    }

    private static <T> CompletionStage<T> failed(String message) {
        LlmException failure = GatewayFailures.unknownCaller(message);
        return CompletableFuture.failedStage(failure);
    }

    private Checker checkerOf(Jwks.Known known) {
        Checker current = checker;
        if (current == null || current.known != known) {
            current = new Checker(known);
            checker = current;
        }
        return current;
    }

    /** Checks tokens with one set of keys, and forgets what it remembers with them. */
    private final class Checker {
        private final Jwks.Known known;
        private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        private final ConcurrentHashMap<String, Caller> good = new ConcurrentHashMap<>();

        Checker(Jwks.Known known) {
            this.known = known;
            processor.setJWSTypeVerifier(
                    new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    settings.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet()),
                    new ImmutableJWKSet<>(known.keys())));
            Claims claims = new Claims(
                    new HashSet<>(settings.audiences()),
                    new JWTClaimsSet.Builder().issuer(settings.issuer()).build());
            claims.setMaxClockSkew((int) settings.clockSkew().toSeconds());
            processor.setJWTClaimsSetVerifier(claims);
        }

        Optional<Caller> remembered(String bearer) {
            if (good.isEmpty()) {
                return Optional.empty();
            }
            String hash = KeyHash.of(bearer).hex();
            Caller caller = good.get(hash);
            if (caller != null
                    && caller.expires().isPresent()
                    && isOver(caller.expires().get())) {
                good.remove(hash);
                return Optional.empty();
            }
            return Optional.ofNullable(caller);
        }

        private boolean isOver(Instant expires) {
            return !clock.instant().isBefore(expires.plus(settings.clockSkew()));
        }

        JWTClaimsSet claims(SignedJWT token) throws BadJOSEException, JOSEException {
            return processor.process(token, null);
        }

        Caller check(String bearer, SignedJWT token) throws BadJOSEException, JOSEException {
            Caller caller = caller(claims(token));
            if (good.size() >= MOST_REMEMBERED) {
                // Rare and cheap to fill again
                good.clear();
            }
            good.put(KeyHash.of(bearer).hex(), caller);
            return caller;
        }
    }

    /** Claims by this class's clock. */
    private final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        Claims(Set<String> audiences, JWTClaimsSet exactly) {
            super(audiences, exactly, Set.of("exp", settings.idClaim()), Set.of());
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }

    private Caller caller(JWTClaimsSet claims) {
        String id = text(claims.getClaim(settings.idClaim()))
                .filter(text -> !text.isBlank() && text.length() <= ID_CHARS)
                .orElseThrow(() -> GatewayFailures.unknownCaller("the token's claim '" + settings.idClaim()
                        + "' is no text of 1 to " + ID_CHARS + " characters"));
        Map<String, String> tags = new HashMap<>();
        tags.put(JwtSettings.USER_TAG, id);
        settings.tags().forEach((tag, claim) -> text(claim(claims.getClaims(), claim))
                .ifPresent(value -> tags.put(tag, value.substring(0, Math.min(value.length(), VALUE_CHARS)))));
        Instant expires = claims.getExpirationTime().toInstant();
        return new Caller(ID_PREFIX + id, tags, models(claims), Optional.of(expires));
    }

    /** Members of a claim that is a list, or words of one that is a text. */
    static List<String> texts(Map<?, ?> claims, String path) {
        Object value = claim(claims, path);
        List<String> texts = new ArrayList<>();
        if (value instanceof Collection<?> list) {
            list.forEach(item -> text(item).ifPresent(texts::add));
        } else {
            text(value).ifPresent(text -> texts.addAll(List.of(text.trim().split("[\\s,]+"))));
        }
        texts.removeIf(String::isEmpty);
        return texts;
    }

    /** A claim as a text. */
    static Optional<String> text(Map<?, ?> claims, String path) {
        return text(claim(claims, path));
    }

    private List<String> models(JWTClaimsSet claims) {
        if (settings.modelsClaim().isEmpty()) {
            return settings.models();
        }
        String name = settings.modelsClaim().get();
        List<String> models = texts(claims.getClaims(), name);
        if (models.isEmpty()) {
            models.addAll(settings.models());
        }
        // An empty list would mean all
        if (models.isEmpty() || models.size() > MOST_MODELS) {
            throw GatewayFailures.forbidden("expected 1 to " + MOST_MODELS + " models in the token's claim '" + name
                    + "', but it has " + models.size());
        }
        return models;
    }

    /** A claim by its name, or by a path through objects, such as {@code realm_access.team}. */
    private static @Nullable Object claim(Map<?, ?> object, String path) {
        Object value = object.get(path);
        int dot = path.indexOf('.');
        if (value != null || dot < 0) {
            return value;
        }
        return object.get(path.substring(0, dot)) instanceof Map<?, ?> inner
                ? claim(inner, path.substring(dot + 1))
                : null;
    }

    /** A claim's value as a tag: of a list, its members in order. */
    private static Optional<String> text(@Nullable Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return Optional.of(value.toString().replaceAll("\\p{Cntrl}", "?"));
        }
        if (value instanceof Collection<?> list) {
            return Optional.of(list.stream()
                            .flatMap(item -> text(item).stream())
                            .sorted()
                            .collect(Collectors.joining(",")))
                    .filter(joined -> !joined.isEmpty());
        }
        return Optional.empty();
    }
}
