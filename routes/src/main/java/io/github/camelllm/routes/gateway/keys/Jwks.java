package io.github.camelllm.routes.gateway.keys;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's public keys, fetched when they are needed and from time to time, never more often than the cooldown lets: tokens
 * with made up key ids must not make us flood the issuer. Thread-safe, and never blocks.
 */
final class Jwks {
    private static final Logger LOG = LoggerFactory.getLogger(Jwks.class);

    private static final int TTLS_BELIEVED = 24;

    private final Supplier<CompletableFuture<JWKSet>> fetch;
    private final Duration ttl;
    private final Duration cooldown;
    private final Clock clock;
    private final Object lock = new Object();

    // Guarded by lock
    private @Nullable Instant tried;
    private @Nullable CompletableFuture<Known> underWay;

    private volatile @Nullable Known known;

    /** Keys, and when they were fetched. */
    record Known(JWKSet keys, Instant at) {}

    Jwks(Supplier<CompletableFuture<JWKSet>> fetch, Duration ttl, Duration cooldown, Clock clock) {
        this.fetch = fetch;
        this.ttl = ttl;
        this.cooldown = cooldown;
        this.clock = clock;
    }

    /**
     * Keys to check a signature with.
     *
     * @param keyId the key that it is made with; null if the token does not say
     * @return the newest ones that can be had, perhaps without that key; fails if there are none
     */
    CompletableFuture<Known> forKey(@Nullable String keyId) {
        Known now = known;
        if (now == null || isOver(now)) {
            return refresh();
        }
        if (keyId != null && now.keys().getKeyByKeyId(keyId) == null) {
            // Perhaps a new one; what was there does if it cannot be fetched
            return refresh().exceptionally(failure -> now);
        }
        refreshIfOld(now);
        return CompletableFuture.completedFuture(now);
    }

    /** Whether what was found out with some keys holds still: they are the newest ones, and not believed for too long. */
    boolean isCurrent(Known used) {
        if (used != known || isOver(used)) {
            return false;
        }
        refreshIfOld(used);
        return true;
    }

    /** Nobody waits for it. */
    private void refreshIfOld(Known now) {
        if (!clock.instant().isBefore(now.at().plus(ttl))) {
            refresh();
        }
    }

    /** Keys that the issuer may have taken back long ago are not believed, even if it does not answer. */
    private boolean isOver(Known old) {
        return !clock.instant().isBefore(old.at().plus(ttl.multipliedBy(TTLS_BELIEVED)));
    }

    /** Fetches them, unless somebody does or did so lately. */
    CompletableFuture<Known> refresh() {
        CompletableFuture<Known> promise = new CompletableFuture<>();
        synchronized (lock) {
            if (underWay != null) {
                return underWay;
            }
            Instant now = clock.instant();
            if (tried != null && now.isBefore(tried.plus(cooldown))) {
                Known last = known;
                return last != null && !isOver(last)
                        ? CompletableFuture.completedFuture(last)
                        : CompletableFuture.failedFuture(
                                new IllegalStateException("the last try failed, and the next one waits a little"));
            }
            tried = now;
            underWay = promise;
        }
        start().whenComplete((keys, failure) -> {
            Known fetched = failure == null ? new Known(keys, clock.instant()) : null;
            synchronized (lock) {
                underWay = null;
                if (fetched != null) {
                    known = fetched;
                }
            }
            if (fetched != null) {
                promise.complete(fetched);
            } else {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                LOG.warn("The public keys of the tokens' issuer cannot be fetched: {}", String.valueOf(cause));
                promise.completeExceptionally(failure);
            }
        });
        return promise;
    }

    private CompletableFuture<JWKSet> start() {
        try {
            return fetch.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
