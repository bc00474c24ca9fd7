package io.github.camelllm.component;

import io.github.camelllm.call.Dialects;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.Dialect;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Finds out which wire format an exchange speaks, and takes the client's request from it. Thread-safe. */
final class WireFormats {
    private static final int MAX_HEADER_CHARS = 4096;

    /** Headers that ask for what an answer in a wire format does not have. */
    private static final List<String> FOREIGN_HEADERS = List.of(LlmConstants.JSON_SCHEMA, LlmConstants.OUTPUT_CLASS);

    private final LlmEndpoint endpoint;
    private final @Nullable String option;
    private final Optional<String> foreignOption;

    /** @throws IllegalArgumentException if the option names no format, or is set beside one that makes no sense with it */
    WireFormats(LlmEndpoint endpoint) {
        this.endpoint = endpoint;
        LlmConfiguration configuration = endpoint.getConfiguration();
        option = configuration.getWireFormat();
        foreignOption = foreignOption(configuration);
        if (option != null) {
            Dialects.get(option);
            if (foreignOption.isPresent()) {
                throw new IllegalArgumentException(nonsense("option " + foreignOption.get()));
            }
        }
    }

    private static Optional<String> foreignOption(LlmConfiguration configuration) {
        return Stream.of(
                        name("promptTemplate", configuration.getPromptTemplate() != null),
                        name("userMessage", configuration.getUserMessage() != null),
                        name("jsonSchema", configuration.getJsonSchema() != null),
                        name("outputClass", configuration.getOutputClass() != null),
                        name("conversationMemory", configuration.isConversationMemory()),
                        name("storeFullResponse", configuration.isStoreFullResponse()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> name(String option, boolean isSet) {
        return isSet ? Optional.of(option) : Optional.empty();
    }

    private String nonsense(String what) {
        return "llm:" + endpoint.getProvider() + ": " + what
                + " cannot be used with wireFormat: the body is the client's request and its answer, as they are";
    }

    /** Whether the exchange's body is in a wire format. */
    boolean isUsedBy(Exchange exchange) {
        return option != null || exchange.getMessage().getHeader(LlmConstants.WIRE_FORMAT) != null;
    }

    /** @throws LlmInvalidRequestException if the header names no format, or options or headers make no sense with it */
    Dialect dialect(Exchange exchange) {
        Message message = exchange.getMessage();
        String header = message.getHeader(LlmConstants.WIRE_FORMAT, String.class);
        for (String foreign : FOREIGN_HEADERS) {
            if (message.getHeader(foreign) != null) {
                throw invalid(nonsense("header " + foreign), null);
            }
        }
        if (foreignOption.isPresent()) {
            throw invalid(nonsense("option " + foreignOption.get()), null);
        }
        try {
            return Dialects.get(header != null ? header : String.valueOf(option));
        } catch (IllegalArgumentException e) {
            throw invalid(
                    "llm:" + endpoint.getProvider() + ": header " + LlmConstants.WIRE_FORMAT
                            + " must be openai-chat, anthropic or gemini",
                    e);
        }
    }

    /** @throws LlmInvalidRequestException if there is none */
    byte[] body(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        if (body == null) {
            throw invalid(
                    "llm:" + endpoint.getProvider()
                            + ": the body must be a client's request as bytes, but there is none",
                    null);
        }
        return body;
    }

    /** Path of the client's request; empty if it is not known. */
    static String path(Exchange exchange) {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        return path == null ? "" : path;
    }

    /** @throws LlmInvalidRequestException if the body is no request of its format */
    WireRequest request(Exchange exchange) {
        Dialect dialect = dialect(exchange);
        String path = path(exchange);
        byte[] body = body(exchange);
        WireRequest.Scanned before = exchange.getProperty(LlmConstants.SCANNED_REQUEST, WireRequest.Scanned.class);
        return WireRequest.of(
                before != null && before.isOf(dialect, path, body)
                        ? before
                        : WireRequest.Scanned.of(dialect, path, body),
                headers(exchange.getMessage(), dialect));
    }

    private Map<String, String> headers(Message message, Dialect dialect) {
        Map<String, String> headers = new HashMap<>(4);
        for (String name : dialect.passThrough().headers()) {
            Object value = message.getHeader(name);
            if (value != null) {
                headers.put(name, requireHeader(name, line(value)));
            }
        }
        return headers;
    }

    /** Consumers give a header of several lines as a list (RFC 9110 section 5.3). */
    private static String line(Object value) {
        return value instanceof Collection<?> lines
                ? lines.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : value.toString();
    }

    /** What goes out as a header must be one. */
    private String requireHeader(String name, String value) {
        if (value.length() > MAX_HEADER_CHARS || !isPrintable(value)) {
            throw invalid(
                    "llm:" + endpoint.getProvider() + ": header " + name + " must be at most " + MAX_HEADER_CHARS
                            + " printable ASCII characters",
                    null);
        }
        return value;
    }

    private static boolean isPrintable(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    LlmInvalidRequestException invalid(String what, @Nullable Throwable cause) {
        return new LlmInvalidRequestException(
                what,
                ErrorDetails.local(
                        endpoint.getProvider(), String.valueOf(endpoint.getModel()), "invalid_option", false),
                cause);
    }
}
