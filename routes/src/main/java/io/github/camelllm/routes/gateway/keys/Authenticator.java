package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.chat.LlmAuthenticationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out who calls. Thread-safe, and never blocks: it is asked on threads that serve other clients too. */
public interface Authenticator {
    /**
     * @param bearer the secret that the client sent; empty if it sent none
     * @return fails with {@link LlmAuthenticationException}: status code 401 if the secret is missing, unknown, expired or
     *     revoked, 403 if it is known and may not be used here. The message never quotes the secret
     */
    CompletionStage<Caller> authenticate(String bearer);

    /**
     * What a caller may today who was let in before; for calls that are sent again without their secret.
     *
     * @param before as they were let in
     * @return {@code before} itself if nothing newer is known of them; fails as {@link #authenticate} does if they would not
     *     be let in today
     */
    default CompletionStage<Caller> current(Caller before) {
        return CompletableFuture.completedStage(before);
    }
}
