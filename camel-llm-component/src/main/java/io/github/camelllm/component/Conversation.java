package io.github.camelllm.component;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.tokens.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a conversation on the exchange as an immutable list, so that copies of an exchange may share it, and trims it: the
 * oldest messages go first, and never so that tool results stay without the call they answer.
 */
final class Conversation {
    private final String property;
    private final @Nullable Integer maxMessages;
    private final @Nullable Integer maxTokens;
    private final TokenCounter tokens;
    private final String model;

    Conversation(LlmConfiguration configuration, TokenCounter tokens, String model) {
        property = configuration.getConversationHistoryProperty();
        maxMessages = configuration.getMaxHistoryMessages();
        maxTokens = configuration.getMaxHistoryTokens();
        this.tokens = tokens;
        this.model = model;
    }

    /**
     * The conversation so far; empty at its beginning.
     *
     * @throws IllegalArgumentException if the property holds something else
     */
    List<ChatMessage> history(Exchange exchange) {
        Object value = exchange.getProperty(property);
        if (value == null) {
            return List.of();
        }
        List<ChatMessage> history = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof ChatMessage message) {
                    history.add(message);
                }
            }
            if (history.size() == list.size()) {
                return history;
            }
        }
        throw new IllegalArgumentException("Exchange property " + property
                + " must hold a List of ChatMessage, as this component puts it there; it holds a "
                + value.getClass().getName());
    }

    /** Adds what was said to the conversation on the exchange. */
    void append(Exchange exchange, List<ChatMessage> asked, ChatMessage.Assistant answer) {
        List<ChatMessage> all = new ArrayList<>(history(exchange));
        for (ChatMessage message : asked) {
            if (!(message instanceof ChatMessage.System) && !(message instanceof ChatMessage.Developer)) {
                all.add(message);
            }
        }
        all.add(answer);
        exchange.setProperty(property, List.copyOf(trimmed(all)));
    }

    private List<ChatMessage> trimmed(List<ChatMessage> all) {
        int from = 0;
        if (maxMessages != null) {
            from = Math.max(0, all.size() - maxMessages);
        }
        if (maxTokens != null) {
            from = Math.max(from, firstWithin(all, maxTokens));
        }
        if (from == 0) {
            return all;
        }
        // A conversation begins with the user: an answer or a tool result whose question is gone goes too.
        while (from < all.size() && !(all.get(from) instanceof ChatMessage.User)) {
            from++;
        }
        return all.subList(from, all.size());
    }

    private int firstWithin(List<ChatMessage> all, int limit) {
        long sum = 0;
        for (int i = all.size() - 1; i >= 0; i--) {
            sum += tokensOf(all.get(i));
            if (sum > limit) {
                return i + 1;
            }
        }
        return 0;
    }

    private long tokensOf(ChatMessage message) {
        long sum = 0;
        for (ContentPart part : message.content()) {
            if (part instanceof ContentPart.Text text) {
                sum += tokens.count(model, text.text()).tokens();
            } else if (part instanceof ContentPart.ToolCall call) {
                sum += tokens.count(model, call.name() + call.argumentsJson()).tokens();
            }
        }
        return sum;
    }
}
