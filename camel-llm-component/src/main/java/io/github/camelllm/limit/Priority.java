package io.github.camelllm.limit;

import java.time.Duration;
import java.util.Map;

/**
 * How far ahead of others an attempt goes. Each point counts as if it had come three seconds earlier, so that urgent ones
 * overtake, but nobody is overtaken for ever.
 */
final class Priority {
    static final String TAG = "priority";
    private static final Map<String, Integer> WORDS = Map.of("high", 10, "normal", 0, "low", -10);
    private static final long POINT = Duration.ofSeconds(3).toNanos();
    private static final int MOST = 100;

    private Priority() {}

    /**
     * Head start in nanoseconds, negative if others go first.
     *
     * @param tags {@code priority} is {@code high}, {@code normal}, {@code low} or a number from -100 to 100; any other word
     *     is normal
     */
    static long headStartNanos(Map<String, String> tags) {
        String text = tags.get(TAG);
        if (text == null) {
            return 0;
        }
        Integer word = WORDS.get(text);
        if (word != null) {
            return word * POINT;
        }
        return text.matches("[+-]?\\d{1,3}") ? Math.max(-MOST, Math.min(MOST, Integer.parseInt(text))) * POINT : 0;
    }
}
