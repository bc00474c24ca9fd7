package io.github.camelllm.simulator;

/**
 * What a model's calls were billed in all. A provider bills what it generated: answers that were cut, or whose client
 * left, count with the output up to there; refused requests count nothing.
 *
 * @param requests number of billed requests
 * @param inputTokens cached ones included
 * @param cachedInputTokens the part of inputTokens that came from the simulated prompt cache
 * @param outputTokens reasoning included
 */
public record Bill(long requests, long inputTokens, long cachedInputTokens, long outputTokens) {
    /** Nothing billed. */
    public static final Bill NOTHING = new Bill(0, 0, 0, 0);

    /** Both bills as one. */
    public Bill plus(Bill other) {
        return new Bill(
                requests + other.requests,
                inputTokens + other.inputTokens,
                cachedInputTokens + other.cachedInputTokens,
                outputTokens + other.outputTokens);
    }
}
