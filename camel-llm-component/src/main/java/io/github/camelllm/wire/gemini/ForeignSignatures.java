package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.ContentPart;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What Claude signed or encrypted, as a {@code thoughtSignature}. That is base64, which clients may write in the other alphabet,
 * while Claude's has to come back byte for byte: so it is put into base64 again, behind a word that tells it from Gemini's own.
 */
final class ForeignSignatures {
    private static final String SIGNED = "anthropic-claude-v1:signature:";
    private static final String REDACTED = "anthropic-claude-v1:redacted:";

    /** How all of them begin; of whole groups of three bytes, so that what follows does not change it. */
    private static final String BEGINNING =
            Base64.getEncoder().encodeToString("anthropic-claude-v".getBytes(StandardCharsets.US_ASCII));

    private ForeignSignatures() {}

    /** The signature for a part of a client's answer: Gemini's own as it is. */
    static Optional<String> of(ContentPart.Reasoning reasoning) {
        if (reasoning.json().filter(GeminiNames.OWN_REASONING::equals).isPresent()) {
            return reasoning.signature();
        }
        return reasoning.redacted().isPresent()
                ? reasoning.redacted().map(data -> base64(REDACTED + data))
                : reasoning.signature().map(ForeignSignatures::ofSigned);
    }

    static String ofSigned(String signature) {
        return base64(SIGNED + signature);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether it looks like one of these, so that Gemini must not get it. */
    static boolean isForeign(String thoughtSignature) {
        return thoughtSignature.startsWith(BEGINNING);
    }

    /** What a client brings back, as whose it is. */
    static ContentPart.Reasoning read(String words, Optional<String> thoughtSignature) {
        String text = thoughtSignature
                .filter(ForeignSignatures::isForeign)
                .map(ForeignSignatures::decoded)
                .orElse("");
        if (text.startsWith(REDACTED)) {
            return new ContentPart.Reasoning(
                    words, Optional.empty(), Optional.of(text.substring(REDACTED.length())), Optional.empty());
        }
        if (text.startsWith(SIGNED)) {
            return new ContentPart.Reasoning(
                    words, Optional.of(text.substring(SIGNED.length())), Optional.empty(), Optional.empty());
        }
        return new ContentPart.Reasoning(
                words, thoughtSignature, Optional.empty(), thoughtSignature.map(any -> GeminiNames.OWN_REASONING));
    }

    /**
     * A part with the words that Claude's signature is for: in a stream they went out before it, piece by piece.
     *
     * @param before parts before it, of which those that go into it are taken away
     */
    static ContentPart.Reasoning joined(List<ContentPart> before, ContentPart.Reasoning part) {
        if (!part.text().isEmpty() || part.signature().isEmpty() || part.json().isPresent()) {
            return part;
        }
        StringBuilder words = new StringBuilder();
        while (!before.isEmpty()
                && before.get(before.size() - 1) instanceof ContentPart.Reasoning piece
                && piece.signature().isEmpty()
                && piece.redacted().isEmpty()) {
            words.insert(0, piece.text());
            before.remove(before.size() - 1);
        }
        return new ContentPart.Reasoning(words.toString(), part.signature(), Optional.empty(), Optional.empty());
    }

    private static String decoded(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/'));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // It only begins like one of ours
            return "";
        }
    }
}
