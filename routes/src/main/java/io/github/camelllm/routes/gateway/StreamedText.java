package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What a stream of server-sent events says, as texts: one for each kind of words in each of its answers, which may come by turns. Not
 * thread-safe.
 */
final class StreamedText {
    /** Bytes that one event of a stream may have. */
    private static final int MAX_EVENT_BYTES = 8 << 20;
    /** Texts of which the end is remembered; far more than grow at the same time. */
    private static final int MAX_TEXTS = 1_000;

    private final SseDecoder frames = new SseDecoder(MAX_EVENT_BYTES);
    private final StreamDecoder events;
    /** Those that grew last come last. */
    private final Map<Key, Words> texts = new LinkedHashMap<>(16, 0.75f, true);

    private int newChars;
    private boolean unseen;
    private boolean failed;

    private enum Kind {
        TEXT,
        REASONING,
        REFUSAL,
        SPEECH,
        ARGUMENTS,
        PART,
        SOURCE
    }

    private record Key(int choice, Kind kind, int call) {}

    private static final class Words {
        private final StringBuilder added = new StringBuilder();
        private String before = "";

        String take(int keptChars) {
            String seen = before + added;
            before = seen.substring(Math.max(0, seen.length() - keptChars));
            added.setLength(0);
            return seen;
        }
    }

    /** @param events decoder of the stream's dialect */
    StreamedText(StreamDecoder events) {
        this.events = events;
    }

    /** @throws RuntimeException if the bytes are not what the dialect sends; an error that the stream reports is no such thing */
    void read(ByteBuffer bytes) {
        frames.decode(bytes, this::read);
    }

    private void read(Frame frame) {
        if (failed && frame.length() > 0 && !frame.payloadIs("[DONE]")) {
            throw new IllegalStateException("the stream goes on behind its error");
        }
        try {
            events.decode(frame).forEach(this::add);
        } catch (LlmException e) {
            reported(e);
        }
    }

    private void reported(LlmException failure) {
        if (failure instanceof LlmMalformedResponseException) {
            throw failure;
        }
        failed = true;
    }

    /**
     * The stream ended.
     *
     * @param whole whether nothing broke it off
     * @throws RuntimeException as {@link #read(ByteBuffer)}
     */
    void end(boolean whole) {
        frames.end(this::read);
        if (whole && !failed) {
            try {
                events.end().forEach(this::add);
            } catch (LlmException e) {
                reported(e);
            }
        }
    }

    private void add(StreamEvent event) {
        unseen |= !isSilent(event);
        if (event instanceof StreamEvent.TextDelta delta) {
            add(delta.choice(), Kind.TEXT, 0, delta.text());
        } else if (event instanceof StreamEvent.RefusalDelta delta) {
            add(delta.choice(), Kind.REFUSAL, 0, delta.text());
        } else if (event instanceof StreamEvent.ReasoningDelta delta) {
            add(delta.choice(), Kind.REASONING, 0, delta.text());
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            add(delta.choice(), Kind.ARGUMENTS, delta.call(), delta.arguments());
        } else if (event instanceof StreamEvent.AudioDelta delta) {
            add(delta.choice(), Kind.SPEECH, 0, delta.transcript());
        } else if (event instanceof StreamEvent.PartAdded added) {
            add(added.choice(), Kind.PART, 0, PartText.of(added.part()) + "\n");
        } else if (event instanceof StreamEvent.CitationAdded source) {
            add(source.choice(), Kind.SOURCE, 0, source.citation().citedText().orElse("") + "\n");
        }
    }

    /** Whether an event says nothing, neither in words nor otherwise. */
    private static boolean isSilent(StreamEvent event) {
        if (event instanceof StreamEvent.TextDelta delta) {
            return delta.text().isEmpty();
        }
        return event instanceof StreamEvent.Started
                || event instanceof StreamEvent.Answering
                || event instanceof StreamEvent.PartEnded
                || event instanceof StreamEvent.UsageReported
                || event instanceof StreamEvent.Finished
                || event instanceof StreamEvent.Completed;
    }

    private void add(int choice, Kind kind, int call, String words) {
        if (!words.isEmpty()) {
            texts.computeIfAbsent(new Key(choice, kind, call), absent -> new Words())
                    .added
                    .append(words);
            newChars += words.length();
        }
    }

    int newChars() {
        return newChars;
    }

    /** Whether something was said since the last {@link #take}, though perhaps not in words. */
    boolean hasUnseen() {
        return unseen;
    }

    /** Whether all bytes were of whole events. */
    boolean isBetweenEvents() {
        return frames.pendingBytes() == 0;
    }

    /** The words that were not seen yet, with some of those before them: what is looked for may stand across. */
    String take(int window) {
        StringJoiner seen = new StringJoiner("\n");
        for (Words words : texts.values()) {
            if (!words.added.isEmpty()) {
                seen.add(words.take(window / 4));
            }
        }
        newChars = 0;
        unseen = false;
        Iterator<Key> oldest = texts.keySet().iterator();
        for (int tooMany = texts.size() - MAX_TEXTS; tooMany > 0; tooMany--) {
            oldest.next();
            oldest.remove();
        }
        return seen.toString();
    }
}
