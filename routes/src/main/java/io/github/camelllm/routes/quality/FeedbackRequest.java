package io.github.camelllm.routes.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.call.Fingerprint;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.routes.gateway.keys.JsonConfig;
import io.github.camelllm.routes.quality.Scores.Outcome;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;

/**
 * What a client says of a call: {@code {"call_id": "…", "score": 0.8, "label": "good", "comment": "…", "task": "…"}}, of which
 * {@code call_id} and one of {@code score} and {@code label} must be there.
 */
public final class FeedbackRequest {
    /** Bytes that a request may have. */
    public static final int MOST_BYTES = 64 * 1024;

    private static final Set<String> MEMBERS = new TreeSet<>(Set.of("call_id", "score", "label", "comment", "task"));

    private FeedbackRequest() {}

    /**
     * Keeps what a caller says of a call of theirs: one that has their own value of the tag that
     * {@code llm.quality.feedback.owner} names, unless they may judge all. Waits for the database.
     *
     * @throws IllegalArgumentException if the body is wrong; the message does not quote it
     * @throws SQLException if the database does not take it
     */
    public static Outcome keep(CamelContext context, byte[] body, Caller caller) throws SQLException {
        Quality quality = Quality.of(context);
        ObjectNode json = JsonConfig.object(body, "body");
        json.fieldNames().forEachRemaining(member -> {
            if (!MEMBERS.contains(member)) {
                throw new IllegalArgumentException(
                        "body: expected the members " + String.join(", ", MEMBERS) + ", but there is another");
            }
        });
        QualitySettings settings = quality.settings();
        Optional<String> label = text(json, "label");
        return quality.keep(new Judgement(
                Feedback.callId(text(json, "call_id").orElse("")),
                Quality.FEEDBACK,
                Fingerprint.within(caller.id(), Judgement.JUDGE_CHARS, Judgement.JUDGE_CHARS - Fingerprint.CHARS),
                settings.score(score(json), label),
                label,
                text(json, "comment"),
                text(json, "task"),
                settings.mayJudgeAll(caller.id()) ? Optional.empty() : Optional.of(owner(settings, caller))));
    }

    private static Judgement.Owner owner(QualitySettings settings, Caller caller) {
        String tag = settings.ownerTag();
        // Caller without the tag can judge nothing that way; the key is theirs in any case
        String value = caller.tags().get(tag);
        return value == null || tag.equals("key")
                ? new Judgement.Owner("key", caller.id())
                : new Judgement.Owner(tag, value);
    }

    private static Optional<String> text(ObjectNode json, String member) {
        JsonNode node = json.path(member);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw new IllegalArgumentException(member + ": expected a text, but it is a JSON " + node.getNodeType());
        }
        return Optional.of(node.textValue()).filter(text -> !text.isBlank());
    }

    private static Optional<BigDecimal> score(ObjectNode json) {
        JsonNode node = json.path("score");
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (node.isBoolean()) {
            return Optional.of(node.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO);
        }
        if (!node.isNumber() || Double.isInfinite(node.doubleValue())) {
            throw new IllegalArgumentException(
                    "score: expected a number from 0 to 1, or true or false, but it is a JSON " + node.getNodeType());
        }
        return Optional.of(node.decimalValue());
    }
}
