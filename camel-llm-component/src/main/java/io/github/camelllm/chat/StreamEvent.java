package io.github.camelllm.chat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One thing a provider says while it answers. Events come in wire order; exactly one {@link Completed}, the last event,
 * ends a good stream, and a stream without it was cut.
 *
 * <p>Text, reasoning, refusal and audio deltas append to the last part of their choice if that part is of the same kind
 * and still open; otherwise they open a new part. {@link PartEnded}, {@link PartAdded} and {@link SignatureAdded} close
 * the last part.
 */
public sealed interface StreamEvent {
    /** Calls the handler's method for this kind of event. */
    void accept(Handler handler);

    /** How many pieces of the answer itself it brings: words, sound, a tool call. */
    default int pieces() {
        boolean isPiece = this instanceof TextDelta text && !text.text().isEmpty()
                || this instanceof ReasoningDelta
                || this instanceof ToolCallDelta
                || this instanceof PartAdded
                || this instanceof RefusalDelta
                || this instanceof AudioDelta;
        return isPiece ? 1 : 0;
    }

    /** Whether it brings a part of the answer itself. */
    default boolean isContent() {
        return pieces() > 0;
    }

    /** What is known of the answer before its content. May come again; later known values replace earlier ones. */
    record Started(
            Optional<String> id, Optional<String> model, Optional<Instant> created, Optional<String> systemFingerprint)
            implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.started(this);
        }
    }

    /** More text of the answer. */
    record TextDelta(int choice, String text) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.textDelta(this);
        }

        @Override
        public String toString() {
            return "TextDelta[" + choice + ", " + text.length() + " chars]";
        }
    }

    /** More readable reasoning. */
    record ReasoningDelta(int choice, String text) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.reasoningDelta(this);
        }

        @Override
        public String toString() {
            return "ReasoningDelta[" + choice + ", " + text.length() + " chars]";
        }
    }

    /** More words of a refusal. */
    record RefusalDelta(int choice, String text) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.refusalDelta(this);
        }

        @Override
        public String toString() {
            return "RefusalDelta[" + choice + ", " + text.length() + " chars]";
        }
    }

    /**
     * More of a tool call. The first event of a call has its id and name.
     *
     * @param call key of the call within its choice; not a position, and not always from 0
     * @param arguments text to append to the call's arguments, possibly empty
     * @param custom true if the tool takes free text instead of JSON
     * @param json further members of the call, see {@link ContentPart.ToolCall#json()}; the last one given counts
     */
    record ToolCallDelta(
            int choice,
            int call,
            Optional<String> id,
            Optional<String> name,
            String arguments,
            boolean custom,
            Optional<String> json)
            implements StreamEvent {
        /** A delta of a call without further members. */
        public ToolCallDelta(
                int choice, int call, Optional<String> id, Optional<String> name, String arguments, boolean custom) {
            this(choice, call, id, name, arguments, custom, Optional.empty());
        }

        @Override
        public void accept(Handler handler) {
            handler.toolCallDelta(this);
        }

        @Override
        public String toString() {
            return "ToolCallDelta[" + choice + ", " + call + ", " + name.orElse("") + "]";
        }
    }

    /**
     * More of a spoken answer.
     *
     * @param base64 bytes to append, in base64 of whole 3-byte groups but for the last; possibly empty
     * @param transcript words to append, possibly empty
     */
    record AudioDelta(int choice, Optional<String> id, String mediaType, String base64, String transcript)
            implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.audioDelta(this);
        }

        @Override
        public String toString() {
            return "AudioDelta[" + choice + ", " + base64.length() + " base64 chars]";
        }
    }

    /** A part that comes whole: an image, a redacted reasoning block, a complete tool call, a server-tool block. */
    record PartAdded(int choice, ContentPart part) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.partAdded(this);
        }
    }

    /** An opaque signature that belongs to the last part of the choice, which it closes. */
    record SignatureAdded(int choice, String signature) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.signatureAdded(this);
        }

        @Override
        public String toString() {
            return "SignatureAdded[" + choice + "]";
        }
    }

    /** A source for the last text part of the choice. */
    record CitationAdded(int choice, Citation citation) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.citationAdded(this);
        }
    }

    /** The last part of the choice is whole; what follows opens a new one. */
    record PartEnded(int choice) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.partEnded(this);
        }
    }

    /** Probabilities of the tokens that came with the last delta. */
    record LogprobsDelta(int choice, List<TokenLogprob> logprobs) implements StreamEvent {
        public LogprobsDelta {
            logprobs = List.copyOf(logprobs);
        }

        @Override
        public void accept(Handler handler) {
            handler.logprobsDelta(this);
        }
    }

    /** Usage so far. It replaces every earlier one and is not added to it. */
    record UsageReported(Usage usage) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.usageReported(this);
        }
    }

    /** One choice ended. If it comes twice for a choice, the later one counts. */
    record Finished(int choice, Finish finish) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.finished(this);
        }
    }

    /** A member that only this provider has, as JSON text; see {@link ChatResponse#extensions()}. */
    record ExtensionAdded(String name, String json) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.extensionAdded(this);
        }

        @Override
        public String toString() {
            return "ExtensionAdded[" + name + "]";
        }
    }

    /**
     * Says which attempt answers, before anything of the answer. Only a call in a wire format hears it.
     *
     * @param callId shared by all attempts of the call
     * @param model the model asked
     * @param attempts requests to providers up to this one; 0 if no provider was asked
     * @param cached how a cache had the answer: {@code hit}, {@code semantic} or {@code coalesced}; empty if a provider was asked
     */
    record Answering(UUID callId, String provider, String model, int attempts, Optional<String> cached)
            implements StreamEvent {
        /** The first attempt of a call. */
        public static Answering first(UUID callId, String provider, String model) {
            return new Answering(callId, provider, model, 1, Optional.empty());
        }

        /** @param earlier attempts that had ended by then */
        public Answering after(int earlier) {
            return new Answering(callId, provider, model, attempts + earlier, cached);
        }

        @Override
        public void accept(Handler handler) {
            handler.answering(this);
        }
    }

    /**
     * A part of the answer as the provider sent it, which is passed on without being decoded: whole frames of its dialect.
     *
     * @param bytes not copied: treat them as read-only
     * @param pieces how many of the frames bring a part of the answer itself
     * @param textBytes how many bytes of it are text
     */
    record Passed(ByteBuffer bytes, int pieces, int textBytes) implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.passed(this);
        }

        @Override
        public String toString() {
            return "Passed[" + bytes.remaining() + " bytes, " + pieces + " pieces]";
        }
    }

    /** The provider said that the answer is whole. The last event of a good stream. */
    record Completed() implements StreamEvent {
        @Override
        public void accept(Handler handler) {
            handler.completed(this);
        }
    }

    /** One method a kind, so that a new kind does not compile until every handler knows it. */
    interface Handler {
        void started(Started event);

        void textDelta(TextDelta event);

        void reasoningDelta(ReasoningDelta event);

        void refusalDelta(RefusalDelta event);

        void toolCallDelta(ToolCallDelta event);

        void audioDelta(AudioDelta event);

        void partAdded(PartAdded event);

        void signatureAdded(SignatureAdded event);

        void citationAdded(CitationAdded event);

        void partEnded(PartEnded event);

        void logprobsDelta(LogprobsDelta event);

        void usageReported(UsageReported event);

        void finished(Finished event);

        void extensionAdded(ExtensionAdded event);

        void completed(Completed event);

        /** It is about the call and not of the answer, so it is ignored unless a handler wants it. */
        default void answering(Answering event) {}

        /** @throws IllegalArgumentException unless a handler takes bytes: to put what was decoded together with it makes no sense */
        default void passed(Passed event) {
            throw new IllegalArgumentException("an answer that is passed on as it comes has no events");
        }
    }
}
