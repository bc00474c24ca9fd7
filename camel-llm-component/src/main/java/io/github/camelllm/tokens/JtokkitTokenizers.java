package io.github.camelllm.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * OpenAI's encodings from JTokkit, each loaded when it is first asked for. The only class that names JTokkit, so that it
 * can be absent.
 */
final class JtokkitTokenizers implements Tokenizers {
    private static final int REPLACEMENT = 0xFFFD;

    private final EncodingRegistry registry = Encodings.newLazyEncodingRegistry();

    @Override
    public Optional<ToLongFunction<String>> of(String encoding) {
        Optional<Encoding> found = registry.getEncoding(encoding);
        return found.map(known -> text -> known.countTokensOrdinary(wellFormed(text)));
    }

    /** JTokkit refuses lone surrogates; UTF-8 has no bytes for them, so on the wire they are a replacement character. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.charCount(text.codePointAt(i)) == 1) {
                    return replaceLoneSurrogates(text);
                }
                i++;
            }
        }
        return text;
    }

    private static String replaceLoneSurrogates(String text) {
        StringBuilder replaced = new StringBuilder(text.length());
        text.codePoints()
                .map(character -> character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE
                        ? REPLACEMENT
                        : character)
                .forEach(replaced::appendCodePoint);
        return replaced.toString();
    }
}
