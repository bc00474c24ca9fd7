package io.github.camelllm.call;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.wire.ProviderError;
import io.github.camelllm.wire.WireHeaders;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What the content type of an answer allows it to be. */
final class ContentTypes {
    /** A header is whatever a server sends, so only these are repeated in messages. */
    private static final Set<String> SAFE_TO_NAME = Set.of(
            "text/html",
            "text/plain",
            "text/xml",
            "text/event-stream",
            "application/xml",
            "application/json",
            "application/x-ndjson",
            "application/octet-stream");

    private ContentTypes() {}

    /** Whether the body is server-sent events; an answer without a content type is taken at its request's word. */
    static boolean mayBeEventStream(WireHeaders headers) {
        return mediaType(headers).map("text/event-stream"::equals).orElse(true);
    }

    /**
     * Accepts JSON, whatever it is declared as: DeepSeek sends it as {@code application/octet-stream}.
     *
     * @throws LlmMalformedResponseException for an empty body, and for one that does not begin like JSON
     */
    static void requireJson(WireHeaders headers, BodyBuffer body, CallTarget target, int status) {
        byte first = body.firstVisible();
        if (first == '{' || first == '[') {
            return;
        }
        String came = first == 0
                ? "an empty body"
                : "a body of type "
                        + mediaType(headers).filter(SAFE_TO_NAME::contains).orElse("unknown");
        throw new LlmMalformedResponseException(
                target + " answered " + status + " with " + came + " where JSON was expected",
                new ErrorDetails(
                        target.provider(),
                        target.model(),
                        OptionalInt.of(status),
                        ProviderError.requestId(headers),
                        first == 0 ? "empty_response" : "unexpected_content_type",
                        true,
                        Optional.empty(),
                        Optional.empty()),
                null);
    }

    private static Optional<String> mediaType(WireHeaders headers) {
        return headers.first("content-type").map(value -> {
            int parameters = value.indexOf(';');
            return (parameters < 0 ? value : value.substring(0, parameters))
                    .trim()
                    .toLowerCase(Locale.ROOT);
        });
    }
}
