package io.github.camelllm.tokens;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model id without what clouds and gateways put around it: {@code gpt-4o} for {@code openrouter/openai/gpt-4o:free},
 * {@code claude-sonnet-4-5-20250929-v1} for {@code us.anthropic.claude-sonnet-4-5-20250929-v1:0}.
 *
 * @param name lower case
 * @param maybeOpenAi false if a path before the name says that it is another vendor's
 */
record ModelId(String name, boolean maybeOpenAi) {
    /** Path segments before a name that is OpenAI's own. */
    private static final Set<String> OPENAI_PATHS =
            Set.of("openai", "azure", "azure-openai", "openrouter", "github", "models", "deployments");

    private static final Pattern REGION_AND_VENDOR = Pattern.compile(
            "^(?:(?:us|us-gov|eu|apac|jp|au|ca|global)\\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral"
                    + "|moonshot|moonshotai|nvidia|openai|qwen|writer|zai)\\.(?=[a-z])");

    static ModelId of(String model) {
        String id = model.strip().toLowerCase(Locale.ROOT);
        if (id.startsWith("ft:")) {
            id = id.substring("ft:".length());
        }
        int at = id.indexOf('@');
        id = at > 0 ? id.substring(0, at) : id;
        int slash = id.lastIndexOf('/');
        String path = id.substring(id.lastIndexOf('/', slash - 1) + 1, Math.max(slash, 0));
        boolean maybeOpenAi = path.isEmpty() || OPENAI_PATHS.contains(path);
        id = id.substring(slash + 1);
        int colon = id.indexOf(':');
        // Ollama writes sizes after a colon, gateways variants, OpenAI the owner of a fine-tuned model.
        id = colon > 0 ? id.substring(0, colon) : id;
        Matcher vendor = REGION_AND_VENDOR.matcher(id);
        if (vendor.find()) {
            maybeOpenAi &= vendor.group().endsWith("openai.");
            id = id.substring(vendor.end());
        }
        if (id.startsWith("openai-")) {
            id = id.substring("openai-".length());
        }
        // Azure's names have no point.
        return new ModelId(id.startsWith("gpt-35-") ? "gpt-3.5-" + id.substring("gpt-35-".length()) : id, maybeOpenAi);
    }
}
