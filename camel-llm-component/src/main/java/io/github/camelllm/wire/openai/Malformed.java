package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;

/** Failures of answers that are not what the dialect promises. None of them quotes the answer. */
final class Malformed {
    private Malformed() {}

    /** @param what expected, came and where */
    static LlmMalformedResponseException answer(WireTarget target, String what) {
        return new LlmMalformedResponseException(
                target.provider() + "/" + target.model() + ": " + what,
                ErrorDetails.local(target.provider(), target.model(), "malformed_response", false),
                null);
    }

    /** A stream that stopped too early; asking again may help. */
    static LlmMalformedResponseException cut(WireTarget target, String what) {
        return new LlmMalformedResponseException(
                target.provider() + "/" + target.model() + ": " + what,
                ErrorDetails.local(target.provider(), target.model(), "stream_cut", true),
                null);
    }

    /** Bytes that are no JSON. Jackson's own message repeats them, so it is not kept. */
    static LlmMalformedResponseException json(
            WireTarget target, String what, byte[] body, int offset, int length, IOException e) {
        String where = e instanceof JsonProcessingException parse ? Json.where(parse) : "unknown position";
        int first = offset;
        while (first < offset + length && body[first] <= ' ' && body[first] >= 0) {
            first++;
        }
        String came = first == offset + length
                ? "nothing"
                : body[first] == '<' ? "HTML or XML" : "something that is no JSON at " + where;
        return answer(target, "expected " + what + " as a JSON object, got " + length + " bytes: " + came);
    }
}
