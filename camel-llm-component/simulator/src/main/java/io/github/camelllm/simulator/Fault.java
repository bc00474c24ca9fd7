package io.github.camelllm.simulator;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One thing that goes wrong with a request. Every fault has a short text, which headers, prompts and scripts use:
 * {@link #parse} reads it and {@code toString} writes it.
 *
 * <p>Chunks are chunks of content (text, reasoning, tool arguments), counted from 1; a fault that waits for more chunks
 * than the answer has strikes after the last. A buffered answer has no chunks: faults that strike between them strike in
 * the middle of its body.
 */
public sealed interface Fault {
    /**
     * The provider answers with an error status.
     *
     * @param status 400 to 599
     * @param body what the body looks like
     * @param hint the wait it asks for
     */
    record HttpError(int status, ErrorBody body, RetryHint hint) implements Fault {
        public HttpError {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: expected 400 to 599, got " + status);
            }
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** Body of an error answer. */
    enum ErrorBody {
        /** The dialect's error object. */
        DIALECT,
        /** A proxy's HTML page. */
        HTML,
        /** Plain words. */
        TEXT,
        /** No body. */
        EMPTY
    }

    /** 429 because the account has nothing left; waiting does not help. */
    record QuotaExhausted() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** 400 because the prompt exceeds the context window. */
    record ContextTooLong() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** The prompt is refused by the provider's content filter, in the dialect's way. */
    record PromptFiltered() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** The answer is cut by the provider's content filter, with the finish reason that says so. */
    record AnswerFiltered(int afterChunks) implements Fault {
        public AnswerFiltered {
            notNegative(afterChunks);
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** 200 with no body at all. */
    record EmptyBody() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /**
     * 200 with something else than an API's answer.
     *
     * @param type such as {@code text/html} (a log-in page) or {@code text/plain} (a few words)
     */
    record WrongContentType(String type) implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** 200 with JSON that holds no completion. */
    record NoCompletion() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** 200 with a body of that many bytes; in a stream, one event of that size. */
    record Oversized(long bytes) implements Fault {
        public Oversized {
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes: expected at least 1, got " + bytes);
            }
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** The connection is reset and no new one is accepted for that long. */
    record RefuseConnections(Duration duration) implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /**
     * The connection ends.
     *
     * @param reset true for a TCP reset (RST), false for an orderly close (FIN). On HTTP/2 it is always the stream that
     *     is reset, since its connection carries other requests
     * @param afterChunks empty for before the answer's head
     */
    record Cut(boolean reset, OptionalInt afterChunks) implements Fault {
        public Cut {
            notNegative(afterChunks.orElse(0));
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /**
     * Nothing more comes until {@link Simulator#releaseStalls()} or until the client leaves.
     *
     * @param afterChunks empty for before the answer's head; 0 for after the head and before the first chunk
     */
    record Stall(OptionalInt afterChunks) implements Fault {
        public Stall {
            notNegative(afterChunks.orElse(0));
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** Bytes that nobody can read. */
    record Garbage(GarbageKind kind, int afterChunks) implements Fault {
        public Garbage {
            notNegative(afterChunks);
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** Ways in which a chunk can be unreadable. */
    enum GarbageKind {
        /** Words where JSON should be. */
        TEXT,
        /** JSON with bytes that are not UTF-8 inside a string. */
        UTF8,
        /** JSON that stops in the middle. */
        HALF_JSON
    }

    /**
     * An error event inside a stream, which ends there. A buffered answer has this status instead.
     *
     * @param status the HTTP status that stands for the error, such as 529
     */
    record ErrorEvent(int status, int afterChunks) implements Fault {
        public ErrorEvent {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: expected 400 to 599, got " + status);
            }
            notNegative(afterChunks);
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** The event that tells the finish reason comes twice. A buffered answer stays whole. */
    record DuplicateFinish() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** The answer reports no usage; it is billed all the same. */
    record NoUsage() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /**
     * The stream ends in good order, as far as HTTP goes, but after so many chunks: no finish reason, no usage, no end
     * marker. A buffered answer stays whole.
     */
    record EndEarly(int afterChunks) implements Fault {
        public EndEarly {
            notNegative(afterChunks);
        }

        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /**
     * The stream ends in good order and with its finish reason, but without the dialect's end marker: OpenAI's {@code
     * [DONE]}, Anthropic's {@code message_stop}; Gemini has only the finish reason, which is then missing. A buffered
     * answer stays whole.
     */
    record NoEndMarker() implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** The body comes byte by byte. */
    record Drip(Duration perByte) implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    /** The answer is right but comes that much later. */
    record Delay(Duration duration) implements Fault {
        @Override
        public String toString() {
            return FaultText.write(this);
        }
    }

    static Fault status(int status) {
        return new HttpError(status, ErrorBody.DIALECT, RetryHint.NONE);
    }

    static Fault status(int status, RetryHint hint) {
        return new HttpError(status, ErrorBody.DIALECT, hint);
    }

    /** A gateway's 502 page. */
    static Fault badGatewayPage() {
        return new HttpError(502, ErrorBody.HTML, RetryHint.NONE);
    }

    /** TCP reset before the answer. */
    static Fault reset() {
        return new Cut(true, OptionalInt.empty());
    }

    /** The connection closes before the answer. */
    static Fault close() {
        return new Cut(false, OptionalInt.empty());
    }

    /** The connection closes in the middle of the answer. */
    static Fault cutAfter(int chunks) {
        return new Cut(false, OptionalInt.of(chunks));
    }

    static Fault stallBeforeHead() {
        return new Stall(OptionalInt.empty());
    }

    static Fault stallAfter(int chunks) {
        return new Stall(OptionalInt.of(chunks));
    }

    /**
     * Reads a fault's text, such as {@code status=429;retry-after=2}. All forms are listed in
     * {@code docs/simulator.md}.
     *
     * @throws IllegalArgumentException naming what is wrong with it and what was expected
     */
    static Fault parse(String text) {
        return FaultText.parse(text);
    }

    /** A fault of the text, or empty for blank text. */
    static Optional<Fault> parseOptional(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(parse(text));
    }

    private static void notNegative(int chunks) {
        if (chunks < 0) {
            throw new IllegalArgumentException("chunks: expected 0 or more, got " + chunks);
        }
    }
}
