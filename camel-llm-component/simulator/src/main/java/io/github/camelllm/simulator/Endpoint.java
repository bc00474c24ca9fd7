package io.github.camelllm.simulator;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a path stands for. Only the end of a path counts, so that base URLs with prefixes ({@code /openai/v1}, {@code
 * /openai/deployments/NAME}) work.
 *
 * @param model the model that the path names; empty text if it names none
 * @param action Gemini's method, such as {@code batchEmbedContents}; empty text elsewhere
 */
record Endpoint(SimulatedDialect dialect, Operation operation, String model, String action) {
    private static final Pattern GEMINI = Pattern.compile(
            ".*/models/([^/]+):(generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)");
    private static final Pattern MODELS = Pattern.compile(".*/models(?:/(.+))?");

    /** @param headers by lower-case name */
    static Endpoint of(String method, String path, Map<String, String> headers) {
        boolean post = method.equals("POST");
        if (post && path.endsWith("/chat/completions")) {
            return new Endpoint(SimulatedDialect.OPENAI, Operation.CHAT, "", "");
        } else if (post && path.endsWith("/embeddings")) {
            return new Endpoint(SimulatedDialect.OPENAI, Operation.EMBEDDINGS, "", "");
        } else if (post && path.endsWith("/messages")) {
            return new Endpoint(SimulatedDialect.ANTHROPIC, Operation.CHAT, "", "");
        } else if (post && path.endsWith("/messages/count_tokens")) {
            return new Endpoint(SimulatedDialect.ANTHROPIC, Operation.COUNT_TOKENS, "", "");
        }
        Matcher gemini = GEMINI.matcher(path);
        if (post && gemini.matches()) {
            return gemini(Uris.decoded(gemini.group(1)), gemini.group(2));
        }
        Matcher models = MODELS.matcher(path);
        if (method.equals("GET") && models.matches()) {
            String model = models.group(1) == null ? "" : Uris.decoded(models.group(1));
            return new Endpoint(dialectOf(path, headers), Operation.MODELS, model, "");
        }
        return new Endpoint(dialectOf(path, headers), Operation.UNKNOWN, "", "");
    }

    private static Endpoint gemini(String model, String action) {
        Operation operation = action.equals("countTokens")
                ? Operation.COUNT_TOKENS
                : action.contains("mbedContent") ? Operation.EMBEDDINGS : Operation.CHAT;
        return new Endpoint(SimulatedDialect.GEMINI, operation, model, action);
    }

    /** Paths that two dialects share are told apart by the headers that their clients send. */
    private static SimulatedDialect dialectOf(String path, Map<String, String> headers) {
        if (path.contains("/v1beta/") || headers.containsKey("x-goog-api-key")) {
            return SimulatedDialect.GEMINI;
        }
        return headers.containsKey("anthropic-version")
                        || headers.containsKey("x-api-key")
                        || path.contains("/messages")
                ? SimulatedDialect.ANTHROPIC
                : SimulatedDialect.OPENAI;
    }
}
