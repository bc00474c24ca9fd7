package io.github.camelllm.wire;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * How requests and answers of a dialect go through as they come: read only as far as must be known of them, and changed by
 * cutting and inserting bytes. Stateless and thread-safe.
 */
public interface PassThrough {
    /**
     * Looks at a client's request.
     *
     * @param path path and query of the request, for dialects that say model or streaming there
     * @param around makes of the reader of the body the one that is used: who wants to see all of the body as well can do so at once.
     *     What it throws beside {@link IOException} is thrown
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no JSON object, says a thing twice, or says
     *     something that must be known in a way that could be read differently
     */
    RequestScan scan(String path, byte[] body, UnaryOperator<JsonParser> around);

    /** As {@link #scan(String, byte[], UnaryOperator)}, with nobody else to see the body. */
    default RequestScan scan(String path, byte[] body) {
        return scan(path, body, UnaryOperator.identity());
    }

    /**
     * Whether the target takes the request as it is, but for its model, for names of members and for words of roles; if not,
     * it must be decoded and encoded for the target.
     */
    boolean fits(RequestScan scan, WireTarget target);

    /**
     * The request for the target: its model in place of the client's, usage asked for where it must be, and all else as it came.
     *
     * @param clientHeaders those of {@link #headers()} that the client sent, by lower-case name
     */
    EncodedRequest encode(RequestScan scan, Map<String, String> clientHeaders, WireTarget target);

    /** Lower-case names of the headers that belong to the dialect and that go along. None of them is a credential. */
    Set<String> headers();

    /** Those of {@link #headers()} that ask for features, which a request needs also where it is decoded and written anew. */
    default Set<String> featureHeaders() {
        return headers();
    }

    /**
     * What a whole answer says of itself; empty if it must be decoded to be known, such as an answer that reports an error or
     * no usage.
     *
     * @throws io.github.camelllm.chat.LlmMalformedResponseException if it is no JSON
     */
    Optional<AnswerFacts> facts(byte[] body, WireTarget target);

    /** A new look-out for one stream. */
    FrameSkimmer skimmer();

    /** Whether a stream's frame that holds nothing but usage was asked for by us and not by the client. */
    boolean withholdsUsage(RequestScan scan);
}
