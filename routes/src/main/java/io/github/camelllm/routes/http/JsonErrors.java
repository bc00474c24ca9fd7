package io.github.camelllm.routes.http;

import io.github.camelllm.wire.Json;
import java.util.Map;
import org.apache.camel.Exchange;

/** Errors as {@code {"error":{"message","type"}}}. */
final class JsonErrors implements HttpErrors {
    private static final int INTERNAL_ERROR = 500;

    @Override
    public Answer refused(int status, String path, String message) {
        byte[] body = Json.bytes(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("error");
            json.writeStringField("message", message);
            json.writeStringField("type", status < INTERNAL_ERROR ? "invalid_request_error" : "server_error");
            json.writeEndObject();
            json.writeEndObject();
        });
        return new Answer(status, "application/json", body, Map.of());
    }

    @Override
    public Answer failed(Exchange exchange, Throwable failure) {
        return refused(INTERNAL_ERROR, "", "the request failed; the server's log says why");
    }
}
