package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.http.HttpErrors;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Failures in the shape of the client's API. */
public final class GatewayErrors implements HttpErrors {
    private static final String JSON = "application/json";
    private static final String SHOULD_RETRY = "x-should-retry";
    private static final int TIMEOUT = 408;
    private static final int SERVER_ERROR = 500;

    @Override
    public Answer refused(int status, String path, String message) {
        LlmException refusal =
                status < SERVER_ERROR ? Refusals.invalid(status, message) : Refusals.unavailable(message, null);
        return new Answer(status, JSON, body(GatewayPaths.apiOf(path), refusal, status), Map.of());
    }

    @Override
    public Answer failed(Exchange exchange, Throwable failure) {
        ClientApi api =
                GatewayRequest.find(exchange).map(GatewayRequest::api).orElseGet(() -> apiOf(exchange.getMessage()));
        Optional<String> callId = callId(exchange);
        if (!(failure instanceof LlmException reason)) {
            return broken(api, callId);
        }
        ChatServerCodec codec = api.dialect().server();
        OptionalInt own = Refusals.statusOf(reason);
        int status = own.orElseGet(() -> codec.statusOf(reason));
        LlmException told = callId.map(reason::withRequestId).orElse(reason);
        byte[] body = own.isPresent() ? body(api, told, status) : codec.encodeError(told);
        Map<String, String> headers = headers(api, callId, reason);
        if (own.isPresent() && status == Refusals.METHOD_NOT_ALLOWED) {
            headers.put("allow", GatewayPaths.allowOf(path(exchange.getMessage())));
        }
        return new Answer(status, JSON, body, headers);
    }

    /** Something that no client can mend. Once a provider was asked, the same again would be paid again. */
    private static Answer broken(ClientApi api, Optional<String> callId) {
        LlmException told = Refusals.unavailable("the gateway failed; its log says why", null);
        Map<String, String> headers = new HashMap<>();
        callId.ifPresent(id -> {
            putCallId(headers, api, id);
            headers.put(SHOULD_RETRY, "false");
        });
        return new Answer(
                SERVER_ERROR, JSON, body(api, callId.map(told::withRequestId).orElse(told), SERVER_ERROR), headers);
    }

    private static void putCallId(Map<String, String> headers, ClientApi api, String id) {
        headers.put("x-llm-call-id", id);
        api.requestIdHeader().ifPresent(name -> headers.put(name, id));
    }

    /** Of a request that asks for nothing that there is. */
    private static ClientApi apiOf(Message message) {
        return GatewayPaths.apiOf(path(message), name -> message.getHeader(name) != null);
    }

    private static String path(Message message) {
        return message.getHeader(Exchange.HTTP_PATH, "", String.class);
    }

    private static byte[] body(ClientApi api, LlmException failure, int status) {
        return api == ClientApi.GEMINI && !isFiltered(failure)
                ? geminiBody(failure, status)
                : api.dialect().server().encodeError(failure);
    }

    private static boolean isFiltered(LlmException failure) {
        return failure instanceof io.github.camelllm.chat.LlmContentFilteredException;
    }

    /** A {@code google.rpc.Status} with the status of the answer, which need not be one that its codec knows. */
    private static byte[] geminiBody(LlmException failure, int status) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("error");
            json.writeNumberField("code", status);
            json.writeStringField("message", failure.getMessage());
            json.writeStringField("status", googleWord(status));
            if (failure.details().requestId().isPresent()) {
                json.writeArrayFieldStart("details");
                json.writeStartObject();
                json.writeStringField("@type", "type.googleapis.com/google.rpc.RequestInfo");
                json.writeStringField("requestId", failure.details().requestId().get());
                json.writeEndObject();
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static String googleWord(int status) {
        switch (status) {
            case Refusals.NOT_FOUND:
                return "NOT_FOUND";
            case 401:
                return "UNAUTHENTICATED";
            case 403:
                return "PERMISSION_DENIED";
            case TIMEOUT:
                return "DEADLINE_EXCEEDED";
            case Refusals.METHOD_NOT_ALLOWED:
            case Refusals.NOT_IMPLEMENTED:
                return "UNIMPLEMENTED";
            case 503:
                return "UNAVAILABLE";
            default:
                return status >= SERVER_ERROR ? "INTERNAL" : "INVALID_ARGUMENT";
        }
    }

    /** The call of an exchange, which may have failed or been refused after its answer; empty if there was none. */
    static Optional<String> callId(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(
                LlmConstants.CALL_ID,
                exchange.getMessage().getHeader(LlmConstants.CALL_ID, String.class),
                String.class));
    }

    private static Map<String, String> headers(ClientApi api, Optional<String> callId, LlmException failure) {
        Map<String, String> headers = new HashMap<>();
        Optional<Duration> wait = failure.retryAfter();
        if (wait.isPresent()) {
            Duration time = wait.get();
            long seconds = time.toSeconds() + (time.toNanosPart() > 0 ? 1 : 0);
            headers.put("retry-after", Long.toString(seconds));
            headers.put("retry-after-ms", Long.toString(time.toMillis()));
        }
        if (!failure.getProvider().isEmpty()) {
            headers.put("x-llm-provider", failure.getProvider());
        }
        failure.details().requestId().ifPresent(id -> {
            headers.put("x-llm-provider-request-id", id);
            api.requestIdHeader().ifPresent(name -> headers.put(name, id));
        });
        callId.ifPresent(id -> putCallId(headers, api, id));
        headers.put(SHOULD_RETRY, Boolean.toString(failure.isRetryable()));
        return headers;
    }
}
