package io.github.camelllm.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallChannel;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.router.Leg;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Another model's opinion of an answer, as JSON. The model gets the whole conversation with the answer at its end, so that
 * it sees what the first one saw.
 */
final class SecondOpinion {
    private final CallChannel<ChatRequest, ChatResponse> channel;
    private final ResponseFormat.JsonSchema format;
    private final String instruction;

    /**
     * @param name of the schema, and of what it is asked for
     * @param schemaJson what the opinion must conform to
     */
    SecondOpinion(CallChannel<ChatRequest, ChatResponse> channel, String name, String schemaJson, String instruction) {
        this.channel = channel;
        this.format = new ResponseFormat.JsonSchema(name, schemaJson, Optional.empty(), Optional.empty());
        this.instruction = instruction;
    }

    /**
     * What the model said.
     *
     * @param json empty if it gave no usable answer
     * @param failure why not; null if it gave none although the call succeeded
     */
    record Opinion(
            Optional<JsonNode> json,
            CallRecord record,
            @Nullable LlmException failure) {}

    /**
     * Asks; the future always completes well, on an I/O thread.
     *
     * @param about follows the call that the answer is of, and so this one
     */
    CompletableFuture<Opinion> ask(
            Leg model,
            ChatRequest question,
            ChatResponse answer,
            Map<String, String> tags,
            Deadline deadline,
            CallTrace about) {
        List<ChatMessage> messages = new ArrayList<>(question.messages());
        messages.add(ChatMessage.Assistant.of(answer.text()));
        messages.add(ChatMessage.User.of(instruction));
        CallTarget target = model.target();
        ChatRequest request = model.adapt()
                .apply(ChatRequest.builder(target.model())
                        .messages(messages)
                        .responseFormat(format)
                        .build());
        CallTrace trace = about.within(
                new CallTracing.Asked(
                        Operation.CHAT,
                        target.provider(),
                        target.telemetryName(),
                        target.model(),
                        false,
                        Optional.of(request),
                        tags),
                format.name());
        CompletableFuture<Opinion> opinion = new CompletableFuture<>();
        channel.send(
                Call.of(Operation.CHAT, request, target, false, tags)
                        .withDeadline(deadline)
                        .withTrace(trace),
                ExchangeTrace.follow(trace, ExchangeTrace.CHAT, new CallObserver<>() {
                    @Override
                    public void completed(ChatResponse response, CallRecord record) {
                        opinion.complete(new Opinion(json(response.text()), record, null));
                    }

                    @Override
                    public void failed(LlmException failure, CallRecord record) {
                        opinion.complete(new Opinion(Optional.empty(), record, failure));
                    }

                    @Override
                    public void cancelled(CallRecord record) {
                        opinion.complete(new Opinion(Optional.empty(), record, Answers.cancelled(record)));
                    }
                }));
        return opinion;
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.ofNullable(Json.MAPPER.readTree(StructuredOutput.withoutFence(text)))
                    .filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            // No opinion; its record says that the call was made.
            return Optional.empty();
        }
    }
}
