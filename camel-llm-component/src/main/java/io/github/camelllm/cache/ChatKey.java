package io.github.camelllm.cache;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests have the same answer: hashes of all that changes it, and of nothing else.
 *
 * <p>Left out of the request are {@code user}, {@code metadata} and {@code promptCacheKey} with the hints for the provider's
 * prompt cache, which are labels, and {@code serviceTier}, which changes the price and the time of an answer and not its
 * words. {@code store} counts although it does not change the answer: who asks for an answer to be kept at the provider
 * wants it to be kept.
 */
public final class ChatKey {
    /** Counted up when the same request is hashed in another way. */
    private static final int VERSION = 1;

    /** Components of the vocabulary's records that do not change an answer. */
    static final Set<String> IGNORED = Set.of(
            "ChatRequest.user",
            "ChatRequest.metadata",
            "ChatRequest.serviceTier",
            "ChatRequest.promptCacheKey",
            // No provider is told
            "ChatRequest.unread",
            "Text.cache",
            "Media.cache",
            "Function.cache",
            // Follow from what is beside them
            "ClientMembers.said",
            "Opaque.plain",
            "Native.plain");

    private ChatKey() {}

    /**
     * Hash of a whole request, 64 hexadecimal digits.
     *
     * @param namespace whose answers they are: nobody is given those of another
     * @param place where the request goes and how it is put on the wire: records, texts, numbers, and maps and lists of them
     * @throws IllegalArgumentException if the request holds something that cannot be compared
     */
    public static String of(String namespace, List<?> place, ChatRequest request) {
        return digest("exact", namespace, place, request);
    }

    /** The last words of the user apart from the rest, hashed like {@link #of}; empty if they stand not alone at the end. */
    public static Optional<Question> question(String namespace, List<?> place, ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        int last = messages.size() - 1;
        if (last < 0
                || !(messages.get(last) instanceof ChatMessage.User user)
                || user.content().size() != 1
                || !(user.content().get(0) instanceof ContentPart.Text text)) {
            return Optional.empty();
        }
        List<ChatMessage> rest = new ArrayList<>(messages);
        ContentPart blank = new ContentPart.Text("", text.citations(), text.cache(), text.signature());
        rest.set(last, new ChatMessage.User(List.of(blank), user.name()));
        String scope = digest(
                "scope", namespace, place, request.toBuilder().messages(rest).build());
        return Optional.of(new Question(scope, text.text()));
    }

    private static String digest(String kind, String namespace, List<?> place, ChatRequest request) {
        return new CanonicalDigest(IGNORED)
                .add(VERSION)
                .add(kind)
                .add(namespace)
                .add(place)
                .add(request)
                .hex();
    }
}
