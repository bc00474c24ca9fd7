package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.chat.LlmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Knows callers by their virtual keys, from memory. */
final class VirtualKeyAuthenticator implements Authenticator {
    private static final String ANY_PREFIX = "sk-";

    private final Supplier<KeyRing> keys;
    private final BooleanSupplier stale;
    private final Clock clock;

    /** @param stale whether the keys are too old to be believed */
    VirtualKeyAuthenticator(Supplier<KeyRing> keys, BooleanSupplier stale, Clock clock) {
        this.keys = keys;
        this.stale = stale;
        this.clock = clock;
    }

    /** Whether a secret looks like one of a virtual key, be it one that another gateway gave out and a file defines by its hash. */
    static boolean isVirtualKey(String bearer) {
        return bearer.startsWith(ANY_PREFIX);
    }

    @Override
    public CompletionStage<Caller> authenticate(String bearer) {
        if (bearer.isEmpty()) {
            return failed("expected a key that begins with " + IssuedKey.PREFIX + ", but none was sent");
        }
        // A longer one is not even hashed
        if (!isVirtualKey(bearer) || bearer.length() > 4 * IssuedKey.SECRET_CHARS) {
            return failed("expected a key that begins with " + ANY_PREFIX + ", of " + IssuedKey.SECRET_CHARS
                    + " characters if it was given out here, but another text of " + bearer.length()
                    + " characters was sent");
        }
        if (stale.getAsBoolean()) {
            return cannotBeChecked();
        }
        Optional<KeyRing.Entry> found = keys.get().find(KeyHash.of(bearer));
        if (found.isEmpty()) {
            return failed("the key is not known here");
        }
        KeyRing.Entry entry = found.get();
        VirtualKey key = entry.key();
        Instant now = clock.instant();
        Optional<String> ended = ended(key, now);
        if (ended.isPresent()) {
            return failed(ended.get());
        }
        if (entry.until().isPresent() && !now.isBefore(entry.until().get())) {
            return failed("the key '" + key.id() + "' has another secret, and this one ended at "
                    + entry.until().get());
        }
        return entry.caller();
    }

    @Override
    public CompletionStage<Caller> current(Caller before) {
        if (stale.getAsBoolean()) {
            return cannotBeChecked();
        }
        Optional<VirtualKey> key = keys.get().get(before.id());
        if (key.isEmpty()) {
            return failed("the key '" + before.id() + "' is not known here any more");
        }
        Optional<String> ended = ended(key.get(), clock.instant());
        return ended.isPresent()
                ? failed(ended.get())
                : CompletableFuture.completedStage(key.get().caller());
    }

    /** Why a key does not let anybody in; empty if it does. */
    private static Optional<String> ended(VirtualKey key, Instant now) {
        return switch (key.stateAt(now)) {
            case REVOKED -> key.revoked().map(at -> "the key '" + key.id() + "' was revoked at " + at);
            case EXPIRED -> key.expires().map(at -> "the key '" + key.id() + "' expired at " + at);
            case ACTIVE -> Optional.empty();
        };
    }

    private static CompletionStage<Caller> cannotBeChecked() {
        return CompletableFuture.failedStage(GatewayFailures.unavailable(
                "the keys cannot be checked now, since they could not be read for too long", null));
    }

    private static CompletionStage<Caller> failed(String message) {
        LlmException failure = GatewayFailures.unknownCaller(message);
        return CompletableFuture.failedStage(failure);
    }
}
