package io.github.camelllm.routes.enrichment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.wire.Json;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The labels that a message can get, the schema that asks for one of them, and what an answer decides. */
public final class Labels {
    /** Header with the label that the model gave; absent if it gave none of the list. */
    public static final String LABEL = "CamelLlmLabel";

    /** Header with the model's own estimate, 0 to 1; absent if there is no label. Models tend to be too sure. */
    public static final String CONFIDENCE = "CamelLlmConfidence";

    /** Puts the JSON Schema of an answer into the header of the next call. */
    public void ask(Exchange exchange, String labels) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        ObjectNode properties = schema.put("type", "object").putObject("properties");
        ObjectNode label = properties.putObject("label").put("type", "string");
        list(labels).forEach(label.putArray("enum")::add);
        properties
                .putObject("confidence")
                .put("type", "number")
                .put("minimum", 0)
                .put("maximum", 1);
        schema.putArray("required").add("label").add("confidence");
        schema.put("additionalProperties", false);
        exchange.getMessage().setHeader(LlmConstants.JSON_SCHEMA, schema.toString());
        exchange.getMessage().removeHeader(LABEL);
        exchange.getMessage().removeHeader(CONFIDENCE);
    }

    /** Reads the answer in the body, which was checked against the schema, into two headers. */
    public void read(Exchange exchange) throws JsonProcessingException {
        Message message = exchange.getMessage();
        JsonNode answer = Json.MAPPER.readTree(message.getBody(String.class));
        message.setHeader(LABEL, answer.get("label").asText());
        message.setHeader(CONFIDENCE, answer.get("confidence").asDouble());
    }

    private static List<String> list(String labels) {
        List<String> list = Stream.of(labels.split(","))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .distinct()
                .toList();
        if (list.size() < 2) {
            throw new IllegalArgumentException("labels: expected two or more, separated by commas, got " + list.size());
        }
        return list;
    }
}
