package io.github.camelllm.routes.gateway;

import com.fasterxml.jackson.core.JsonParser;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * What the gateway has to know of a request's body.
 *
 * @param model the member {@code model}; empty text if there is none
 * @param stream whether the member {@code stream} is true
 */
record RequestFacts(String model, boolean stream) {
    /**
     * Reads them in one go without building the body.
     *
     * @param allowedHosts hosts of private networks that URLs may name all the same
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no JSON object, too deep, says twice what
     *     model it means, or has a URL of a private network
     */
    static RequestFacts read(byte[] body, Predicate<String> allowedHosts) {
        CheckedJson checked = new CheckedJson(body, allowedHosts);
        try (JsonParser json = checked.over(Json.FACTORY.createParser(body))) {
            while (json.nextToken() != null) {
                // All of it passes by
            }
            return checked.facts();
        } catch (IOException e) {
            throw CheckedJson.refusal(e);
        }
    }
}
