package io.github.camelllm.call;

import java.time.Duration;

/**
 * When a target counts as down.
 *
 * @param failureRatePercent share of failed calls that opens its circuit
 * @param window how many calls the share is taken of
 * @param minCalls how many must have been made before it says anything
 * @param openFor how long no calls are sent then
 * @param probes calls that are let through after that, to find out
 * @param rateLimitCooldown how long no calls are sent after a rate limit whose answer names no wait
 * @param quotaCooldown likewise after a quota that is used up
 */
public record HealthSettings(
        float failureRatePercent,
        int window,
        int minCalls,
        Duration openFor,
        int probes,
        Duration rateLimitCooldown,
        Duration quotaCooldown) {
    /** Half of the last 20 calls, at least 5; 30 seconds; 3 probes; 5 seconds; a minute. */
    public static final HealthSettings DEFAULT =
            new HealthSettings(50, 20, 5, Duration.ofSeconds(30), 3, Duration.ofSeconds(5), Duration.ofMinutes(1));
}
