package io.github.camelllm.chat;

import java.util.List;
import java.util.Optional;

/**
 * One piece of a message. A message keeps its parts in wire order, so that it goes back to its provider unchanged.
 *
 * <p>{@code toString} of a part tells its kind and size and never its content.
 */
public sealed interface ContentPart {
    /**
     * Plain text.
     *
     * @param citations sources the model named for this text
     * @param cache set if a prompt cache prefix ends here
     * @param signature opaque value to be sent back with this very part (Gemini {@code thoughtSignature})
     */
    record Text(String text, List<Citation> citations, Optional<CacheHint> cache, Optional<String> signature)
            implements ContentPart {
        public Text {
            citations = List.copyOf(citations);
        }

        public static Text of(String text) {
            return new Text(text, List.of(), Optional.empty(), Optional.empty());
        }

        public Text withCache(CacheHint hint) {
            return new Text(text, citations, Optional.of(hint), signature);
        }

        @Override
        public String toString() {
            return "Text[" + text.length() + " chars]";
        }
    }

    /**
     * An image, audio clip, video or document.
     *
     * @param name file name or title, where one is known
     * @param detail resolution asked for ({@code low}, {@code high}, {@code auto}), images only
     * @param transcript words of an audio clip that a model spoke
     * @param signature opaque value to be sent back with this part
     */
    record Media(
            MediaKind kind,
            MediaSource source,
            Optional<String> name,
            Optional<String> detail,
            Optional<String> transcript,
            Optional<CacheHint> cache,
            Optional<String> signature)
            implements ContentPart {
        public static Media of(MediaKind kind, MediaSource source) {
            return new Media(
                    kind,
                    source,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        public static Media of(String mediaType, byte[] bytes, Optional<String> name) {
            return new Media(
                    MediaKind.ofMediaType(mediaType),
                    MediaSource.Inline.of(mediaType, bytes),
                    name,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        @Override
        public String toString() {
            return "Media[" + kind + ", " + source + "]";
        }
    }

    /** The model's words for declining to answer. */
    record Refusal(String text) implements ContentPart {
        @Override
        public String toString() {
            return "Refusal[" + text.length() + " chars]";
        }
    }

    /**
     * What the model thought before it answered.
     *
     * @param text readable reasoning, empty if the provider shows none
     * @param signature opaque proof to be sent back byte for byte (Anthropic {@code signature}, Gemini {@code thoughtSignature})
     * @param redacted encrypted reasoning without readable text (Anthropic {@code redacted_thinking.data})
     * @param json further members in the provider's own shape (OpenRouter {@code reasoning_details}), sent back as they came
     */
    record Reasoning(String text, Optional<String> signature, Optional<String> redacted, Optional<String> json)
            implements ContentPart {
        public static Reasoning of(String text) {
            return new Reasoning(text, Optional.empty(), Optional.empty(), Optional.empty());
        }

        @Override
        public String toString() {
            return "Reasoning[" + text.length() + " chars" + (signature.isPresent() ? ", signed" : "") + "]";
        }
    }

    /**
     * The model asks for a tool to be run.
     *
     * @param id the provider's id, or one made up by the codec where the provider sends none
     * @param argumentsJson arguments as JSON text, as the model wrote it; it may be invalid JSON
     * @param custom true if the tool takes free text: {@code argumentsJson} is then that text and not JSON
     * @param signature opaque value to be sent back with this call
     * @param json further members of the call in the provider's own shape, sent back as they came
     */
    record ToolCall(
            String id,
            String name,
            String argumentsJson,
            boolean custom,
            Optional<String> signature,
            Optional<String> json)
            implements ContentPart {
        public static ToolCall of(String id, String name, String argumentsJson) {
            return new ToolCall(id, name, argumentsJson, false, Optional.empty(), Optional.empty());
        }

        @Override
        public String toString() {
            return "ToolCall[" + id + ", " + name + "]";
        }
    }

    /**
     * A block that only its own provider understands (server tools, compaction, executed code), kept verbatim.
     * It goes back to the same dialect unchanged. For every other it is said in plain parts if it can be, and else left out
     * of an answer and refused in a question.
     *
     * @param dialect the dialect it came from, such as {@code anthropic}
     * @param type the provider's type of the block
     * @param json the whole block as JSON text
     * @param text readable words in it, if any
     * @param plain parts that say the same but for some members; empty if there are none
     */
    record Opaque(String dialect, String type, String json, Optional<String> text, List<ContentPart> plain)
            implements ContentPart {
        public Opaque {
            plain = List.copyOf(plain);
        }

        /** A block that cannot be said in plain parts. */
        public Opaque(String dialect, String type, String json, Optional<String> text) {
            this(dialect, type, json, text, List.of());
        }

        @Override
        public String toString() {
            return "Opaque[" + dialect + " " + type + "]";
        }
    }
}
