package io.github.camelllm.examples.quickstart;

import java.util.ArrayList;
import java.util.List;

/** Cuts a long text where it hurts least: between paragraphs, else between lines, else between words. */
final class TextPieces {
    private static final List<String> BORDERS = List.of("\n\n", "\n", " ");

    private TextPieces() {}

    /**
     * Pieces in order; none if the text is blank.
     *
     * @param maxChars upper bound of a piece's length, at least 2
     */
    static List<String> of(String text, int maxChars) {
        String rest = text.replace("\r\n", "\n").strip();
        List<String> pieces = new ArrayList<>();
        while (rest.length() > maxChars) {
            int end = border(rest, maxChars);
            pieces.add(rest.substring(0, end).strip());
            rest = rest.substring(end).strip();
        }
        if (!rest.isEmpty()) {
            pieces.add(rest);
        }
        return pieces;
    }

    /** The last good place in the second half of what fits. */
    private static int border(String text, int maxChars) {
        for (String border : BORDERS) {
            int at = text.lastIndexOf(border, maxChars - border.length());
            if (at >= maxChars / 2) {
                return at;
            }
        }
        return Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
    }
}
