package io.github.camelllm.routes.hybrid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * A message with its headers as one JSON document, for folders, which keep bodies only: {@code {"headers": {…}, "body": "…"}},
 * with {@code "encoding": "base64"} if the body is bytes. Headers are kept if they are text, numbers or booleans, and are not
 * Camel's own; those of {@code CamelLlm…} are. As a processor it writes; {@link #read} is the way back.
 */
public final class DeadLetterRecord implements Processor {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        Message message = exchange.getMessage();
        message.setBody(document(message));
        message.setHeader(Exchange.FILE_NAME, exchange.getExchangeId() + ".json");
    }

    /**
     * The document of a message, which stays as it is.
     *
     * @throws IllegalArgumentException if its body is neither text nor bytes
     */
    public static String document(Message message) throws JsonProcessingException {
        ObjectNode document = MAPPER.createObjectNode();
        ObjectNode headers = document.putObject("headers");
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            if (isKept(header.getKey(), header.getValue())) {
                headers.set(header.getKey(), MAPPER.valueToTree(header.getValue()));
            }
        }
        if (message.getBody() instanceof String text) {
            document.put("body", text);
        } else {
            byte[] bytes = message.getBody(byte[].class);
            if (bytes == null) {
                throw new IllegalArgumentException("Expected a body that is or becomes text or bytes, got none");
            }
            document.put("encoding", "base64");
            document.put("body", Base64.getEncoder().encodeToString(bytes));
        }
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    private static boolean isKept(String name, @Nullable Object value) {
        return (!name.startsWith("Camel") || name.startsWith("CamelLlm"))
                && (value instanceof String || value instanceof Number || value instanceof Boolean);
    }

    /**
     * Body and headers of a document.
     *
     * @throws IllegalArgumentException if the body is no such document; the message is left as it was
     */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonNode document = document(message.getBody(String.class));
        JsonNode body = document.path("body");
        JsonNode headers = document.path("headers");
        if (!body.isTextual() || !headers.isObject()) {
            throw new IllegalArgumentException(
                    "Expected a dead letter with 'headers' and 'body', one of them is missing");
        }
        Object content = document.path("encoding").asText().equals("base64")
                ? Base64.getDecoder().decode(body.asText())
                : body.asText();
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            Object value = MAPPER.convertValue(header.getValue(), Object.class);
            if (isKept(header.getKey(), value)) {
                message.setHeader(header.getKey(), value);
            }
        }
        message.setBody(content);
    }

    private static JsonNode document(@Nullable String json) {
        try {
            return json == null ? MAPPER.missingNode() : MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            // Without the words of the document, which Jackson's own message quotes
            throw new IllegalArgumentException("Expected a dead letter, got no JSON: error in line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr());
        }
    }
}
