package io.github.camelllm.tokens;

import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * How one model counts.
 *
 * @param id its id without the names around it
 * @param text counts a text
 * @param exactText whether it counts texts as the provider does
 * @param exactChat whether the formula for plain chat messages is exact too
 * @param basis the encoding or family that it counts by
 */
record ModelTokens(
        ModelId id,
        ModelFamily family,
        ToLongFunction<String> text,
        boolean exactText,
        boolean exactChat,
        String basis) {
    static ModelTokens of(String model, Tokenizers tokenizers) {
        ModelId id = ModelId.of(model);
        ModelFamily family = ModelFamily.of(id);
        Optional<OpenAiEncoding> encoding = family.isOpenAi() ? OpenAiEncoding.of(id) : Optional.empty();
        Optional<ToLongFunction<String>> tokenizer = encoding.flatMap(known -> tokenizers.of(known.name()));
        if (encoding.isPresent() && tokenizer.isPresent()) {
            OpenAiEncoding known = encoding.get();
            return new ModelTokens(id, family, tokenizer.get(), known.known(), known.plainChat(), known.name());
        }
        return new ModelTokens(id, family, text -> ScriptEstimate.tokens(text, family), false, false, family.label);
    }

    TokenCount count(long tokens, boolean exact) {
        return exact ? TokenCount.exact(tokens, basis) : TokenCount.estimate(tokens, basis);
    }

    /** The first version of gpt-3.5-turbo put one token more around messages, and the name in the role's place. */
    boolean isFirstTurbo() {
        return id.name().equals("gpt-3.5-turbo-0301");
    }
}
