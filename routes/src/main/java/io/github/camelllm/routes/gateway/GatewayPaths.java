package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.LlmException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What methods and paths stand for. */
final class GatewayPaths {
    private static final Pattern GEMINI = Pattern.compile("/(?:v1beta|v1)/(?:models|tunedModels)/(.+):(\\w+)");
    private static final Pattern MODEL = Pattern.compile("(?:/v1|/v1beta)?/models(?:/(.+))?");

    private static final String GOOGLE_ONLY =
            "cachedContents|fileSearchStores|tunedModels|corpora|operations|interactions";

    /** Paths of the APIs that are not served; all of Google's own versions are known by their beginning. */
    private static final Pattern LATER = Pattern.compile("(?:/v1)?/(?:"
            // OpenAI's
            + "responses|chat/completions|completions|embeddings|moderations|images|audio|videos|files|batches|uploads|fine_tuning"
            + "|evals|containers|assistants|threads|vector_stores|realtime|conversations|chatkit|organization|projects"
            // Anthropic's
            + "|messages|complete|skills|agents|sessions|environments|vaults|organizations|experimental"
            + "|" + GOOGLE_ONLY
            // What others added to OpenAI's
            + "|rerank)(?:/.*)?");

    private static final Pattern GOOGLES =
            Pattern.compile("(?:/upload|/download)?/v1(?:alpha|beta).*|/(?:upload|download)/v1/.*" + "|/v1/(?:"
                    + GOOGLE_ONLY + ")(?:/.*)?");

    private static final Pattern ANTHROPICS = Pattern.compile("/v1/(?:messages|complete)(?:/.*)?");

    private static final Map<String, GatewayOperation> GEMINI_METHODS = Map.of(
            "generateContent", GatewayOperation.CHAT,
            "streamGenerateContent", GatewayOperation.CHAT,
            "countTokens", GatewayOperation.COUNT_TOKENS,
            "embedContent", GatewayOperation.EMBEDDINGS,
            "batchEmbedContents", GatewayOperation.EMBEDDINGS);

    private GatewayPaths() {}

    /** A path as it is known, whether or not a client put a slash behind it. */
    static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /**
     * @param path {@link #withoutSlash}
     * @param hasHeader whether the request has a header, by its name in lower case
     * @throws LlmException if there is no such path, or not with this method
     */
    static GatewayRequest read(String method, String path, Predicate<String> hasHeader, long nowNanos) {
        switch (path) {
            case "/v1/chat/completions":
            case "/chat/completions":
                return post(ClientApi.OPENAI, GatewayOperation.CHAT, method, path, nowNanos);
            case "/v1/embeddings":
            case "/embeddings":
                return post(ClientApi.OPENAI, GatewayOperation.EMBEDDINGS, method, path, nowNanos);
            case "/v1/messages":
                return post(ClientApi.ANTHROPIC, GatewayOperation.CHAT, method, path, nowNanos);
            case "/v1/messages/count_tokens":
                return post(ClientApi.ANTHROPIC, GatewayOperation.COUNT_TOKENS, method, path, nowNanos);
            case "/v1/feedback":
                return post(ClientApi.OPENAI, GatewayOperation.FEEDBACK, method, path, nowNanos);
            case "/health/live":
            case "/health/ready":
                requireMethod("GET", method, path);
                return new GatewayRequest(ClientApi.OPENAI, GatewayOperation.HEALTH, path, "", false, nowNanos);
            default:
                return other(method, path, hasHeader, nowNanos);
        }
    }

    private static GatewayRequest post(
            ClientApi api, GatewayOperation operation, String method, String path, long nowNanos) {
        requireMethod("POST", method, path);
        return new GatewayRequest(api, operation, path, "", false, nowNanos);
    }

    private static GatewayRequest other(String method, String path, Predicate<String> hasHeader, long nowNanos) {
        Matcher gemini = GEMINI.matcher(path);
        if (gemini.matches()) {
            GatewayOperation operation = GEMINI_METHODS.get(gemini.group(2));
            if (operation == null) {
                throw Refusals.invalid(
                        Refusals.NOT_IMPLEMENTED, "models have no method '" + word(gemini.group(2)) + "' here yet");
            }
            requireMethod("POST", method, path);
            boolean stream = gemini.group(2).equals("streamGenerateContent");
            return new GatewayRequest(ClientApi.GEMINI, operation, path, decoded(gemini.group(1)), stream, nowNanos);
        }
        Matcher model = MODEL.matcher(path);
        if (model.matches()) {
            requireMethod("GET", method, path);
            String id = model.group(1) == null ? "" : decoded(model.group(1));
            return new GatewayRequest(apiOf(path, hasHeader), GatewayOperation.MODELS, path, id, false, nowNanos);
        }
        if (LATER.matcher(path).matches() || apiOf(path) == ClientApi.GEMINI) {
            throw Refusals.invalid(Refusals.NOT_IMPLEMENTED, "this path is not implemented here yet");
        }
        throw Refusals.invalid(Refusals.NOT_FOUND, "there is no such path; see docs/gateway.md for those there are");
    }

    /** A path with {@code {model}} for a model's name, one of few; empty if there is no such path. */
    static String templateOf(String sent) {
        String path = withoutSlash(sent);
        switch (path) {
            case "/v1/chat/completions":
            case "/chat/completions":
            case "/v1/embeddings":
            case "/embeddings":
            case "/v1/messages":
            case "/v1/messages/count_tokens":
            case "/v1/feedback":
            case "/health/live":
            case "/health/ready":
                return path;
            default:
                return templateOfModels(path);
        }
    }

    private static String templateOfModels(String path) {
        Matcher gemini = GEMINI.matcher(path);
        if (gemini.matches()) {
            return GEMINI_METHODS.containsKey(gemini.group(2)) ? "/v1beta/models/{model}:" + gemini.group(2) : "";
        }
        Matcher model = MODEL.matcher(path);
        if (!model.matches()) {
            return "";
        }
        return model.group(1) == null ? path : path.substring(0, model.start(1)) + "{model}";
    }

    private static void requireMethod(String expected, String method, String path) {
        if (!method.equals(expected) && !(expected.equals("GET") && method.equals("HEAD"))) {
            throw Refusals.invalid(
                    Refusals.METHOD_NOT_ALLOWED,
                    "expected " + expected + " for this path, got " + word(method.toUpperCase(Locale.ROOT)));
        }
    }

    /** The methods of a path that there is, as the header {@code Allow} lists them. */
    static String allowOf(String path) {
        boolean isRead = path.startsWith("/health/")
                || MODEL.matcher(path).matches() && !GEMINI.matcher(path).matches();
        return isRead ? "GET, HEAD" : "POST";
    }

    /** Whose shape errors have, as far as the path tells. */
    static ClientApi apiOf(String path) {
        if (GOOGLES.matcher(path).matches() || GEMINI.matcher(path).matches()) {
            return ClientApi.GEMINI;
        }
        return ANTHROPICS.matcher(path).matches() ? ClientApi.ANTHROPIC : ClientApi.OPENAI;
    }

    /** Whose shape answers have, where APIs share a path: Anthropic's clients say their version, Google's bring their key. */
    static ClientApi apiOf(String path, Predicate<String> hasHeader) {
        ClientApi api = apiOf(path);
        if (api != ClientApi.OPENAI) {
            return api;
        }
        return hasHeader.test("anthropic-version")
                ? ClientApi.ANTHROPIC
                : hasHeader.test("x-goog-api-key") ? ClientApi.GEMINI : api;
    }

    private static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusals.invalid("the path has a % that does not begin two hexadecimal digits");
        }
    }

    /** A word of a client's that is safe to repeat. */
    private static String word(String text) {
        return text.matches("[A-Za-z]{1,40}") ? text : "another";
    }
}
