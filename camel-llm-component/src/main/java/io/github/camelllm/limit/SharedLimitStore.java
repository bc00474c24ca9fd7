package io.github.camelllm.limit;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A store that nodes share on a network. Its futures fail with {@link LimitStoreException} when it cannot be reached. */
public interface SharedLimitStore extends LimitStore {
    /**
     * Says that this node is alive. Places of nodes that have not said so for a while become free.
     *
     * @param places how many places this node has, by account, so that what got lost on the way is put right
     * @return how many nodes are alive
     */
    CompletableFuture<Integer> alive(Map<String, Long> places);

    @Override
    default boolean isShared() {
        return true;
    }
}
