package io.github.camelllm.component;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallChannel;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.Dialects;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chat: exchange to request, answer to exchange, asking again where an answer does not conform to its schema. */
final class ChatProcessor implements OperationProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(ChatProcessor.class);
    private static final String OPENAI_CHAT = "openai-chat";

    private final LlmEndpoint endpoint;
    private final LlmConfiguration configuration;
    private final LlmEngine engine;
    private final CallChannel<ChatRequest, ChatResponse> channel;
    private final ChatRequestFactory requests;
    private final Conversation conversation;
    private final Optional<StructuredOutput> structuredOutput;
    private final SchemaCache headerSchemas;

    ChatProcessor(LlmEndpoint endpoint) throws Exception {
        this.endpoint = endpoint;
        configuration = endpoint.getConfiguration();
        engine = endpoint.getComponent().engine();
        channel = engine.channels().chat();
        String model = String.valueOf(endpoint.getModel());
        conversation = new Conversation(configuration, engine.tokens(), model);
        structuredOutput = endpoint.structuredOutput();
        headerSchemas =
                new SchemaCache(endpoint.getCamelContext(), Optional.ofNullable(configuration.getStrictSchema()));
        OpenAiShape shape = new OpenAiShape(Dialects.get(OPENAI_CHAT).server());
        requests = new ChatRequestFactory(
                configuration,
                new PromptBody(endpoint.getProvider() + "/" + model, configuration, shape, endpoint.promptTemplate()),
                shape,
                conversation,
                endpoint.text(configuration.getSystemMessage(), "systemMessage"),
                endpoint.tools(shape),
                endpoint.extra());
        if (configuration.isStreaming() && configuration.getOutputClass() != null) {
            throw new IllegalArgumentException("llm:" + endpoint.getProvider()
                    + ": streaming=true cannot be used with outputClass, which needs the whole answer; use jsonSchema,"
                    + " which is checked when the stream ends");
        }
    }

    @Override
    public void process(Exchange exchange, AsyncCallback callback) throws Exception {
        CallTarget target = endpoint.target(endpoint.model(exchange));
        Optional<StructuredOutput> schema =
                headerSchemas.of(exchange.getMessage()).or(() -> structuredOutput);
        boolean instructed = schema.isPresent() && isInstructed(target);
        ChatRequest request = requests.create(
                exchange,
                target.model(),
                instructed ? Optional.empty() : schema.map(StructuredOutput::format),
                instructed ? schema.map(StructuredOutput::instruction) : Optional.empty());
        Boolean header = exchange.getMessage().getHeader(LlmConstants.STREAMING, Boolean.class);
        boolean stream = header == null ? configuration.isStreaming() : header;
        Continuation continuation =
                new Continuation(exchange, callback, engine.workers(), configuration.getMaxRedeliveryDelay());
        Call<ChatRequest> call = new Call<>(Operation.CHAT, request, target, stream, endpoint.tags(exchange));
        if (stream) {
            StreamedAnswer answer = new StreamedAnswer(continuation, this, request, target, schema);
            answer.attach(channel.send(call, answer));
        } else {
            channel.send(call, new WholeAnswer(request, call, schema, continuation, null, 0));
        }
    }

    /**
     * Puts a finished answer on its exchange, but for the body.
     *
     * @param asked the request that it answers
     */
    void finish(Exchange exchange, ChatRequest asked, ChatResponse response, CallRecord record) {
        ResultHeaders.clearFailure(exchange);
        ResultHeaders.set(exchange.getMessage(), record, Optional.of(response));
        warnOfDropped(record);
        if (configuration.isStoreFullResponse()) {
            exchange.setProperty(LlmConstants.RESPONSE, response);
        }
        ChatMessage.Assistant answer = answerOf(response);
        if (!answer.toolCalls().isEmpty()) {
            exchange.setProperty(LlmConstants.TOOL_CALLS, OpenAiShape.toolCalls(answer.toolCalls()));
        } else {
            exchange.removeProperty(LlmConstants.TOOL_CALLS);
        }
        if (configuration.isConversationMemory()) {
            conversation.append(exchange, newMessages(exchange, asked), answer);
        }
    }

    private List<ChatMessage> newMessages(Exchange exchange, ChatRequest asked) {
        List<ChatMessage> spoken = new ArrayList<>(asked.messages());
        spoken.removeIf(message -> message instanceof ChatMessage.System || message instanceof ChatMessage.Developer);
        return spoken.subList(conversation.history(exchange).size(), spoken.size());
    }

    static ChatMessage.Assistant answerOf(ChatResponse response) {
        return response.choices().isEmpty()
                ? ChatMessage.Assistant.of(List.of())
                : response.choices().get(0).message();
    }

    private boolean isInstructed(CallTarget target) {
        switch (configuration.getSchemaMode()) {
            case "native":
                return false;
            case "instruct":
                return true;
            default:
                return target.wire().profile().omits("json_schema");
        }
    }

    private void warnOfDropped(CallRecord record) {
        if (!record.droppedOptions().isEmpty()
                && configuration.getUnsupported().matches("default|warn")
                && engine.isFirst(record.provider() + "/" + record.requestModel() + record.droppedOptions())) {
            LOG.warn(
                    "{}/{} does not support {}; sent without. Said once; unsupported=drop silences it",
                    record.provider(),
                    record.requestModel(),
                    record.droppedOptions());
        }
    }

    /** Waits for a whole answer and checks it. */
    private final class WholeAnswer implements CallObserver<ChatResponse> {
        private final ChatRequest asked;
        private final Call<ChatRequest> call;
        private final Optional<StructuredOutput> schema;
        private final Continuation continuation;
        private final @Nullable CallRecord before;
        private final int repairs;

        /**
         * @param asked the question as the route put it, without the words of repairs
         * @param before sum of the attempts so far; null at the first
         * @param repairs how often the question was repeated
         */
        WholeAnswer(
                ChatRequest asked,
                Call<ChatRequest> call,
                Optional<StructuredOutput> schema,
                Continuation continuation,
                @Nullable CallRecord before,
                int repairs) {
            this.asked = asked;
            this.call = call;
            this.schema = schema;
            this.continuation = continuation;
            this.before = before;
            this.repairs = repairs;
        }

        @Override
        public void completed(ChatResponse response, CallRecord record) {
            CallRecord total = before == null ? record : record.plus(before);
            if (schema.isEmpty()) {
                continuation.resume(() -> deliver(response, total, Answers.body(response, call.target())));
            } else {
                // Checking may take a while, so not here: this is an I/O thread.
                continuation.onWorker(() -> check(response, total, schema.get()));
            }
        }

        private void check(ChatResponse response, CallRecord total, StructuredOutput output) {
            ChatMessage.Assistant answer = answerOf(response);
            if (!answer.toolCalls().isEmpty()) {
                continuation.resumeHere(() -> deliver(response, total, Answers.body(response, call.target())));
                return;
            }
            StructuredOutput.Checked checked;
            try {
                checked = Answers.check(response, output, call.target());
            } catch (LlmException e) {
                continuation.failHere(e);
                return;
            }
            if (checked.isValid()) {
                continuation.resumeHere(() -> deliver(response, total, checked.value()));
            } else if (repairs < configuration.getMaxRepairs()) {
                ChatRequest again = call.request().toBuilder()
                        .message(answer)
                        .message(ChatMessage.User.of(StructuredOutput.repairPrompt(checked.problems())))
                        .build();
                Call<ChatRequest> next = call.withRequest(again);
                channel.send(next, new WholeAnswer(asked, next, schema, continuation, total, repairs + 1));
            } else {
                continuation.failHere(Answers.doesNotConform(checked.problems(), repairs, call.target(), total));
            }
        }

        private void deliver(ChatResponse response, CallRecord total, @Nullable Object body) {
            Exchange exchange = continuation.exchange();
            finish(exchange, asked, response, total);
            if (repairs > 0) {
                exchange.getMessage().setHeader(LlmConstants.REPAIRS, repairs);
            }
            exchange.getMessage().setBody(body);
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            continuation.fail(failure);
        }

        @Override
        public void cancelled(CallRecord record) {
            continuation.fail(Answers.cancelled(call.target()));
        }
    }
}
