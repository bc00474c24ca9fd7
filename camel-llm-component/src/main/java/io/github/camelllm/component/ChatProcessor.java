package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Dialects;
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
    private final ChatRequestFactory requests;
    private final Conversation conversation;
    private final Optional<StructuredOutput> structuredOutput;
    private final SchemaCache headerSchemas;

    ChatProcessor(LlmEndpoint endpoint) throws Exception {
        this.endpoint = endpoint;
        configuration = endpoint.getConfiguration();
        engine = endpoint.getComponent().engine();
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

    /** Adds what options and headers say to requests. */
    ChatRequestFactory requests() {
        return requests;
    }

    @Override
    public void process(Exchange exchange, AsyncCallback callback) throws Exception {
        Optional<StructuredOutput> schema =
                headerSchemas.of(exchange.getMessage()).or(() -> structuredOutput);
        ChatDestination destination = endpoint.destination(exchange, schema);
        ChatRequest request = requests.create(exchange, destination.model(), schema.map(StructuredOutput::format));
        Boolean header = exchange.getMessage().getHeader(LlmConstants.STREAMING, Boolean.class);
        boolean stream = header == null ? configuration.isStreaming() : header;
        Continuation continuation = new Continuation(exchange, callback, engine.workers(), configuration);
        if (stream) {
            destination.send(request, true, new StreamedAnswer(continuation, this, request, destination, schema));
        } else {
            destination.send(
                    request, false, new WholeAnswer(request, request, destination, schema, continuation, null, 0));
        }
    }

    /**
     * Puts a finished answer on its exchange, but for the body.
     *
     * @param asked the request that it answers
     * @param destination where it was sent
     */
    void finish(
            Exchange exchange,
            ChatRequest asked,
            ChatDestination destination,
            ChatResponse response,
            CallRecord record) {
        ResultHeaders.clearFailure(exchange);
        ResultHeaders.set(exchange.getMessage(), record, Optional.of(response));
        ResultHeaders.setCacheStatus(exchange.getMessage(), record, destination.cacheStatus());
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
        if (endpoint.isRouter()) {
            endpoint.router().verifier().ifPresent(verifier -> verifier.verify(exchange, asked, response, record));
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
    private final class WholeAnswer implements WholeAnswerObserver<ChatResponse> {
        private final ChatRequest asked;
        private final ChatRequest request;
        private final ChatDestination destination;
        private final Optional<StructuredOutput> schema;
        private final Continuation continuation;
        private final @Nullable CallRecord before;
        private final int repairs;

        /**
         * @param asked the question as the route put it, without the words of repairs
         * @param request the question with them
         * @param before sum of the attempts so far; null at the first
         * @param repairs how often the question was repeated
         */
        WholeAnswer(
                ChatRequest asked,
                ChatRequest request,
                ChatDestination destination,
                Optional<StructuredOutput> schema,
                Continuation continuation,
                @Nullable CallRecord before,
                int repairs) {
            this.asked = asked;
            this.request = request;
            this.destination = destination;
            this.schema = schema;
            this.continuation = continuation;
            this.before = before;
            this.repairs = repairs;
        }

        @Override
        public Continuation continuation() {
            return continuation;
        }

        @Override
        public void completed(ChatResponse response, CallRecord record) {
            CallRecord total = before == null ? record : record.plus(before);
            if (schema.isEmpty()) {
                continuation.resume(() -> deliver(response, total, Answers.body(response, total)));
            } else {
                // Checking may take a while, so not here: this is an I/O thread.
                continuation.onWorker(() -> check(response, total, schema.get()));
            }
        }

        private void check(ChatResponse response, CallRecord total, StructuredOutput output) {
            ChatMessage.Assistant answer = answerOf(response);
            if (!answer.toolCalls().isEmpty()) {
                continuation.resumeHere(() -> deliver(response, total, Answers.body(response, total)));
                return;
            }
            StructuredOutput.Checked checked;
            try {
                checked = Answers.check(response, output, total);
            } catch (LlmException e) {
                continuation.failHere(e);
                return;
            }
            if (checked.isValid()) {
                continuation.resumeHere(() -> deliver(response, total, checked.value()));
            } else if (repairs < configuration.getMaxRepairs()) {
                ChatRequest again = request.toBuilder()
                        .message(answer)
                        .message(ChatMessage.User.of(StructuredOutput.repairPrompt(checked.problems())))
                        .build();
                ask(again, total);
            } else {
                continuation.failHere(Answers.doesNotConform(checked.problems(), repairs, total));
            }
        }

        private void ask(ChatRequest again, CallRecord total) {
            try {
                destination.send(
                        again,
                        false,
                        new WholeAnswer(asked, again, destination, schema, continuation, total, repairs + 1));
            } catch (RuntimeException e) {
                // A condition of a router that cannot be evaluated, say
                continuation.resumeHere(() -> {
                    throw e;
                });
            }
        }

        private void deliver(ChatResponse response, CallRecord total, @Nullable Object body) {
            Exchange exchange = continuation.exchange();
            finish(exchange, asked, destination, response, total);
            if (repairs > 0) {
                exchange.getMessage().setHeader(LlmConstants.REPAIRS, repairs);
            }
            exchange.getMessage().setBody(body);
        }
    }
}
