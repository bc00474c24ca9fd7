package io.github.camelllm.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks over the JSON of a stream's frames for the few that must be decoded to know how the stream fares, and for the words of the
 * others, in one pass over their bytes. It goes by names of members at whatever depth: a frame that only looks as if it must be
 * decoded costs its decoding and nothing more, and inside of strings no name is found, since quotes are escaped there. For one
 * stream; not thread-safe.
 */
public final class FrameSkimmer {
    /** More texts in one frame than any provider sends; frames with more are decoded. */
    private static final int MAX_TEXTS = 64;

    private static final byte[] TYPE = ascii("type");

    private final Words words;
    private final int[] texts = new int[2 * MAX_TEXTS];
    private int textCount;
    private boolean isEmpty;
    private boolean isNews;

    /** What a frame is to be done with. */
    public enum Look {
        /** It holds words of the answer, or nothing that must be known. */
        PASS,
        /** It says something that holds until another frame says it anew, such as usage so far. */
        LATEST,
        /** It must be decoded. */
        DECODE
    }

    /**
     * What to look for.
     *
     * @param texts names of members whose texts are words of the answer
     * @param latest names of members that say how much was used so far
     * @param facts names of members that must be decoded unless they are null or an empty list
     * @param types values of {@code type} that must be decoded
     * @param choices name of the member that is an empty list if the frame has no part of the answer; empty if there is none
     */
    public static final class Words {
        private final byte[][] texts;
        private final byte[][] latest;
        private final byte[][] facts;
        private final byte[][] types;
        private final byte @Nullable [] choices;

        public Words(
                List<String> texts,
                List<String> latest,
                List<String> facts,
                List<String> types,
                Optional<String> choices) {
            this.texts = all(texts);
            this.latest = all(latest);
            this.facts = all(facts);
            this.types = all(types);
            this.choices = choices.map(FrameSkimmer::ascii).orElse(null);
        }

        private static byte[][] all(List<String> words) {
            return words.stream().map(FrameSkimmer::ascii).toArray(byte[][]::new);
        }
    }

    private enum Kind {
        OTHER,
        TEXT,
        LATEST,
        FACT,
        TYPE,
        CHOICES
    }

    public FrameSkimmer(Words words) {
        this.words = words;
    }

    /** Looks at a frame; what it tells beside holds until the next one. */
    public Look look(Frame frame) {
        textCount = 0;
        isEmpty = false;
        isNews = false;
        if (frame.type().equals("error")) {
            return Look.DECODE;
        }
        byte[] in = frame.buffer();
        int end = frame.offset() + frame.length();
        int at = skipSpace(in, frame.offset(), end);
        if (at == end || in[at] != '{') {
            return Look.DECODE;
        }
        boolean decode = false;
        int depth = 0;
        Kind kind = Kind.OTHER;
        while (at < end) {
            byte b = in[at];
            if (b == '"') {
                int from = at + 1;
                int to = endOfString(in, from, end);
                if (to == end) {
                    return Look.DECODE;
                }
                at = skipSpace(in, to + 1, end);
                if (at < end && in[at] == ':') {
                    at = skipSpace(in, at + 1, end);
                    if (at < end) {
                        kind = kindOf(in, from, to);
                        decode |= member(kind, in, at, end);
                    }
                } else {
                    decode |= string(kind, in, from, to);
                    kind = Kind.OTHER;
                }
            } else {
                if (b == '{' || b == '[') {
                    depth++;
                } else if (b == '}' || b == ']') {
                    depth--;
                }
                at++;
            }
        }
        if (depth != 0 || decode || textCount == MAX_TEXTS) {
            return Look.DECODE;
        }
        return isNews ? Look.LATEST : Look.PASS;
    }

    /** How many texts the frame has. */
    public int texts() {
        return textCount;
    }

    /** Where a text begins in the frame's buffer, behind its quote; still escaped. */
    public int from(int text) {
        return texts[2 * text];
    }

    /** Where it ends, before its quote. */
    public int to(int text) {
        return texts[2 * text + 1];
    }

    /** Whether the frame tells how much was used, and has no place for a part of the answer. */
    public boolean isOnlyUsage() {
        return isNews && isEmpty;
    }

    /** @return whether the frame must be decoded */
    private boolean member(Kind kind, byte[] in, int value, int end) {
        boolean given = in[value] != 'n';
        switch (kind) {
            case LATEST:
                isNews |= given;
                return false;
            case FACT:
                return given && !isEmptyList(in, value, end);
            case CHOICES:
                isEmpty |= isEmptyList(in, value, end);
                return false;
            default:
                return false;
        }
    }

    private boolean string(Kind kind, byte[] in, int from, int to) {
        if (kind == Kind.TEXT && to > from && textCount < MAX_TEXTS) {
            texts[2 * textCount] = from;
            texts[2 * textCount + 1] = to;
            textCount++;
        }
        return kind == Kind.TYPE && isOneOf(words.types, in, from, to);
    }

    private Kind kindOf(byte[] in, int from, int to) {
        if (isOneOf(words.texts, in, from, to)) {
            return Kind.TEXT;
        }
        if (isOneOf(words.facts, in, from, to)) {
            return Kind.FACT;
        }
        if (isOneOf(words.latest, in, from, to)) {
            return Kind.LATEST;
        }
        if (words.choices != null && is(words.choices, in, from, to)) {
            return Kind.CHOICES;
        }
        return is(TYPE, in, from, to) ? Kind.TYPE : Kind.OTHER;
    }

    private static boolean isOneOf(byte[][] known, byte[] in, int from, int to) {
        for (byte[] word : known) {
            if (is(word, in, from, to)) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(byte[] word, byte[] in, int from, int to) {
        if (word.length != to - from) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (word[i] != in[from + i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEmptyList(byte[] in, int value, int end) {
        if (in[value] != '[') {
            return false;
        }
        int next = skipSpace(in, value + 1, end);
        return next < end && in[next] == ']';
    }

    /** Index of the closing quote; {@code end} if there is none. */
    private static int endOfString(byte[] in, int from, int end) {
        int at = from;
        while (at < end && in[at] != '"') {
            at += in[at] == '\\' ? 2 : 1;
        }
        return Math.min(at, end);
    }

    private static int skipSpace(byte[] in, int from, int end) {
        int at = from;
        while (at < end && in[at] <= ' ' && in[at] >= 0) {
            at++;
        }
        return at;
    }

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }
}
