package io.github.camelllm.routes.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the gateway has to know of a request's body, read in one go without building it.
 *
 * @param model the member {@code model}; empty text if there is none
 * @param stream whether the member {@code stream} is true
 */
record RequestFacts(String model, boolean stream) {
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

    /**
     * @param allowedHosts hosts of private networks that URLs may name all the same
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no JSON object, too deep, says twice what
     *     model it means, or has a URL of a private network
     */
    static RequestFacts read(byte[] body, Predicate<String> allowedHosts) {
        if (body.length > 1 && (body[0] == 0 || body[1] == 0)) {
            throw Refusals.invalid("the body must be JSON in UTF-8");
        }
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            return read(parser, allowedHosts);
        } catch (JsonEOFException e) {
            throw Refusals.invalid("the body ends in the middle of its JSON");
        } catch (StreamConstraintsException e) {
            throw Refusals.invalid("the body has a number, a name or a nesting beyond what is accepted");
        } catch (IOException e) {
            JsonProcessingException malformed = Json.asProcessing(e);
            throw Refusals.invalid("the body is no JSON at " + Json.where(malformed));
        }
    }

    private static RequestFacts read(JsonParser parser, Predicate<String> allowedHosts) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Refusals.invalid("the body must be a JSON object");
        }
        String model = "";
        boolean stream = false;
        boolean hasModel = false;
        boolean hasStream = false;
        int depth = 1;
        int dataDepth = Integer.MAX_VALUE;
        int resultDepth = Integer.MAX_VALUE;
        String name = "";
        JsonToken token = parser.nextToken();
        for (; depth > 0; token = parser.nextToken()) {
            if (token == null) {
                throw Refusals.invalid("the body ends in the middle of its JSON");
            }
            switch (token) {
                case FIELD_NAME:
                    name = parser.currentName();
                    if (name.length() > MAX_NAME) {
                        throw Refusals.invalid("the body has a member with a name of over " + MAX_NAME + " characters");
                    }
                    break;
                case START_OBJECT:
                case START_ARRAY:
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
                    break;
                case END_OBJECT:
                case END_ARRAY:
                    if (--depth < dataDepth) {
                        dataDepth = Integer.MAX_VALUE;
                    }
                    if (depth < resultDepth) {
                        resultDepth = Integer.MAX_VALUE;
                    }
                    name = "";
                    if (depth == 0) {
                        return end(parser, model, stream);
                    }
                    break;
                case VALUE_STRING:
                    if (depth == 1 && name.equals("model")) {
                        requireOnce(hasModel, name);
                        hasModel = true;
                        model = parser.getText();
                    } else if (dataDepth == Integer.MAX_VALUE && URLS.contains(name)) {
                        requirePublic(parser, name, allowedHosts);
                    }
                    break;
                case VALUE_TRUE:
                case VALUE_FALSE:
                    if (depth == 1 && name.equals("stream")) {
                        requireOnce(hasStream, name);
                        hasStream = true;
                        stream = token == JsonToken.VALUE_TRUE;
                    }
                    break;
                default:
                    break;
            }
        }
        throw new AssertionError("the outermost object has an end");
    }

    private static RequestFacts end(JsonParser parser, String model, boolean stream) throws IOException {
        if (parser.nextToken() != null) {
            throw Refusals.invalid("the body has something behind its JSON object");
        }
        return new RequestFacts(model, stream);
    }

    private static void requireOnce(boolean known, String name) {
        if (known) {
            throw Refusals.invalid("the body has the member '" + name + "' twice");
        }
    }

    private static boolean isDataUrl(JsonParser parser) throws IOException {
        return parser.getTextLength() > 6
                && parser.getTextCharacters()[parser.getTextOffset()] == 'd'
                && parser.getTextCharacters()[parser.getTextOffset() + 4] == ':';
    }

    private static boolean hasNoScheme(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int to = parser.getTextOffset() + parser.getTextLength();
        for (int i = parser.getTextOffset(); i < to; i++) {
            if (text[i] == ':') {
                return false;
            }
        }
        return true;
    }

    private static void requirePublic(JsonParser parser, String name, Predicate<String> allowedHosts)
            throws IOException {
        // Inline media is long, and need not be made a text
        if (isDataUrl(parser) || hasNoScheme(parser)) {
            return;
        }
        String url = PrivateAddresses.cleaned(parser.getText());
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
}
