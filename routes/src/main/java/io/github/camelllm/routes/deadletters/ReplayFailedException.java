package io.github.camelllm.routes.deadletters;

import java.util.Optional;
import java.util.UUID;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/** A call that was sent again failed; its cause says why. */
public final class ReplayFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable UUID callId;

    public ReplayFailedException(Optional<UUID> callId, Throwable cause) {
        super("a call that was sent again failed", cause);
        this.callId = callId.orElse(null);
    }

    static Optional<UUID> callOf(Throwable failure) {
        ReplayFailedException known = ObjectHelper.getException(ReplayFailedException.class, failure);
        return known == null ? Optional.empty() : Optional.ofNullable(known.callId);
    }
}
