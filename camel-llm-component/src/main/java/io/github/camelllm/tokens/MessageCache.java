package io.github.camelllm.tokens;

import io.github.camelllm.chat.ChatMessage;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts of messages that were counted lately. Messages are immutable and conversations pass the same ones again and
 * again, so a message is known by its identity. A slot holds the last message that fell on it, weakly. Thread-safe.
 */
final class MessageCache {
    private static final int SLOTS = 4_096;

    private final AtomicReferenceArray<Entry> slots = new AtomicReferenceArray<>(SLOTS);

    private record Entry(WeakReference<ChatMessage> message, ModelTokens model, TokenCount count) {}

    Optional<TokenCount> get(ModelTokens model, ChatMessage message) {
        Entry entry = slots.get(slot(model, message));
        return entry != null && entry.model == model && entry.message.refersTo(message)
                ? Optional.of(entry.count)
                : Optional.empty();
    }

    void put(ModelTokens model, ChatMessage message, TokenCount count) {
        slots.set(slot(model, message), new Entry(new WeakReference<>(message), model, count));
    }

    private static int slot(ModelTokens model, ChatMessage message) {
        int mixed = (System.identityHashCode(message) * 31 + System.identityHashCode(model)) * 0x9E3779B9;
        return mixed >>> 20;
    }
}
