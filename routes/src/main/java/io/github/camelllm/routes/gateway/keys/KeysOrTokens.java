package io.github.camelllm.routes.gateway.keys;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets each secret be looked at by who knows its kind: virtual keys and tokens cannot be mistaken for each other. */
final class KeysOrTokens implements Authenticator {
    private final Authenticator keys;
    private final Authenticator tokens;

    KeysOrTokens(Authenticator keys, Authenticator tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    @Override
    public CompletionStage<Caller> authenticate(String bearer) {
        if (VirtualKeyAuthenticator.isVirtualKey(bearer)) {
            return keys.authenticate(bearer);
        }
        if (JwtAuthenticator.isToken(bearer)) {
            return tokens.authenticate(bearer);
        }
        return CompletableFuture.failedStage(GatewayFailures.unknownCaller(
                "expected a key that begins with " + IssuedKey.PREFIX + " or a JSON Web Token, but "
                        + (bearer.isEmpty() ? "nothing" : "another text of " + bearer.length() + " characters")
                        + " was sent"));
    }

    @Override
    public CompletionStage<Caller> current(Caller before) {
        return JwtAuthenticator.isCaller(before) ? tokens.current(before) : keys.current(before);
    }
}
