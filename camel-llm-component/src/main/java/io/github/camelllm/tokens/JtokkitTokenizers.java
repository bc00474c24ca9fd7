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
    private final EncodingRegistry registry = Encodings.newLazyEncodingRegistry();

    @Override
    public Optional<ToLongFunction<String>> of(String encoding) {
        Optional<Encoding> found = registry.getEncoding(encoding);
        return found.map(known -> known::countTokensOrdinary);
    }
}
