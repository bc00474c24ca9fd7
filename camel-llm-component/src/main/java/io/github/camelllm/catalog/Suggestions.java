package io.github.camelllm.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Names that somebody may have meant. */
public final class Suggestions {
    private static final int MOST = 3;

    private Suggestions() {}

    /** The known names nearest to one that is unknown; empty if none comes near. */
    public static List<String> near(String unknown, Collection<String> known) {
        String wanted = unknown.toLowerCase(Locale.ROOT);
        int limit = Math.max(1, Math.min(3, wanted.length() / 3 + 1));
        SortedMap<Integer, List<String>> byDistance = new TreeMap<>();
        for (String name : known) {
            int distance = distance(wanted, name.toLowerCase(Locale.ROOT), limit);
            byDistance.computeIfAbsent(distance, edits -> new ArrayList<>()).add(name);
        }
        if (byDistance.isEmpty() || byDistance.firstKey() > limit) {
            return List.of();
        }
        return byDistance.values().iterator().next().stream()
                .sorted()
                .limit(MOST)
                .collect(Collectors.toList());
    }

    /** A sentence such as {@code "; did you mean 'groq'?"}; empty if no name comes near. */
    public static String didYouMean(String unknown, Collection<String> known) {
        List<String> near = near(unknown, known);
        return near.isEmpty() ? "" : "; did you mean '" + String.join("' or '", near) + "'?";
    }

    /**
     * Edits from one text to the other (Levenshtein), or more than the limit if there are more. A text that begins with
     * the other counts as near.
     */
    private static int distance(String from, String to, int limit) {
        if (from.length() >= 3 && (to.startsWith(from) || from.startsWith(to) && to.length() >= 3)) {
            return 1;
        }
        if (Math.abs(from.length() - to.length()) > limit) {
            return limit + 1;
        }
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[to.length()];
    }
}
