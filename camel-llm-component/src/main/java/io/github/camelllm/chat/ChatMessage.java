package io.github.camelllm.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One message of a conversation. Messages are immutable, so exchange copies may share them. {@code toString} tells the
 * role and the number of parts: names can be those of persons.
 */
public sealed interface ChatMessage {
    List<ContentPart> content();

    /** The same message with other content. */
    default ChatMessage withContent(List<ContentPart> other) {
        if (this instanceof System system) {
            return new System(other, system.name());
        }
        if (this instanceof Developer developer) {
            return new Developer(other, developer.name());
        }
        if (this instanceof User user) {
            return new User(other, user.name());
        }
        if (this instanceof Assistant assistant) {
            return new Assistant(other, assistant.name(), assistant.audioId());
        }
        if (this instanceof Tool tool) {
            return new Tool(tool.toolCallId(), tool.toolName(), other, tool.error());
        }
        throw new AssertionError(this);
    }

    /**
     * The text parts joined, those with members of one dialect included, without reasoning and refusals; empty if there is
     * none.
     */
    default String text() {
        List<ContentPart> parts = content();
        if (parts.size() == 1 && parts.get(0) instanceof ContentPart.Text only) {
            return only.text();
        }
        StringBuilder joined = new StringBuilder();
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Text text) {
                joined.append(text.text());
            } else if (part instanceof ContentPart.Opaque opaque
                    && opaque.type().equals("text")) {
                joined.append(opaque.text().orElse(""));
            }
        }
        return joined.toString();
    }

    /** Instructions that stand above the conversation. */
    record System(List<ContentPart> content, Optional<String> name) implements ChatMessage {
        public System {
            content = List.copyOf(content);
        }

        public static System of(String text) {
            return new System(List.of(ContentPart.Text.of(text)), Optional.empty());
        }

        @Override
        public String toString() {
            return "System[" + content.size() + " parts]";
        }
    }

    /** Instructions of the application's author; dialects without this role send it as {@link System}. */
    record Developer(List<ContentPart> content, Optional<String> name) implements ChatMessage {
        public Developer {
            content = List.copyOf(content);
        }

        public static Developer of(String text) {
            return new Developer(List.of(ContentPart.Text.of(text)), Optional.empty());
        }

        @Override
        public String toString() {
            return "Developer[" + content.size() + " parts]";
        }
    }

    /** What the user says or shows. */
    record User(List<ContentPart> content, Optional<String> name) implements ChatMessage {
        public User {
            content = List.copyOf(content);
        }

        public static User of(String text) {
            return new User(List.of(ContentPart.Text.of(text)), Optional.empty());
        }

        public static User of(List<ContentPart> content) {
            return new User(content, Optional.empty());
        }

        @Override
        public String toString() {
            return "User[" + content.size() + " parts]";
        }
    }

    /**
     * What the model answered.
     *
     * @param audioId the provider's id of spoken audio in this answer, to be referred to in the next turn
     */
    record Assistant(List<ContentPart> content, Optional<String> name, Optional<String> audioId)
            implements ChatMessage {
        public Assistant {
            content = List.copyOf(content);
        }

        public static Assistant of(String text) {
            return of(List.of(ContentPart.Text.of(text)));
        }

        public static Assistant of(List<ContentPart> content) {
            return new Assistant(content, Optional.empty(), Optional.empty());
        }

        /** The tool calls in it, in order. */
        public List<ContentPart.ToolCall> toolCalls() {
            List<ContentPart.ToolCall> calls = new ArrayList<>(0);
            for (ContentPart part : content) {
                if (part instanceof ContentPart.ToolCall call) {
                    calls.add(call);
                }
            }
            return List.copyOf(calls);
        }

        /** The readable reasoning in it, joined; empty if there is none. */
        public String reasoningText() {
            StringBuilder joined = new StringBuilder();
            for (ContentPart part : content) {
                if (part instanceof ContentPart.Reasoning reasoning) {
                    joined.append(reasoning.text());
                }
            }
            return joined.toString();
        }

        /** The words of a refusal, if the model declined. */
        public Optional<String> refusal() {
            return content.stream()
                    .filter(ContentPart.Refusal.class::isInstance)
                    .map(part -> ((ContentPart.Refusal) part).text())
                    .findFirst();
        }

        @Override
        public String toString() {
            return "Assistant[" + content.size() + " parts]";
        }
    }

    /**
     * The result of one tool call.
     *
     * @param toolCallId the {@link ContentPart.ToolCall#id()} that this answers
     * @param toolName the tool's name, which Gemini needs; empty if unknown (codecs look it up in the conversation)
     * @param error true if the tool failed and {@code content} says why
     */
    record Tool(String toolCallId, Optional<String> toolName, List<ContentPart> content, boolean error)
            implements ChatMessage {
        public Tool {
            content = List.copyOf(content);
        }

        public static Tool of(String toolCallId, String text) {
            return new Tool(toolCallId, Optional.empty(), List.of(ContentPart.Text.of(text)), false);
        }

        @Override
        public String toString() {
            return "Tool[" + toolCallId + ", " + content.size() + " parts]";
        }
    }
}
