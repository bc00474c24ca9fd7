package io.github.camelllm.routes.deadletters;

import java.util.Optional;
import java.util.UUID;

/** Takes dead letters of one source back. Thread-safe; may block. */
public interface Replayer {
    /**
     * Sends one again.
     *
     * @param content as it was kept
     * @return the call that it became, if that is known
     * @throws Exception if it failed again; the dead letter stays
     */
    Optional<UUID> replay(DeadLetter letter, byte[] content) throws Exception;
}
