package io.github.camelllm.component;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Turns an exchange into a {@link ChatRequest}: a header wins over what the body says, and the body over the endpoint's
 * option. Behind it nothing sees configuration or exchange.
 */
final class ChatRequestFactory {
    /** Those that say something about a request. */
    private static final List<String> HEADERS = List.of(
            LlmConstants.SYSTEM_MESSAGE,
            LlmConstants.TEMPERATURE,
            LlmConstants.TOP_P,
            LlmConstants.TOP_K,
            LlmConstants.SEED,
            LlmConstants.MAX_TOKENS,
            LlmConstants.STOP,
            LlmConstants.REASONING_EFFORT,
            LlmConstants.TOOLS,
            LlmConstants.TOOL_CHOICE,
            LlmConstants.USER);

    private final LlmConfiguration configuration;
    private final PromptBody body;
    private final OpenAiShape openAiShape;
    private final Optional<String> systemMessage;
    private final List<Tool> tools;
    private final List<String> stop;
    private final Map<String, Object> extra;
    private final Conversation conversation;
    private final boolean optionsSayAnything;

    /**
     * @param systemMessage the option's text, read from its resource
     * @param tools the option's tools
     * @param extra the option's members as JSON values
     */
    ChatRequestFactory(
            LlmConfiguration configuration,
            PromptBody body,
            OpenAiShape openAiShape,
            Conversation conversation,
            Optional<String> systemMessage,
            List<Tool> tools,
            Map<String, Object> extra) {
        this.configuration = configuration;
        this.body = body;
        this.openAiShape = openAiShape;
        this.conversation = conversation;
        this.systemMessage = systemMessage;
        this.tools = tools;
        this.stop = configuration.getStop() == null ? List.of() : commaSeparated(configuration.getStop());
        this.extra = extra;
        this.optionsSayAnything = haveOptions();
    }

    /**
     * @param model the model asked, header included
     * @param schema the schema that the answer must conform to
     * @throws LlmInvalidRequestException if body or headers cannot be understood
     */
    ChatRequest create(Exchange exchange, String model, Optional<ResponseFormat> schema) {
        return complete(exchange, body.read(exchange, model), model, schema);
    }

    /** As {@link #create}, where the body was read already. */
    ChatRequest complete(Exchange exchange, ChatRequest asked, String model, Optional<ResponseFormat> schema) {
        Message message = exchange.getMessage();
        ChatRequest.Builder request = asked.toBuilder().model(model);
        request.messages(messages(exchange, message, asked));
        addSampling(message, asked, request);
        addReasoning(message, asked, request);
        addTools(message, asked, request);
        addRest(message, asked, request);
        if (schema.isPresent()) {
            request.responseFormat(schema.get());
        } else if (asked.responseFormat().isEmpty()
                && configuration.getResponseFormat().equals("json_object")) {
            request.responseFormat(new ResponseFormat.JsonObject());
        }
        return request.build();
    }

    /** Whether neither option nor header says anything about a request: the body alone does. */
    boolean addsNothing(Message message) {
        if (optionsSayAnything) {
            return false;
        }
        for (String name : HEADERS) {
            if (message.getHeader(name) != null) {
                return false;
            }
        }
        return true;
    }

    private boolean haveOptions() {
        return systemMessage.isPresent()
                || configuration.isConversationMemory()
                || !tools.isEmpty()
                || !stop.isEmpty()
                || !extra.isEmpty()
                || configuration.getResponseFormat().equals("json_object")
                || Stream.of(
                                configuration.getTemperature(),
                                configuration.getTopP(),
                                configuration.getTopK(),
                                configuration.getSeed(),
                                configuration.getMaxTokens(),
                                configuration.getFrequencyPenalty(),
                                configuration.getPresencePenalty(),
                                configuration.getN(),
                                configuration.getReasoningEffort(),
                                configuration.getReasoningBudget(),
                                configuration.getIncludeReasoning(),
                                configuration.getToolChoice(),
                                configuration.getParallelToolCalls(),
                                configuration.getUser(),
                                configuration.getVerbosity(),
                                configuration.getServiceTier(),
                                configuration.getPromptCacheKey())
                        .anyMatch(Objects::nonNull);
    }

    private List<ChatMessage> messages(Exchange exchange, Message message, ChatRequest asked) {
        List<ChatMessage> messages = new ArrayList<>();
        String header = message.getHeader(LlmConstants.SYSTEM_MESSAGE, String.class);
        boolean bodyHasSystem = asked.messages().stream().anyMatch(ChatRequestFactory::isInstruction);
        Optional<String> system =
                header != null ? Optional.of(header) : bodyHasSystem ? Optional.empty() : systemMessage;
        system.ifPresent(words -> messages.add(ChatMessage.System.of(words)));
        if (configuration.isConversationMemory()) {
            messages.addAll(conversation.history(exchange));
        }
        messages.addAll(asked.messages());
        return messages;
    }

    private void addSampling(Message message, ChatRequest asked, ChatRequest.Builder request) {
        set(
                message,
                LlmConstants.TEMPERATURE,
                Double.class,
                asked.temperature().isPresent(),
                configuration.getTemperature(),
                request::temperature);
        set(
                message,
                LlmConstants.TOP_P,
                Double.class,
                asked.topP().isPresent(),
                configuration.getTopP(),
                request::topP);
        set(
                message,
                LlmConstants.TOP_K,
                Integer.class,
                asked.topK().isPresent(),
                configuration.getTopK(),
                request::topK);
        set(message, LlmConstants.SEED, Long.class, asked.seed().isPresent(), configuration.getSeed(), request::seed);
        set(
                message,
                LlmConstants.MAX_TOKENS,
                Integer.class,
                asked.maxOutputTokens().isPresent(),
                configuration.getMaxTokens(),
                request::maxOutputTokens);
        set(asked.frequencyPenalty().isPresent(), configuration.getFrequencyPenalty(), request::frequencyPenalty);
        set(asked.presencePenalty().isPresent(), configuration.getPresencePenalty(), request::presencePenalty);
        set(asked.n().isPresent(), configuration.getN(), request::n);
        String stopHeader = message.getHeader(LlmConstants.STOP, String.class);
        if (stopHeader != null) {
            request.stop(commaSeparated(stopHeader));
        } else if (asked.stop().isEmpty()) {
            request.stop(stop);
        }
    }

    private void addReasoning(Message message, ChatRequest asked, ChatRequest.Builder request) {
        String header = message.getHeader(LlmConstants.REASONING_EFFORT, String.class);
        if (header == null && asked.reasoning().isPresent()) {
            return;
        }
        String effort = header != null ? header : configuration.getReasoningEffort();
        Integer budget = configuration.getReasoningBudget();
        Boolean include = configuration.getIncludeReasoning();
        if (effort != null || budget != null || include != null) {
            request.reasoning(new ReasoningOptions(
                    Optional.ofNullable(effort).map(this::reasoningEffort),
                    budget == null ? OptionalInt.empty() : OptionalInt.of(budget),
                    Optional.ofNullable(include)));
        }
    }

    private ReasoningEffort reasoningEffort(String word) {
        try {
            return ReasoningEffort.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw invalid("reasoningEffort must be one of none, minimal, low, medium, high, xhigh, max");
        }
    }

    private void addTools(Message message, ChatRequest asked, ChatRequest.Builder request) {
        Object header = message.getHeader(LlmConstants.TOOLS);
        if (header != null) {
            try {
                request.tools(openAiShape.tools(header));
            } catch (IllegalArgumentException e) {
                throw invalid("header " + LlmConstants.TOOLS + ": " + e.getMessage());
            }
        } else if (asked.tools().isEmpty()) {
            request.tools(tools);
        }
        set(
                message,
                LlmConstants.TOOL_CHOICE,
                String.class,
                asked.toolChoice().isPresent(),
                configuration.getToolChoice(),
                word -> request.toolChoice(toolChoice(word)));
        set(asked.parallelToolCalls().isPresent(), configuration.getParallelToolCalls(), request::parallelToolCalls);
    }

    private void addRest(Message message, ChatRequest asked, ChatRequest.Builder request) {
        set(message, LlmConstants.USER, String.class, asked.user().isPresent(), configuration.getUser(), request::user);
        set(asked.verbosity().isPresent(), configuration.getVerbosity(), request::verbosity);
        set(asked.serviceTier().isPresent(), configuration.getServiceTier(), request::serviceTier);
        set(asked.promptCacheKey().isPresent(), configuration.getPromptCacheKey(), request::promptCacheKey);
        if (!extra.isEmpty()) {
            Map<String, Object> merged = new LinkedHashMap<>(extra);
            merged.putAll(asked.extra());
            request.extra(merged);
        }
    }

    private static <T> void set(
            Message message, String header, Class<T> type, boolean bodyHasIt, @Nullable T option, Consumer<T> setter) {
        T value = message.getHeader(header, type);
        if (value != null) {
            setter.accept(value);
        } else {
            set(bodyHasIt, option, setter);
        }
    }

    private static <T> void set(boolean bodyHasIt, @Nullable T option, Consumer<T> setter) {
        if (!bodyHasIt && option != null) {
            setter.accept(option);
        }
    }

    private static boolean isInstruction(ChatMessage message) {
        return message instanceof ChatMessage.System || message instanceof ChatMessage.Developer;
    }

    private static ToolChoice toolChoice(String word) {
        switch (word) {
            case "auto":
                return new ToolChoice.Auto();
            case "none":
                return new ToolChoice.None();
            case "required":
                return new ToolChoice.Required();
            default:
                return new ToolChoice.Function(word);
        }
    }

    private static List<String> commaSeparated(String text) {
        return Arrays.stream(text.split(",")).filter(piece -> !piece.isEmpty()).toList();
    }

    private LlmInvalidRequestException invalid(String what) {
        return new LlmInvalidRequestException(
                "llm: " + what, ErrorDetails.local("llm", "", "invalid_option", false), null);
    }
}
