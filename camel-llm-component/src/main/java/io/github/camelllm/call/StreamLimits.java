package io.github.camelllm.call;

/**
 * When a streamed answer counts as broken although something still comes.
 *
 * @param minBytesPerSecond least that must come over any ten seconds, time in which the reader paused not counted; 0 for no
 *     limit. Providers send signs of life of a few bytes a second while a model thinks
 * @param maxWhitespace most white space in a row, in characters: some models never end it once they began. 0 for no limit
 */
public record StreamLimits(int minBytesPerSecond, int maxWhitespace) {
    /** No least rate; 10,000 characters. */
    public static final StreamLimits DEFAULT = new StreamLimits(0, 10_000);

    public StreamLimits {
        if (minBytesPerSecond < 0 || maxWhitespace < 0) {
            throw new IllegalArgumentException("a limit of streams must not be negative");
        }
    }
}
