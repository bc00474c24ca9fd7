package io.github.camelllm.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.router.Acceptance;
import io.github.camelllm.router.Leg;
import io.github.camelllm.router.RouterDefinition.Cascade;
import io.github.camelllm.wire.Json;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/**
 * The tests of a cascade: an answer must be whole, conform to the schema if there is one, satisfy the predicate, be
 * confident enough, and please the judge, in this order. An answer that calls tools is accepted as it is.
 */
final class CascadeAcceptance implements Acceptance<ChatRequest, ChatResponse> {
    private static final String JUDGMENT_SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"good\":{\"type\":\"boolean\"}},\"required\":[\"good\"],"
                    + "\"additionalProperties\":false}";
    private static final String JUDGE =
            "You judge the answer above, which another model gave. Do not answer the question"
                    + " yourself. Say good = true only if it is correct, complete and does what was asked.";

    private final Cascade cascade;
    private final LlmRouter router;
    private final LlmEngine engine;
    private final Exchange exchange;
    private final Optional<StructuredOutput> schema;
    private final Map<String, String> tags;
    private final Deadline deadline;
    private final ExchangeTrace trace;

    /**
     * @param exchange that the predicate is evaluated on, with the answer as body
     * @param trace follows the calls whose answers are tested
     */
    CascadeAcceptance(
            Cascade cascade,
            LlmRouter router,
            LlmEngine engine,
            Exchange exchange,
            Optional<StructuredOutput> schema,
            Map<String, String> tags,
            Deadline deadline,
            ExchangeTrace trace) {
        this.cascade = cascade;
        this.router = router;
        this.engine = engine;
        this.exchange = exchange;
        this.schema = schema;
        this.tags = tags;
        this.deadline = deadline;
        this.trace = trace;
    }

    @Override
    public CompletionStage<Verdict> test(ChatRequest request, ChatResponse response, Leg leg) {
        Executor workers = engine.workers();
        return CompletableFuture.supplyAsync(() -> passesHere(response), workers)
                .thenCompose(passed -> passed ? judge(request, response) : done(false, Optional.empty()));
    }

    private boolean passesHere(ChatResponse response) {
        if (!ChatProcessor.answerOf(response).toolCalls().isEmpty()) {
            return true;
        }
        boolean whole = response.finish()
                .map(finish -> finish.reason() == FinishReason.STOP)
                .orElse(false);
        if (!whole || ChatProcessor.answerOf(response).refusal().isPresent()) {
            return false;
        }
        String text = response.text();
        return schema.map(output -> output.check(text).isValid()).orElse(true)
                && satisfiesPredicate(text)
                && isConfident(text);
    }

    private boolean satisfiesPredicate(String text) {
        Predicate accept = router.accept();
        if (accept == null) {
            return true;
        }
        Exchange copy = ExchangeHelper.createCopy(exchange, true);
        copy.getMessage().setBody(text);
        return accept.matches(copy);
    }

    private boolean isConfident(String text) {
        if (cascade.confidence().isEmpty()) {
            return true;
        }
        Cascade.Confidence wanted = cascade.confidence().get();
        JsonNode value = at(text, wanted.pointer());
        return value != null && value.isNumber() && value.doubleValue() >= wanted.least();
    }

    private static @Nullable JsonNode at(String text, String pointer) {
        try {
            JsonNode tree = Json.MAPPER.readTree(StructuredOutput.withoutFence(text));
            return tree == null ? null : tree.at(pointer);
        } catch (JsonProcessingException e) {
            // An answer that is no JSON says nothing of its confidence.
            return null;
        }
    }

    private CompletionStage<Verdict> judge(ChatRequest request, ChatResponse response) {
        if (cascade.judge().isEmpty()
                || !ChatProcessor.answerOf(response).toolCalls().isEmpty()) {
            return done(true, Optional.empty());
        }
        Cascade.Judge judge = cascade.judge().get();
        return new SecondOpinion(
                        engine.channels().chat(),
                        "judgment",
                        JUDGMENT_SCHEMA,
                        JUDGE + judge.prompt().map(words -> " " + words).orElse(""))
                .ask(router.leg(judge.model()), request, response, tags, deadline, trace.current())
                .thenApply(opinion -> new Verdict(
                        opinion.json()
                                .map(json -> json.path("good").asBoolean(false))
                                .orElse(false),
                        Optional.of(opinion.record())));
    }

    private static CompletionStage<Verdict> done(boolean accepted, Optional<CallRecord> spent) {
        return CompletableFuture.completedStage(new Verdict(accepted, spent));
    }
}
