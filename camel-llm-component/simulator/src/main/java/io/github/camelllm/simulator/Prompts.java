package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a simulated model reads in a request. */
final class Prompts {
    private Prompts() {}

    /** Text of the last user message; empty if there is none. */
    static String lastUserText(ChatRequest request) {
        return lastUser(request).map(ChatMessage::text).orElse("");
    }

    static Optional<ChatMessage.User> lastUser(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i) instanceof ChatMessage.User user) {
                return Optional.of(user);
            }
        }
        return Optional.empty();
    }

    static boolean contains(ChatRequest request, String words) {
        return lastUserText(request).toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
    }

    /** The tool results that the conversation ends with, oldest first; empty if it ends otherwise. */
    static List<ChatMessage.Tool> lastToolResults(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        int from = messages.size();
        while (from > 0 && messages.get(from - 1) instanceof ChatMessage.Tool) {
            from--;
        }
        return messages.subList(from, messages.size()).stream()
                .map(ChatMessage.Tool.class::cast)
                .toList();
    }

    /** Whether a thinking model would think: it was asked to, and not turned off. */
    static boolean reasons(ChatRequest request) {
        if (request.reasoning().isEmpty()) {
            return false;
        }
        ReasoningOptions options = request.reasoning().get();
        return options.budgetTokens().orElse(1) != 0
                && options.effort()
                        .filter(effort -> effort == ReasoningEffort.NONE)
                        .isEmpty();
    }

    /** The functions that the request allows the model to call. */
    static List<Tool.Function> callable(ChatRequest request) {
        ToolChoice choice = request.toolChoice().orElseGet(ToolChoice.Auto::new);
        if (choice instanceof ToolChoice.None) {
            return List.of();
        }
        return request.tools().stream()
                .flatMap(tool -> tool instanceof Tool.Function function
                        ? Stream.of(function)
                        : ((Tool.Native) tool).plain().stream())
                .filter(function -> !(choice instanceof ToolChoice.Allowed allowed)
                        || allowed.names().contains(function.name()))
                .filter(function -> !(choice instanceof ToolChoice.Function only)
                        || only.name().equals(function.name()))
                .toList();
    }

    /** Whether the request leaves the model no choice but to call a tool. */
    static boolean mustCall(ChatRequest request) {
        ToolChoice choice = request.toolChoice().orElseGet(ToolChoice.Auto::new);
        return choice instanceof ToolChoice.Required
                || choice instanceof ToolChoice.Function
                || choice instanceof ToolChoice.Allowed allowed && allowed.required();
    }

    /**
     * A hash of what is asked, the same for the same conversation in every dialect: model, messages, tools, form of the
     * answer and seed. Pace and sampling options do not count.
     */
    static long hash(ChatRequest request) {
        long hash = Hash.of(request.model());
        for (ChatMessage message : request.messages()) {
            hash = Hash.of(hash, message.getClass().getSimpleName());
            for (ContentPart part : message.content()) {
                hash = Hash.of(hash, partText(part));
            }
        }
        for (Tool.Function tool : callable(request)) {
            hash = Hash.of(hash, tool.name());
        }
        if (request.responseFormat().orElse(null) instanceof ResponseFormat.JsonSchema schema) {
            hash = Hash.of(hash, schema.schemaJson());
        }
        return request.seed().isPresent() ? Hash.mix(hash ^ request.seed().getAsLong()) : hash;
    }

    private static String partText(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text();
        } else if (part instanceof ContentPart.ToolCall call) {
            return call.name() + call.argumentsJson();
        } else if (part instanceof ContentPart.Media media) {
            return media.kind() + media.name().orElse("");
        } else if (part instanceof ContentPart.Refusal refusal) {
            return refusal.text();
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            return reasoning.text();
        } else if (part instanceof ContentPart.Opaque opaque) {
            return opaque.json();
        }
        throw new AssertionError(part.getClass());
    }
}
