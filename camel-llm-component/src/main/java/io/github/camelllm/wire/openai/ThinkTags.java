package io.github.camelllm.wire.openai;

/**
 * Splits reasoning that a model writes as {@code <think>…</think>} before its answer from the answer itself, also if a
 * tag is cut in pieces by the stream. White space next to the tags belongs to neither. Not thread-safe.
 *
 * <p>Only the very beginning of an answer is looked at: tags further down are text, such as an explanation of the tags. If
 * the closing tag never comes, all of it is reasoning (the answer was cut while thinking).
 */
final class ThinkTags {
    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";

    /** Receives the pieces in order; none is empty. */
    interface Sink {
        void reasoning(String text);

        void text(String text);
    }

    private enum State {
        BEGINNING,
        THINKING,
        AFTER_TAG,
        TEXT
    }

    private final boolean implied;
    private State state = State.BEGINNING;
    private boolean thought;
    private String held = "";

    /** @param implied whether thinking begins without an opening tag, because the prompt template wrote it already */
    ThinkTags(boolean implied) {
        this.implied = implied;
    }

    /** Whether all that follows is text, so that it needs no look. */
    boolean isDone() {
        return state == State.TEXT;
    }

    void feed(String text, Sink sink) {
        String rest = held.isEmpty() ? text : held + text;
        held = "";
        if (state == State.BEGINNING) {
            rest = begin(rest);
        }
        if (state == State.THINKING) {
            rest = think(rest, sink);
        }
        if (state == State.AFTER_TAG) {
            rest = rest.stripLeading();
            if (!rest.isEmpty()) {
                state = State.TEXT;
            }
        }
        if (state == State.TEXT && !rest.isEmpty()) {
            sink.text(rest);
        }
    }

    /** The answer ended: gives what was held back because it might have become a tag. */
    void end(Sink sink) {
        if (!held.isEmpty()) {
            if (state == State.THINKING) {
                sink.reasoning(held);
            } else {
                sink.text(held);
            }
        }
        held = "";
        state = State.TEXT;
    }

    private String begin(String beginning) {
        String seen = beginning.stripLeading();
        if (seen.startsWith(OPEN)) {
            state = State.THINKING;
            return seen.substring(OPEN.length());
        }
        if (OPEN.startsWith(seen)) {
            held = beginning;
            return "";
        }
        state = implied ? State.THINKING : State.TEXT;
        return beginning;
    }

    private String think(String rest, Sink sink) {
        String piece = thought ? rest : rest.stripLeading();
        int close = piece.indexOf(CLOSE);
        if (close >= 0) {
            if (close > 0) {
                sink.reasoning(piece.substring(0, close));
            }
            state = State.AFTER_TAG;
            return piece.substring(close + CLOSE.length());
        }
        int kept = piece.length() - tagBegunAtEnd(piece);
        held = piece.substring(kept);
        if (kept > 0) {
            thought = true;
            sink.reasoning(piece.substring(0, kept));
        }
        return "";
    }

    private static int tagBegunAtEnd(String piece) {
        for (int length = Math.min(CLOSE.length() - 1, piece.length()); length > 0; length--) {
            if (CLOSE.startsWith(piece.substring(piece.length() - length))) {
                return length;
            }
        }
        return 0;
    }
}
