package io.github.camelllm.limit;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A store that nodes share on a network. Its futures fail with {@link LimitStoreException} when it cannot be reached. */
public interface SharedLimitStore extends LimitStore {
    /**
     * Says that this node is alive. Places of nodes that have not said so for ten seconds become free.
     *
     * @return how many nodes are alive
     */
    CompletableFuture<Integer> alive();

    /**
     * Puts right what places this node has, by account, after the store was lost. Those that it had before become free after
     * ten seconds, as if they were of a dead node.
     */
    CompletableFuture<Void> restore(Map<String, Long> places);

    @Override
    default boolean isShared() {
        return true;
    }
}
