package io.github.camelllm.router;

/**
 * A model at a provider, or another router, as written in {@code llm:provider/model}.
 *
 * @param provider id of the provider; {@code router} for another router
 * @param model the model as its provider writes it, with slashes and colons if it has some; the other router's name
 */
public record ModelRef(String provider, String model) {
    /** Provider id that stands for routers. */
    public static final String ROUTER = "router";

    /**
     * @param text such as {@code groq/openai/gpt-oss-20b} or {@code router/fast}
     * @throws IllegalArgumentException if it has no provider or no model
     */
    public static ModelRef parse(String text) {
        String trimmed = text.trim();
        int slash = trimmed.indexOf('/');
        if (slash <= 0 || slash == trimmed.length() - 1) {
            throw new IllegalArgumentException(
                    "expected provider/model, such as groq/openai/gpt-oss-20b, but got '" + text + "'");
        }
        return new ModelRef(trimmed.substring(0, slash), trimmed.substring(slash + 1));
    }

    /** Whether this names another router and not a model. */
    public boolean isRouter() {
        return provider.equals(ROUTER);
    }

    @Override
    public String toString() {
        return provider + "/" + model;
    }
}
