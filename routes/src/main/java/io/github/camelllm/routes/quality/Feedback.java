package io.github.camelllm.routes.quality;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.quality.Scores.Outcome;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a message's headers {@link FeedbackHeaders} say of a call, and takes them away. The body stays. It waits for the
 * database, so that it must not run on an event loop. Thread-safe.
 */
public final class Feedback implements Processor, CamelContextAware {
    private static final String NOT_KEPT = "the judgement is not kept: ";

    private @Nullable CamelContext context;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /**
     * @throws IllegalArgumentException if a header is wrong, or there is no such call
     * @throws SQLException if the database does not take it
     */
    @Override
    public void process(Exchange exchange) throws SQLException {
        CamelContext known = Objects.requireNonNullElse(context, exchange.getContext());
        Quality quality = Quality.of(known);
        Judgement judgement = judgement(exchange, quality.settings());
        Outcome outcome = quality.keep(judgement);
        exchange.getMessage().removeHeaders("CamelLlmFeedback*");
        if (outcome == Outcome.UNKNOWN_CALL) {
            throw new IllegalArgumentException(
                    NOT_KEPT + "the ledger knows no call " + judgement.callId() + " that can be judged");
        }
        if (outcome == Outcome.TOO_MANY_WAITING) {
            throw new IllegalStateException(NOT_KEPT + Scores.MOST_WAITING + " others of " + judgement.judge()
                    + " wait until the ledger knows their calls");
        }
    }

    static Judgement judgement(Exchange exchange, QualitySettings settings) {
        Message message = exchange.getMessage();
        Optional<String> label = text(message, FeedbackHeaders.LABEL);
        Optional<BigDecimal> score = score(message);
        return new Judgement(
                callId(text(message, FeedbackHeaders.CALL_ID)
                        .or(() -> text(message, LlmConstants.CALL_ID))
                        .orElse("")),
                text(message, FeedbackHeaders.NAME).orElse(Quality.FEEDBACK),
                text(message, FeedbackHeaders.JUDGE)
                        .or(() -> Optional.ofNullable(exchange.getFromRouteId()))
                        .orElse("route"),
                settings.score(score, label),
                label,
                text(message, FeedbackHeaders.COMMENT),
                text(message, FeedbackHeaders.TASK),
                Optional.empty());
    }

    /** @throws IllegalArgumentException if the header is there and no number */
    static Optional<BigDecimal> score(Message message) {
        return text(message, FeedbackHeaders.SCORE).map(Feedback::number);
    }

    private static Optional<String> text(Message message, String header) {
        return Optional.ofNullable(message.getHeader(header, String.class)).filter(text -> !text.isBlank());
    }

    private static BigDecimal number(String text) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    FeedbackHeaders.SCORE + ": expected a number from 0 to 1, but it is none", e);
        }
    }

    /** @throws IllegalArgumentException if it is no id; the message does not repeat it */
    static UUID callId(String text) {
        if (text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            return UUID.fromString(text);
        }
        throw new IllegalArgumentException("call_id: expected the id of a call, such as"
                + " 019aa0c2-0000-7000-8000-000000000000, but came "
                + (text.isEmpty() ? "none" : "a text of " + text.length() + " characters that is none"));
    }
}
