package io.github.camelllm.routes.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks a request's body while somebody reads it, also what that one skips. Its {@link RequestFacts} are there at the end.
 *
 * <p>Throws {@link io.github.camelllm.chat.LlmInvalidRequestException} where the body is no JSON object, too deep, says twice what model
 * it means, or has a URL of a private network.
 */
final class CheckedJson extends JsonParserDelegate {
    private static final int MAX_DEPTH = 128;
    private static final int MAX_NAME = 1_000;

    /** Members whose text whoever serves the request may fetch. */
    private static final Set<String> URLS = Set.of(
            "url",
            "uri",
            "image_url",
            "file_url",
            "video_url",
            "audio_url",
            "document_url",
            "input_audio",
            "file_data",
            "fileUri",
            "file_uri",
            "server_url");

    /** Members with what tools are given and give, and what describes it: data, which nobody fetches. */
    private static final Set<String> DATA = Set.of(
            "input",
            "args",
            "arguments",
            "parameters",
            "parametersJsonSchema",
            "input_schema",
            "functionCall",
            "function_call",
            "schema",
            "json_schema",
            "responseSchema",
            "responseJsonSchema",
            "metadata");

    /** Members with results of tools, of which {@code response} is data; media beside it are fetched. */
    private static final Set<String> RESULTS = Set.of("functionResponse", "function_response");

    private final Predicate<String> allowedHosts;
    private String model = "";
    private boolean stream;
    private boolean hasModel;
    private boolean hasStream;
    private boolean begun;
    private boolean ended;
    private int depth;
    private int dataDepth = Integer.MAX_VALUE;
    private int resultDepth = Integer.MAX_VALUE;
    private String name = "";

    /** @param allowedHosts hosts of private networks that URLs may name all the same */
    CheckedJson(byte[] body, Predicate<String> allowedHosts) {
        super(null);
        this.allowedHosts = allowedHosts;
        // A reader would guess another encoding
        if (body.length > 1 && (body[0] == 0 || body[1] == 0)) {
            throw Refusals.invalid("the body must be JSON in UTF-8");
        }
    }

    /** @return this, which now reads the body in place of a reader that is at its beginning */
    JsonParser over(JsonParser json) {
        delegate = json;
        return this;
    }

    /** What all of the body said. */
    RequestFacts facts() {
        if (!ended) {
            throw new IllegalStateException("the body was not read to its end");
        }
        return new RequestFacts(model, stream);
    }

    static LlmException refusal(IOException e) {
        if (e instanceof JsonEOFException) {
            return Refusals.invalid("the body ends in the middle of its JSON");
        }
        if (e instanceof StreamConstraintsException) {
            return Refusals.invalid("the body has a number, a name or a nesting beyond what is accepted");
        }
        return Refusals.invalid("the body is no JSON at " + Json.where(Json.asProcessing(e)));
    }

    @Override
    public @Nullable JsonToken nextToken() {
        try {
            JsonToken token = delegate.nextToken();
            if (ended) {
                requireEnd(token);
            } else {
                check(token);
            }
            return token;
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    private static void requireEnd(@Nullable JsonToken token) {
        if (token != null) {
            throw Refusals.invalid("the body has something behind its JSON object");
        }
    }

    @Override
    public @Nullable JsonToken nextValue() {
        JsonToken token = nextToken();
        return token == JsonToken.FIELD_NAME ? nextToken() : token;
    }

    @Override
    public JsonParser skipChildren() {
        JsonToken token = delegate.currentToken();
        if (token != null && token.isStructStart()) {
            for (int around = depth - 1; depth > around; ) {
                nextToken();
            }
        }
        return this;
    }

    private void check(@Nullable JsonToken token) throws IOException {
        if (!begun) {
            if (token != JsonToken.START_OBJECT) {
                throw Refusals.invalid("the body must be a JSON object");
            }
            begun = true;
            depth = 1;
            return;
        }
        if (token == null) {
            throw Refusals.invalid("the body ends in the middle of its JSON");
        }
        switch (token) {
            case FIELD_NAME:
                name = delegate.currentName();
                if (name.length() > MAX_NAME) {
                    throw Refusals.invalid("the body has a member with a name of over " + MAX_NAME + " characters");
                }
                break;
            case START_OBJECT:
            case START_ARRAY:
                begins();
                break;
            case END_OBJECT:
            case END_ARRAY:
                ends();
                break;
            case VALUE_STRING:
                text();
                break;
            case VALUE_TRUE:
            case VALUE_FALSE:
                if (depth == 1 && name.equals("stream")) {
                    requireOnce(hasStream);
                    hasStream = true;
                    stream = token == JsonToken.VALUE_TRUE;
                }
                break;
            default:
                break;
        }
    }

    private void begins() {
        if (++depth > MAX_DEPTH) {
            throw Refusals.invalid("the body is nested deeper than " + MAX_DEPTH + " levels");
        }
        // The outermost "input" is the texts to embed
        boolean isData = DATA.contains(name) && (depth > 2 || !name.equals("input"))
                || depth == resultDepth + 1 && name.equals("response");
        if (dataDepth == Integer.MAX_VALUE && isData) {
            dataDepth = depth;
        } else if (RESULTS.contains(name)) {
            resultDepth = depth;
        }
    }

    private void ends() {
        if (--depth < dataDepth) {
            dataDepth = Integer.MAX_VALUE;
        }
        if (depth < resultDepth) {
            resultDepth = Integer.MAX_VALUE;
        }
        name = "";
        ended = depth == 0;
    }

    private void text() throws IOException {
        if (depth == 1 && name.equals("model")) {
            requireOnce(hasModel);
            hasModel = true;
            model = delegate.getText();
        } else if (dataDepth == Integer.MAX_VALUE && URLS.contains(name)) {
            requirePublic();
        }
    }

    private void requireOnce(boolean known) {
        if (known) {
            throw Refusals.invalid("the body has the member '" + name + "' twice");
        }
    }

    private void requirePublic() throws IOException {
        // Inline media is long, and need not be made a text
        if (isDataUrl() || hasNoScheme()) {
            return;
        }
        String url = PrivateAddresses.cleaned(delegate.getText());
        if (url.toLowerCase(Locale.ROOT).startsWith("file:")) {
            throw Refusals.invalid("'" + name + "' names a file of the server, which is not allowed");
        }
        if (!PrivateAddresses.isWeb(url)) {
            return;
        }
        String host = PrivateAddresses.host(url);
        if (host == null) {
            throw Refusals.invalid("'" + name + "' has a URL whose host cannot be read");
        }
        if (PrivateAddresses.isPrivate(host) && !allowedHosts.test(host)) {
            throw Refusals.invalid("'" + name + "' has a URL of a private network, which is not allowed");
        }
    }

    private boolean isDataUrl() throws IOException {
        return delegate.getTextLength() > 6
                && delegate.getTextCharacters()[delegate.getTextOffset()] == 'd'
                && delegate.getTextCharacters()[delegate.getTextOffset() + 4] == ':';
    }

    private boolean hasNoScheme() throws IOException {
        char[] text = delegate.getTextCharacters();
        int to = delegate.getTextOffset() + delegate.getTextLength();
        for (int i = delegate.getTextOffset(); i < to; i++) {
            if (text[i] == ':') {
                return false;
            }
        }
        return true;
    }
}
