package io.github.camelllm.routes.hybrid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import org.apache.camel.Body;

/**
 * Reads the confidence that a model put into its JSON answer. In the simple language: <code>
 * ${bean:type:io.github.camelllm.routes.hybrid.Confidence?method=percent} &gt;= 80</code>.
 */
public final class Confidence {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /**
     * The member {@code confidence} of a JSON object as a percentage: up to 1 it is taken as a share, above as a percentage.
     * 0 if the answer is no JSON object or says nothing: who does not say is not sure.
     */
    public int percent(@Body String answer) {
        try {
            JsonNode confidence = MAPPER.readTree(answer).path("confidence");
            if (!confidence.isNumber()) {
                return 0;
            }
            BigDecimal said = confidence.decimalValue();
            return (said.compareTo(BigDecimal.ONE) <= 0 ? said.multiply(HUNDRED) : said)
                    .max(BigDecimal.ZERO)
                    .min(HUNDRED)
                    .intValue();
        } catch (JsonProcessingException e) {
            return 0;
        }
    }
}
