package io.github.camelllm.routes.documents;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A piece of a document that is found and quoted as one.
 *
 * @param title the headings above it, such as {@code Errors > Timeouts}; empty text if there are none
 * @param text its paragraphs
 */
record Chunk(String title, String text) {
    /**
     * Cuts Markdown or plain text at headings and between paragraphs. Where a chunk ends depends on the paragraphs near its
     * end and not on their place in the document, so that a new paragraph changes the chunks around it and not all that follow.
     *
     * @param maxChars the longest text of a chunk; a longer paragraph is cut between words
     */
    static List<Chunk> of(String document, int maxChars) {
        if (maxChars < 100) {
            throw new IllegalArgumentException("chunkChars: expected at least 100, got " + maxChars);
        }
        Cutter cutter = new Cutter(maxChars);
        // PostgreSQL stores no U+0000
        document.replace('\0', ' ').lines().forEach(cutter::line);
        return cutter.end();
    }

    /** What the embedding is made of. */
    String embedded() {
        return title.isEmpty() ? text : title + "\n\n" + text;
    }

    /** Names this chunk as this model embeds it. */
    String hash(String model) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(model, title, text)) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Chunk[" + text.length() + " characters]";
    }

    private static final class Cutter {
        private static final int DEEPEST = 6;

        private final int maxChars;
        private final List<Chunk> chunks = new ArrayList<>();
        private final List<String> headings = new ArrayList<>();
        private final StringBuilder paragraph = new StringBuilder();
        private final StringBuilder chunk = new StringBuilder();
        private boolean inCode;

        Cutter(int maxChars) {
            this.maxChars = maxChars;
        }

        void line(String line) {
            boolean fence = line.stripLeading().startsWith("```");
            if (!inCode && !fence && line.matches("#{1,6} .*")) {
                endChunk();
                heading(line);
            } else if (!inCode && !fence && line.isBlank()) {
                endParagraph();
            } else {
                paragraph.append(paragraph.length() == 0 ? "" : "\n").append(line.stripTrailing());
            }
            inCode ^= fence;
        }

        private void heading(String line) {
            int depth = Math.min(DEEPEST, line.indexOf(' '));
            while (headings.size() >= depth) {
                headings.remove(headings.size() - 1);
            }
            while (headings.size() < depth - 1) {
                headings.add("");
            }
            headings.add(line.substring(line.indexOf(' ')).strip());
        }

        List<Chunk> end() {
            endChunk();
            return List.copyOf(chunks);
        }

        private void endChunk() {
            endParagraph();
            cut();
        }

        private void endParagraph() {
            String rest = paragraph.toString().strip();
            paragraph.setLength(0);
            while (!rest.isEmpty()) {
                int end = rest.length() <= maxChars ? rest.length() : lastSpace(rest);
                add(rest.substring(0, end).stripTrailing());
                rest = rest.substring(end).strip();
            }
        }

        private int lastSpace(String text) {
            for (int i = maxChars; i > maxChars / 2; i--) {
                if (Character.isWhitespace(text.charAt(i))) {
                    return i;
                }
            }
            return Character.isLowSurrogate(text.charAt(maxChars)) ? maxChars - 1 : maxChars;
        }

        private void add(String text) {
            if (chunk.length() + 2 + text.length() > maxChars) {
                cut();
            }
            chunk.append(chunk.length() == 0 ? "" : "\n\n").append(text);
            if (chunk.length() >= maxChars / 2 && endsHere(text)) {
                cut();
            }
        }

        /** One paragraph of four, always the same ones. */
        private static boolean endsHere(String text) {
            CRC32 crc = new CRC32();
            crc.update(text.getBytes(StandardCharsets.UTF_8));
            return crc.getValue() % 4 == 0;
        }

        private void cut() {
            if (chunk.length() > 0) {
                chunks.add(new Chunk(
                        String.join(
                                " > ",
                                headings.stream().filter(h -> !h.isEmpty()).toList()),
                        chunk.toString()));
                chunk.setLength(0);
            }
        }
    }
}
