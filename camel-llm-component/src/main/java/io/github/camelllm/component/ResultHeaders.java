package io.github.camelllm.component;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Puts what became of a call on an exchange, in JDK types only. */
final class ResultHeaders {
    /** Tag of a record whose target a router chose. */
    static final String ROUTER_TAG = "router";

    private static final Usage NO_USAGE = Usage.builder().build();

    private static final List<String> OF_RESULTS = List.of(
            LlmConstants.LATENCY_MILLIS,
            LlmConstants.RESPONSE_MODEL,
            LlmConstants.REQUEST_ID,
            LlmConstants.TIME_TO_FIRST_CHUNK_MILLIS,
            LlmConstants.FINISH_REASON,
            LlmConstants.DROPPED_OPTIONS,
            LlmConstants.INPUT_TOKENS,
            LlmConstants.OUTPUT_TOKENS,
            LlmConstants.CACHE_READ_INPUT_TOKENS,
            LlmConstants.CACHE_CREATION_INPUT_TOKENS,
            LlmConstants.REASONING_OUTPUT_TOKENS,
            LlmConstants.USAGE_SOURCE,
            LlmConstants.REPORTED_COST,
            LlmConstants.COST,
            LlmConstants.COST_CURRENCY,
            LlmConstants.PRICE_DATE,
            LlmConstants.RESPONSE_ID,
            LlmConstants.REASONING,
            LlmConstants.ATTEMPTS,
            LlmConstants.REPAIRS,
            LlmConstants.CACHE_STATUS,
            LlmConstants.CACHE_AGE,
            LlmConstants.CACHE_SAVED);

    private ResultHeaders() {}

    /** Tags of a call to a router. */
    static Map<String, String> ofRouter(Map<String, String> tags, String router) {
        Map<String, String> all = new HashMap<>(tags);
        all.put(ROUTER_TAG, router);
        return all;
    }

    /**
     * Headers of a finished call. What this call has no value for is removed: a value left by an earlier step is not this
     * call's.
     *
     * @param response empty for other operations than chat, and for a stream that broke off
     */
    static void set(Message message, CallRecord record, Optional<ChatResponse> response) {
        set(message, record, response, response.flatMap(ChatResponse::usage));
    }

    /** As {@link #set(Message, CallRecord, Optional)}, for vectors. */
    static void setEmbeddings(Message message, CallRecord record, EmbeddingsResponse response) {
        set(message, record, Optional.empty(), response.usage());
    }

    private static void set(
            Message message, CallRecord record, Optional<ChatResponse> response, Optional<Usage> answered) {
        message.setHeader(LlmConstants.PROVIDER, record.provider());
        message.setHeader(LlmConstants.REQUEST_MODEL, record.requestModel());
        message.setHeader(LlmConstants.CALL_ID, record.callId().toString());
        message.setHeader(LlmConstants.LATENCY_MILLIS, record.latency().toMillis());
        put(message, LlmConstants.RESPONSE_MODEL, record.responseModel());
        put(message, LlmConstants.REQUEST_ID, record.requestId());
        put(
                message,
                LlmConstants.TIME_TO_FIRST_CHUNK_MILLIS,
                record.timeToFirstChunk().map(Duration::toMillis));
        put(message, LlmConstants.FINISH_REASON, record.finishReason().map(ResultHeaders::lowerCase));
        put(
                message,
                LlmConstants.DROPPED_OPTIONS,
                record.droppedOptions().isEmpty()
                        ? Optional.empty()
                        : Optional.of(String.join(",", record.droppedOptions())));
        // An answer from the cache used nothing now; its words are as many as when it was given
        Optional<Usage> used = record.cacheHit().isPresent() && record.usage().isEmpty() ? answered : record.usage();
        Usage usage = used.orElse(NO_USAGE);
        put(message, LlmConstants.INPUT_TOKENS, usage.inputTokens());
        put(message, LlmConstants.OUTPUT_TOKENS, usage.outputTokens());
        put(message, LlmConstants.CACHE_READ_INPUT_TOKENS, usage.cacheReadInputTokens());
        put(message, LlmConstants.CACHE_CREATION_INPUT_TOKENS, usage.cacheCreationInputTokens());
        put(message, LlmConstants.REASONING_OUTPUT_TOKENS, usage.reasoningOutputTokens());
        put(message, LlmConstants.USAGE_SOURCE, record.usage().map(known -> lowerCase(record.usageSource())));
        put(message, LlmConstants.REPORTED_COST, usage.reportedCost().map(Money::amount));
        put(message, LlmConstants.COST, record.cost().map(cost -> cost.total().amount()));
        put(message, LlmConstants.COST_CURRENCY, record.cost().map(cost -> cost.total()
                .currency()));
        put(
                message,
                LlmConstants.PRICE_DATE,
                record.cost().flatMap(Cost::priceDate).map(LocalDate::toString));
        put(message, LlmConstants.RESPONSE_ID, response.flatMap(ChatResponse::id));
        put(message, LlmConstants.REASONING, response.flatMap(ResultHeaders::reasoning));
        message.setHeader(LlmConstants.ATTEMPTS, record.attempts());
        put(message, LlmConstants.ROUTER, Optional.ofNullable(record.tags().get(ROUTER_TAG)));
        message.removeHeader(LlmConstants.REPAIRS);
        put(message, LlmConstants.CACHE_STATUS, record.cacheHit().map(hit -> hit.kind()
                .word()));
        put(message, LlmConstants.CACHE_AGE, record.cacheHit().map(hit -> hit.age()
                .toSeconds()));
        put(
                message,
                LlmConstants.CACHE_SAVED,
                record.cacheHit().flatMap(CacheHit::saved).map(cost -> cost.total()
                        .amount()));
    }

    /** What is known of an answer that is passed on beside what its record tells. */
    static void setResponseId(Message message, Optional<String> id) {
        put(message, LlmConstants.RESPONSE_ID, id);
    }

    /**
     * Headers of a call whose answer begins. What is known only at its end is removed: a value left by an earlier step is not this
     * call's.
     *
     * @param answering empty if there was no answer, but its end
     * @param cache whether the cache was asked in vain; empty without one
     */
    static void setBegun(
            Message message,
            Optional<StreamEvent.Answering> answering,
            Optional<String> router,
            Optional<String> cache) {
        OF_RESULTS.forEach(message::removeHeader);
        put(message, LlmConstants.ROUTER, router);
        put(message, LlmConstants.PROVIDER, answering.map(StreamEvent.Answering::provider));
        put(message, LlmConstants.REQUEST_MODEL, answering.map(StreamEvent.Answering::model));
        put(message, LlmConstants.CALL_ID, answering.map(known -> known.callId().toString()));
        put(message, LlmConstants.ATTEMPTS, answering.map(StreamEvent.Answering::attempts));
        put(
                message,
                LlmConstants.CACHE_STATUS,
                answering.flatMap(StreamEvent.Answering::cached).or(() -> cache));
    }

    /** @param status whether the cache was asked in vain; not used for an answer that came from it */
    static void setCacheStatus(Message message, CallRecord record, Optional<String> status) {
        if (record.cacheHit().isEmpty()) {
            put(message, LlmConstants.CACHE_STATUS, status);
        }
    }

    private static Optional<String> reasoning(ChatResponse response) {
        String text = ChatProcessor.answerOf(response).reasoningText();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void put(Message message, String header, Optional<?> value) {
        if (value.isPresent()) {
            message.setHeader(header, value.get());
        } else {
            message.removeHeader(header);
        }
    }

    private static void put(Message message, String header, OptionalLong value) {
        if (value.isPresent()) {
            message.setHeader(header, value.getAsLong());
        } else {
            message.removeHeader(header);
        }
    }

    /**
     * What a failure tells the error handler. The message itself stays as it was but for the delay of a redelivery.
     *
     * @param maxDelay cap of the wait that the provider asks for
     */
    static void setFailure(Exchange exchange, LlmException failure, Duration maxDelay) {
        exchange.setException(failure);
        exchange.setProperty(LlmConstants.ERROR_CATEGORY, category(failure.kind()));
        exchange.removeProperty(LlmConstants.RETRY_AFTER_MILLIS);
        exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
        if (failure.retryAfter().isPresent()) {
            Duration wait = failure.retryAfter().get();
            exchange.setProperty(LlmConstants.RETRY_AFTER_MILLIS, wait.toMillis());
            if (failure.isRetryable()) {
                Duration delay = wait.compareTo(maxDelay) > 0 ? maxDelay : wait;
                exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, delay.toMillis());
            }
        }
    }

    /** Removes what an earlier failure of this exchange left. */
    static void clearFailure(Exchange exchange) {
        exchange.removeProperty(LlmConstants.ERROR_CATEGORY);
        exchange.removeProperty(LlmConstants.RETRY_AFTER_MILLIS);
        exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
    }

    private static String category(ErrorKind kind) {
        switch (kind) {
            case RATE_LIMITED:
            case BUDGET_EXCEEDED:
                return "RATE_LIMIT";
            case UNAVAILABLE:
            case TIMEOUT:
                return "SERVER_ERROR";
            case AUTHENTICATION:
                return "AUTH";
            case INVALID_REQUEST:
            case CONTEXT_WINDOW_EXCEEDED:
            case CONTENT_FILTERED:
                return "VALIDATION";
            default:
                return "UNKNOWN";
        }
    }
}
