package io.github.camelllm.limit;

import java.util.concurrent.CompletableFuture;

/**
 * Where the states of limits are kept. Thread-safe. Methods return at once; a store on the network completes its futures when
 * that has answered, or with {@link LimitStoreException}, within seconds.
 */
public interface LimitStore extends AutoCloseable {
    /**
     * Takes an amount in any case, if need be of what is still to flow in.
     *
     * @return after how many nanoseconds it will have flowed in: until then the taker waits; 0 if it was there
     */
    CompletableFuture<Long> reserve(LimitBucket bucket, long amount);

    /** Takes an amount if it is there, and else nothing. */
    CompletableFuture<Taken> take(LimitBucket bucket, long amount);

    /**
     * As {@link #take}, for stores that can tell at once.
     *
     * @return false also if this one cannot
     */
    default boolean takeAtOnce(LimitBucket bucket, long amount) {
        return false;
    }

    /** Puts an amount back, or takes a negative one in any case. A bucket does not get fuller than full. */
    CompletableFuture<Void> adjust(LimitBucket bucket, long amount);

    /** What is there; negative if more was taken. */
    CompletableFuture<Long> level(LimitBucket bucket);

    /** Takes one of some places, of all nodes together, until {@link #leave}; false if all are taken. */
    CompletableFuture<Boolean> enter(String account, long places);

    /** Gives back a place. */
    CompletableFuture<Void> leave(String account);

    /** The kind of store, for people: {@code memory}, {@code jdbc}, {@code redis}. */
    String kind();

    /** Whether other nodes use it too, so that places can become free without this one knowing. */
    default boolean isShared() {
        return false;
    }

    /** How it is doing, for people: {@code up}, or why and how limits are kept without it. */
    default String state() {
        return "up";
    }

    @Override
    void close();

    /**
     * What became of a take.
     *
     * @param waitNanos after how many nanoseconds there will be enough; 0 if it was taken
     * @param left what is there now
     */
    record Taken(boolean taken, long waitNanos, long left) {}
}
