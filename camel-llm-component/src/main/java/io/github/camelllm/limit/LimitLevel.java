package io.github.camelllm.limit;

import java.util.concurrent.CompletableFuture;

/**
 * What is left of a rate of one account.
 *
 * @param account name of the limit, and behind a slash what it is counted for, such as {@code tenants/tenant=acme}
 * @param rate as the limit says it
 * @param holds how much can be there at once: the whole amount of a day or with {@link Pace#BURST}, else a small part of it
 * @param left what is there; negative if later calls have taken of it already. Completes as {@link LimitStore#level} does
 */
public record LimitLevel(String account, Rate rate, long holds, CompletableFuture<Long> left) {}
