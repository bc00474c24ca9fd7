package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ProviderError;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.Translation;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Requests to and answers from {@code POST /messages}. */
final class AnthropicClientCodec implements ChatClientCodec {
    static final String BETA = "anthropic-beta";

    @Override
    public EncodedRequest encode(ChatRequest request, boolean stream, WireTarget target) {
        UnsupportedOptions unsupported = new UnsupportedOptions(target);
        ChatRequest translated = Translation.into(AnthropicDialect.NAME, request, unsupported);
        byte[] body = Json.bytes(json -> new RequestWriter(translated, target, unsupported, json)
                .write(stream ? RequestWriter.Purpose.STREAM : RequestWriter.Purpose.ANSWER));
        WireProfile profile = target.profile();
        String path = profile.option("path", "/messages");
        if (stream) {
            path = profile.option("stream-path", path);
        }
        return new EncodedRequest(
                "POST", path(path, request.model()), headers(profile, features(request)), body, unsupported.dropped());
    }

    static String path(String template, String model) {
        return template.contains("{model}")
                ? template.replace(
                        "{model}",
                        URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20"))
                : template;
    }

    static Map<String, String> headers(WireProfile profile) {
        String version = profile.option(AnthropicDialect.VERSION_OPTION, AnthropicDialect.DEFAULT_VERSION);
        String beta = profile.option(AnthropicDialect.BETA_OPTION, "");
        if (beta.isEmpty() && !version.isEmpty()) {
            return Map.of("anthropic-version", version);
        }
        Map<String, String> headers = new TreeMap<>();
        if (!version.isEmpty()) {
            headers.put("anthropic-version", version);
        }
        if (!beta.isEmpty()) {
            headers.put(BETA, beta);
        }
        return headers;
    }

    /** A client knows which version it speaks; its features are added to those that the provider is always asked for. */
    static Map<String, String> headers(WireProfile profile, Map<String, String> clientHeaders) {
        Map<String, String> own = headers(profile);
        if (clientHeaders.isEmpty()) {
            return own;
        }
        Map<String, String> all = new TreeMap<>(own);
        clientHeaders.forEach((name, value) ->
                all.merge(name, value, (mine, theirs) -> name.equals(BETA) ? mine + "," + theirs : theirs));
        return all;
    }

    static Map<String, String> features(ChatRequest request) {
        String beta = request.dialectHeaders().get(BETA);
        return beta == null ? Map.of() : Map.of(BETA, beta);
    }

    @Override
    public ChatResponse decode(byte[] body, WireHeaders headers, WireTarget target) {
        List<StreamEvent> events = new ArrayList<>(6);
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed(
                        target, headers, body.length == 0 ? "the answer is empty" : "the answer is no JSON object");
            }
            MessageObject message = MessageObject.read(parser, body, 0);
            if (message.error != null && message.content == null) {
                throw AnthropicErrors.read(OptionalInt.empty(), Json.tree(body, 0, body.length))
                        .toException(headers, target);
            }
            if (message.content == null) {
                throw malformed(target, headers, "the answer has no array 'content'");
            }
            if (message.content.isEmpty() && message.stopReason == null) {
                throw malformed(target, headers, "the answer has neither content nor 'stop_reason'");
            }
            message.addEvents(new AnswerEvents(), new MessagesUsage(), body, 0, events);
        } catch (AnswerEvents.UnexpectedBlockException e) {
            throw malformed(target, headers, "the answer " + e.getMessage());
        } catch (JsonEOFException e) {
            throw with(headers, AnthropicErrors.truncated(target, "the answer ends within JSON, " + Json.where(e)));
        } catch (IOException e) {
            throw malformed(target, headers, "the answer is no JSON, " + Json.where(Json.asProcessing(e)));
        }
        return ChatResponseFold.fold(events);
    }

    @Override
    public StreamDecoder streamDecoder(WireTarget target) {
        return new AnthropicStreamDecoder(target);
    }

    @Override
    public LlmException decodeError(int status, WireHeaders headers, byte[] body, WireTarget target) {
        return AnthropicErrors.read(status, body).toException(headers, target);
    }

    private static LlmMalformedResponseException malformed(WireTarget target, WireHeaders headers, String what) {
        return with(headers, AnthropicErrors.malformed(target, what));
    }

    private static LlmMalformedResponseException with(WireHeaders headers, LlmMalformedResponseException failure) {
        return new LlmMalformedResponseException(
                String.valueOf(failure.getMessage()),
                failure.details().withRequestId(ProviderError.requestId(headers)),
                null);
    }
}
