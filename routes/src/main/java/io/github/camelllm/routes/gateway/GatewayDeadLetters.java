package io.github.camelllm.routes.gateway;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.component.LlmWireStream;
import io.github.camelllm.routes.deadletters.DeadLetter;
import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.deadletters.Failed;
import io.github.camelllm.routes.deadletters.KeepDeadLetter;
import io.github.camelllm.routes.deadletters.ReplayFailedException;
import io.github.camelllm.routes.gateway.keys.Authenticator;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls that failed for good as dead letters, and sends them again through the stages for policy, route, call and answer. What was refused
 * before it was sent (by keys, guardrails, budgets, limits), what is wrong or too long for its model, an answer that a guardrail refused, and
 * what its client gave up is not kept. Thread-safe.
 */
final class GatewayDeadLetters {
    static final String SOURCE = "gateway";

    /** Tag of a call that was sent again, with the id of the call that had failed. */
    static final String REPLAY_TAG = "replayOf";

    private static final Set<String> NOT_KEPT = Set.of("cancelled", "client_rate_limit");
    private static final String STAGES = "direct:llm-gateway-replay";
    /** Kept beside the headers of the client's wire format: its path, and what it said that its request is for. */
    private static final List<String> HEADERS = List.of(Exchange.HTTP_PATH, EnterStage.TASK_TAG);

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    private final DeadLetters letters;
    private final ProducerTemplate template;
    private final Optional<Authenticator> authenticator;

    private GatewayDeadLetters(DeadLetters letters, ProducerTemplate template, Optional<Authenticator> authenticator) {
        this.letters = letters;
        this.template = template;
        this.authenticator = authenticator;
    }

    /**
     * Empty if they are not to be kept.
     *
     * @param authenticator empty if anyone may call
     */
    static Optional<GatewayDeadLetters> of(CamelContext context, Optional<Authenticator> authenticator) {
        return DeadLetters.ofGateway(context).map(letters -> {
            GatewayDeadLetters own = new GatewayDeadLetters(letters, context.createProducerTemplate(), authenticator);
            letters.register(SOURCE, own::replay);
            return own;
        });
    }

    /**
     * Looks what becomes of a call. Its message is the client's request.
     *
     * @param requestHeaders names of those that stages of a user's may go by
     */
    void watch(Exchange exchange, GatewayRequest request, Caller caller, List<String> requestHeaders) {
        if (request.operation() != GatewayOperation.CHAT && request.operation() != GatewayOperation.EMBEDDINGS) {
            return;
        }
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        Map<String, String> headers = headers(message, request.api(), requestHeaders);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onFailure(Exchange failed) {
                LlmException reason = ObjectHelper.getException(LlmException.class, failed.getException());
                if (reason != null
                        && failed.getProperty(RouteStage.TARGET) != null
                        && !isAnswered(failed)
                        && isKept(reason)) {
                    keep(
                            callId(failed.getProperty(LlmConstants.CALL_ID, String.class)),
                            reason.getErrorType(),
                            String.valueOf(reason.getMessage()),
                            request,
                            caller,
                            headers,
                            body);
                }
            }

            @Override
            public void onComplete(Exchange done) {
                LlmWireStream stream = done.getProperty(AnswerStage.STREAM, LlmWireStream.class);
                if (stream != null) {
                    stream.record().whenComplete((record, failure) -> {
                        if (record != null && record.outcome() == CallOutcome.FAILED) {
                            keep(
                                    Optional.of(record.callId()),
                                    record.errorType().orElse("unknown"),
                                    words(record),
                                    request,
                                    caller,
                                    headers,
                                    body);
                        }
                    });
                }
            }
        });
    }

    /** Whether the provider gave an answer, which a later stage refused. It is paid, and asking again would pay once more. */
    private static boolean isAnswered(Exchange failed) {
        return failed.getProperty(LlmConstants.CALL_ID) == null
                && failed.getMessage().getHeader(LlmConstants.CALL_ID) != null;
    }

    /** What fails each time that it is asked, as wrong requests do, is not: whoever asks could push all others out for nothing. */
    private static boolean isKept(LlmException reason) {
        return !(reason instanceof LlmBudgetExceededException
                || reason instanceof LlmInvalidRequestException
                || reason instanceof LlmContextWindowExceededException
                || Refusals.statusOf(reason).isPresent()
                || NOT_KEPT.contains(reason.getErrorType()));
    }

    private static Map<String, String> headers(Message message, ClientApi api, List<String> requestHeaders) {
        Map<String, String> headers = new HashMap<>();
        Stream.of(HEADERS, api.dialect().passThrough().headers(), requestHeaders)
                .flatMap(Collection::stream)
                .forEach(name -> {
                    String value = message.getHeader(name, String.class);
                    if (value != null) {
                        headers.put(name, value);
                    }
                });
        return headers;
    }

    private static String words(CallRecord record) {
        return record.provider() + "/" + record.requestModel() + ": the stream broke off"
                + record.errorType().map(type -> " (" + type + ")").orElse("");
    }

    private static Optional<UUID> callId(@Nullable String text) {
        return Optional.ofNullable(text).map(UUID::fromString);
    }

    private void keep(
            Optional<UUID> callId,
            String errorType,
            String reason,
            GatewayRequest request,
            Caller caller,
            Map<String, String> headers,
            byte @Nullable [] body) {
        letters.keepSoon(new Failed(
                SOURCE,
                callId,
                caller.id(),
                request.model(),
                errorType,
                reason,
                caller.tags(),
                content(request, caller, headers, body),
                Optional.empty()));
    }

    private static byte[] content(
            GatewayRequest request, Caller caller, Map<String, String> headers, byte @Nullable [] body) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("api", request.api().name());
            json.writeStringField("operation", request.operation().name());
            json.writeStringField("path", request.path());
            json.writeStringField("model", request.model());
            json.writeBooleanField("stream", request.stream());
            json.writeStringField("caller", caller.id());
            json.writeFieldName("tags");
            Json.MAPPER.writeValue(json, caller.tags());
            json.writeFieldName("models");
            Json.MAPPER.writeValue(json, caller.models());
            json.writeFieldName("headers");
            Json.MAPPER.writeValue(json, headers);
            // The gateway takes JSON in UTF-8 only
            json.writeStringField("body", body == null ? "" : new String(body, StandardCharsets.UTF_8));
            json.writeEndObject();
        });
    }

    private Optional<UUID> replay(DeadLetter letter, byte[] content) throws Exception {
        JsonNode kept = Json.MAPPER.readTree(content);
        Caller caller = currentCaller(kept);
        Exchange exchange = template.send(STAGES, called -> {
            fill(called, kept, caller);
            letter.callId().ifPresent(call -> called.getMessage()
                    .setHeader(LlmConstants.TAG + "." + REPLAY_TAG, call.toString()));
        });
        if (exchange.getException() != null) {
            throw new ReplayFailedException(
                    GatewayErrors.callId(exchange).map(UUID::fromString), exchange.getException());
        }
        Optional<UUID> call = callId(exchange.getMessage().getHeader(LlmConstants.CALL_ID, String.class));
        if (letters.answersTo().isPresent()) {
            deliver(letters.answersTo().get(), letter, call, exchange.getMessage());
        }
        return call;
    }

    /**
     * Who asked, with what they may today.
     *
     * @throws LlmException if they may not call any more
     */
    private Caller currentCaller(JsonNode kept) {
        // Letters of earlier versions have no models
        List<String> models = kept.has("models") ? Json.MAPPER.convertValue(kept.get("models"), NAMES) : List.of();
        Caller before = new Caller(
                kept.path("caller").asText(),
                Json.MAPPER.convertValue(kept.path("tags"), TEXTS),
                models,
                Optional.empty());
        return authenticator
                .map(known -> EnterStage.join(known.current(before).toCompletableFuture()))
                .orElse(before);
    }

    private static void fill(Exchange exchange, JsonNode kept, Caller caller) {
        GatewayOperation operation =
                GatewayOperation.valueOf(kept.path("operation").asText());
        exchange.setProperty(EnterStage.CALLER, caller);
        exchange.setProperty(EnterStage.OPERATION, operation.name().toLowerCase(Locale.ROOT));
        exchange.setProperty(
                GatewayRequest.PROPERTY,
                new GatewayRequest(
                        ClientApi.valueOf(kept.path("api").asText()),
                        operation,
                        kept.path("path").asText(),
                        kept.path("model").asText(),
                        kept.path("stream").asBoolean(),
                        System.nanoTime()));
        Message message = exchange.getMessage();
        Json.MAPPER.convertValue(kept.path("headers"), TEXTS).forEach(message::setHeader);
        message.setBody(kept.path("body").asText().getBytes(StandardCharsets.UTF_8));
        EnterStage.label(message, caller);
    }

    private void deliver(String to, DeadLetter letter, Optional<UUID> call, Message answered)
            throws ReplayFailedException {
        Exchange sent = template.send(to, exchange -> {
            Message message = exchange.getMessage();
            message.setBody(answered.getBody());
            message.setHeader(Exchange.CONTENT_TYPE, answered.getHeader(Exchange.CONTENT_TYPE));
            message.setHeader(KeepDeadLetter.REPLAY_OF, letter.id().toString());
            letter.callId().ifPresent(id -> message.setHeader("LlmOriginalCallId", id.toString()));
            call.ifPresent(id -> message.setHeader("LlmCallId", id.toString()));
        });
        if (sent.getException() != null) {
            throw new ReplayFailedException(call, sent.getException());
        }
    }

    void close() throws IOException {
        letters.unregister(SOURCE);
        template.close();
    }
}
