package io.github.camelllm.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.router.RouterDefinition.Verification;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.ExchangeHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a larger model check answers that have gone on already, and sends what it would have answered to an endpoint. What
 * could not be checked is sent there too, and says so. Thread-safe.
 */
final class Verifier {
    /** Checks under way; beyond that an answer is sent on as skipped at once. */
    static final int MAX_UNDER_WAY = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Verifier.class);
    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"correct\":{\"type\":\"boolean\"},\"answer\":{\"type\":\"string\"}},"
                    + "\"required\":[\"correct\",\"answer\"],\"additionalProperties\":false}";
    private static final String INSTRUCTION = "Check the answer above, which another model gave. If it is correct and"
            + " complete, say correct = true and leave answer empty. Otherwise say correct = false and give the corrected"
            + " answer, in the form that was asked for, as answer.";

    private final LlmRouter router;
    private final Verification verification;
    private final LlmEngine engine;
    private final ProducerTemplate template;
    private final Semaphore places = new Semaphore(MAX_UNDER_WAY);

    Verifier(LlmRouter router, Verification verification, LlmEngine engine, ProducerTemplate template) {
        this.router = router;
        this.verification = verification;
        this.engine = engine;
        this.template = template;
    }

    /** Starts and returns at once. */
    void verify(Exchange exchange, ChatRequest asked, ChatResponse draft, CallRecord record) {
        Exchange result = ExchangeHelper.createCopy(exchange, false);
        result.getMessage().setBody(draft.text());
        result.getMessage().setHeader(LlmConstants.DRAFT, draft.text());
        result.getMessage()
                .setHeader(LlmConstants.DRAFT_CALL_ID, record.callId().toString());
        try {
            start(result, asked, draft, record);
        } catch (RejectedExecutionException e) {
            LOG.error("Call {} is not verified: the component has stopped", record.id());
        }
    }

    private void start(Exchange result, ChatRequest asked, ChatResponse draft, CallRecord record) {
        if (!places.tryAcquire()) {
            engine.workers().execute(() -> send(result, "skipped"));
            return;
        }
        new SecondOpinion(
                        engine.channels().chat(),
                        "verification",
                        SCHEMA,
                        INSTRUCTION
                                + verification
                                        .prompt()
                                        .map(words -> " " + words)
                                        .orElse(""))
                .ask(router.leg(verification.verifier()), asked, draft, record.tags(), Deadline.NONE, CallTrace.NONE)
                .thenAcceptAsync(opinion -> finish(result, opinion), engine.workers())
                .whenComplete((done, error) -> {
                    places.release();
                    if (error != null) {
                        LOG.error("Verification of call {} could not be finished", record.id(), error);
                    }
                });
    }

    private void finish(Exchange result, SecondOpinion.Opinion opinion) {
        ResultHeaders.set(result.getMessage(), opinion.record(), Optional.empty());
        Optional<JsonNode> json =
                opinion.json().filter(node -> node.path("correct").isBoolean());
        if (json.isEmpty()) {
            if (opinion.failure() != null) {
                result.setProperty(Exchange.EXCEPTION_CAUGHT, opinion.failure());
            }
            send(result, "failed");
        } else if (!json.get().path("correct").booleanValue()) {
            result.getMessage().setBody(json.get().path("answer").asText());
            send(result, "corrected");
        }
    }

    private void send(Exchange result, String outcome) {
        result.getMessage().setHeader(LlmConstants.VERIFICATION, outcome);
        Exchange sent = template.send(verification.to(), result);
        if (sent.getException() != null) {
            LOG.error(
                    "The {} verification of call {} could not be sent on",
                    outcome,
                    result.getMessage().getHeader(LlmConstants.DRAFT_CALL_ID),
                    sent.getException());
        }
    }
}
