package io.github.camelllm.routes.quality;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.gateway.keys.AdminApi;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Which router is to be changed, by a message's headers.
 *
 * @param version of the weights that are wanted; empty for those before the last change
 */
record RouterRequest(String router, Optional<Long> version, boolean dryRun, String actor) {
    /** Header with the number of the change whose weights are wanted. */
    static final String VERSION = "CamelLlmWeightsVersion";
    /** Header that says {@code true} if nothing is to be changed. */
    static final String DRY_RUN = "CamelLlmDryRun";

    /** @throws IllegalArgumentException if it is not said, or a header is wrong */
    static RouterRequest of(Exchange exchange) {
        Message message = exchange.getMessage();
        String router = message.getHeader(LlmConstants.ROUTER, "", String.class);
        if (router.isBlank()) {
            throw new IllegalArgumentException(
                    LlmConstants.ROUTER + ": expected the name of a router, but it is missing");
        }
        String version = message.getHeader(VERSION, "", String.class);
        if (!version.matches("\\d{0,9}")) {
            throw new IllegalArgumentException(VERSION + ": expected the number of a change, but it is none");
        }
        return new RouterRequest(
                router.strip(),
                version.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(version)),
                message.getHeader(DRY_RUN, false, boolean.class),
                message.getHeader(AdminApi.ACTOR, exchange.getFromRouteId(), String.class));
    }
}
