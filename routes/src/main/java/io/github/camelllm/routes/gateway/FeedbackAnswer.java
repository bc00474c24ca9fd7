package io.github.camelllm.routes.gateway;

import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.routes.quality.FeedbackRequest;
import io.github.camelllm.routes.quality.Quality;
import io.github.camelllm.routes.quality.Scores.Outcome;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Takes what a client says of a call. Waits for the database. */
final class FeedbackAnswer {
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    /** Some rounds in which those that wait are counted. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private FeedbackAnswer() {}

    /** @throws io.github.camelllm.chat.LlmException if it is not taken */
    static void answer(Exchange exchange, Caller caller) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        Outcome outcome = kept(exchange, body == null ? new byte[0] : body, caller);
        switch (outcome) {
            case UNKNOWN_CALL:
                throw Refusals.invalid(Refusals.NOT_FOUND, "call_id: there is no such call of yours");
            case TOO_MANY_WAITING:
                throw Refusals.tooMany(
                        "too many judgements of yours wait until their calls are known; try again later", RETRY_AFTER);
            default:
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, outcome == Outcome.WAITING ? ACCEPTED : CREATED);
                message.setHeader(Exchange.CONTENT_TYPE, "application/json");
                message.setBody(("{\"status\":\"" + outcome.name().toLowerCase(Locale.ROOT) + "\"}")
                        .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Outcome kept(Exchange exchange, byte[] body, Caller caller) {
        if (body.length > FeedbackRequest.MOST_BYTES) {
            throw Refusals.invalid(
                    Refusals.TOO_LONG, "expected a body of at most " + FeedbackRequest.MOST_BYTES + " bytes");
        }
        if (!Quality.isPossible(exchange.getContext())) {
            throw Refusals.invalid(
                    Refusals.NOT_IMPLEMENTED, "feedback is kept in the ledger, which this gateway does not have");
        }
        try {
            return FeedbackRequest.keep(exchange.getContext(), body, caller);
        } catch (IllegalArgumentException e) {
            throw Refusals.invalid(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            throw Refusals.unavailable("feedback cannot be kept now", e);
        }
    }
}
