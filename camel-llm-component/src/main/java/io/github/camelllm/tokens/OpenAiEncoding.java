package io.github.camelllm.tokens;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which encoding an OpenAI model counts with, as
 * <a href="https://github.com/openai/tiktoken/blob/main/tiktoken/model.py">tiktoken</a> maps them. Newer models are
 * assumed to use the newest encoding.
 *
 * @param name such as {@code o200k_base}
 * @param known false if it is assumed
 * @param plainChat whether the formula for chat messages is known to be exact for this model: no reasoning, no hidden
 *     instructions
 */
record OpenAiEncoding(String name, boolean known, boolean plainChat) {
    static final String O200K = "o200k_base";
    static final String CL100K = "cl100k_base";

    private static final Pattern O200K_MODELS = Pattern.compile(
            "(?:gpt-4o|chatgpt-4o|gpt-4\\.1|gpt-4\\.5|o1|o3|o4-mini|gpt-5|gpt-oss)(?:-.*)?", Pattern.DOTALL);
    private static final Pattern CL100K_MODELS = Pattern.compile(
            "(?:gpt-4|gpt-3\\.5-turbo|text-embedding-3-small|text-embedding-3-large|text-embedding-ada-002|davinci-002"
                    + "|babbage-002)(?:-.*)?",
            Pattern.DOTALL);
    private static final Pattern LATER_MODELS =
            Pattern.compile("(?:gpt-|chatgpt-|codex-|computer-use-|o\\d).*", Pattern.DOTALL);
    private static final Pattern PLAIN_CHAT_MODELS = Pattern.compile(
            "(?:gpt-4o|gpt-4o-mini|chatgpt-4o-latest|gpt-4\\.1|gpt-4\\.1-mini|gpt-4\\.1-nano|gpt-4\\.5-preview|gpt-4|gpt-4-32k"
                    + "|gpt-4-turbo|gpt-4-turbo-preview|gpt-3\\.5-turbo|gpt-3\\.5-turbo-16k)"
                    + "(?:-\\d{4}(?:-\\d{2}-\\d{2}|-preview)?)?");

    /** Empty if the model is not OpenAI's. */
    static Optional<OpenAiEncoding> of(ModelId model) {
        String id = model.name();
        boolean ours = model.maybeOpenAi();
        if (O200K_MODELS.matcher(id).matches()) {
            return Optional.of(new OpenAiEncoding(
                    O200K, ours, ours && PLAIN_CHAT_MODELS.matcher(id).matches()));
        }
        if (CL100K_MODELS.matcher(id).matches()) {
            return Optional.of(new OpenAiEncoding(
                    CL100K, ours, ours && PLAIN_CHAT_MODELS.matcher(id).matches()));
        }
        return LATER_MODELS.matcher(id).matches() && ours
                ? Optional.of(new OpenAiEncoding(O200K, false, false))
                : Optional.empty();
    }
}
