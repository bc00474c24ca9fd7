package io.github.camelllm.wire.openai;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An assistant message sorted by kind, since this dialect has a member for each kind instead of one list. */
final class AssistantParts {
    private final Optional<String> audioId;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder transcript = new StringBuilder(0);
    private final StringBuilder refusal = new StringBuilder();
    private final List<ContentPart> textAndOpaque = new ArrayList<>(2);
    private final List<ContentPart.Opaque> opaque = new ArrayList<>(0);
    private final List<ContentPart.Reasoning> reasoning = new ArrayList<>(1);
    private final List<ContentPart.ToolCall> calls = new ArrayList<>(1);
    private final List<ContentPart.Media> media = new ArrayList<>(0);
    private final List<Citation> citations = new ArrayList<>(0);
    private Optional<String> textSignature = Optional.empty();
    private boolean cached;

    AssistantParts(ChatMessage.Assistant message) {
        audioId = message.audioId();
        for (ContentPart part : message.content()) {
            if (part instanceof ContentPart.Text plain) {
                add(plain);
            } else if (part instanceof ContentPart.ToolCall call) {
                calls.add(call);
            } else if (part instanceof ContentPart.Reasoning thought) {
                reasoning.add(thought);
            } else if (part instanceof ContentPart.Refusal refused) {
                refusal.append(refused.text());
            } else if (part instanceof ContentPart.Media clip) {
                add(clip);
            } else if (part instanceof ContentPart.Opaque block) {
                add(block);
            }
        }
    }

    private void add(ContentPart.Text plain) {
        text.append(plain.text());
        citations.addAll(plain.citations());
        cached |= plain.cache().isPresent();
        textSignature = plain.signature().or(() -> textSignature);
        if (!plain.text().isEmpty()) {
            textAndOpaque.add(plain);
        }
    }

    private void add(ContentPart.Media clip) {
        media.add(clip);
        if (clip.kind() == MediaKind.AUDIO && audioId.isEmpty()) {
            transcript.append(clip.transcript().orElse(""));
        }
    }

    private void add(ContentPart.Opaque block) {
        if (block.dialect().equals(OpenAiChatDialect.NAME)) {
            opaque.add(block);
            textAndOpaque.add(block);
        }
    }

    /** All text, with the words of spoken audio that cannot be referred to by id. */
    String text() {
        return transcript.length() == 0 ? text.toString() : text.toString() + transcript;
    }

    /** All text that was written, not spoken. */
    String plainText() {
        return text.toString();
    }

    Optional<String> refusal() {
        return refusal.length() == 0 ? Optional.empty() : Optional.of(refusal.toString());
    }

    /** Text parts that are not empty and blocks of this dialect, in their order. */
    List<ContentPart> textAndOpaque() {
        return textAndOpaque;
    }

    /** Blocks of this dialect. */
    List<ContentPart.Opaque> opaque() {
        return opaque;
    }

    List<ContentPart.Reasoning> reasoning() {
        return reasoning;
    }

    String reasoningText() {
        StringBuilder joined = new StringBuilder();
        reasoning.forEach(thought -> joined.append(thought.text()));
        return joined.toString();
    }

    List<ContentPart.ToolCall> calls() {
        return calls;
    }

    List<ContentPart.Media> media() {
        return media;
    }

    List<Citation> citations() {
        return citations;
    }

    /** Signature of the last text part that has one. */
    Optional<String> textSignature() {
        return textSignature;
    }

    boolean cached() {
        return cached;
    }

    Optional<String> audioId() {
        return audioId;
    }
}
