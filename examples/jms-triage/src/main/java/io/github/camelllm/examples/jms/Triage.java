package io.github.camelllm.examples.jms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What was found out about a ticket. */
record Triage(String category, String urgency) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** @param json as in {@code prompt/triage.schema.json} */
    static Triage of(String json) throws JsonProcessingException {
        return MAPPER.readValue(json, Triage.class);
    }
}
