package io.github.camelllm.tokens;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.ResponseFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts input tokens before a call, on this machine.
 *
 * <p><b>Exact</b> are texts (and embedding inputs) for the models whose OpenAI encoding is known, if JTokkit is on the
 * class path, and requests of plain text messages to the gpt-3.5, gpt-4, gpt-4o, gpt-4.1 and gpt-4.5 chat models, by
 * <a href="https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken">the formula of OpenAI's cookbook</a>.
 *
 * <p><b>Estimated</b> is everything else: other families, by script and family; the overhead of reasoning models; tools,
 * answer schemas, media, tool calls and results; and all of it without JTokkit. {@link TokenCount#exact()} tells, and
 * {@link TokenCount#upperBound()} is the number to hold against a limit.
 *
 * <p>Any text is counted, also one with lone surrogates or with {@code <|endoftext|>} in it, which is ordinary text here.
 * The first exact count of an encoding loads it, some hundred milliseconds; {@link #warmUp} does that at start-up. Exact
 * counting takes some 25 ns a character of prose, and up to 3 µs a character in a megabyte without any word break;
 * estimating takes 1 ns. Thread-safe.
 */
public final class TokenCounter {
    private static final int MAX_MODELS = 256;
    private static final int SHORT_CHARS = 2_000;

    private final Tokenizers tokenizers;
    private final Map<String, ModelTokens> models = new ConcurrentHashMap<>();
    private final MessageCache cache = new MessageCache();

    private TokenCounter(Tokenizers tokenizers) {
        this.tokenizers = tokenizers;
    }

    /** A counter with the tokenizers on the class path. */
    public static TokenCounter create() {
        return using(Tokenizers.found());
    }

    /** A counter with these tokenizers. */
    public static TokenCounter using(Tokenizers tokenizers) {
        return new TokenCounter(tokenizers);
    }

    /** Loads what counting for this model needs. */
    public void warmUp(String model) {
        modelTokens(model);
    }

    /** Tokens of a text by itself, without what a chat puts around it. */
    public TokenCount count(String model, String text) {
        ModelTokens counting = modelTokens(model);
        return counting.count(counting.text().applyAsLong(text), counting.exactText());
    }

    /** Input tokens of a request. */
    public TokenCount count(ChatRequest request) {
        ModelTokens counting = modelTokens(request.model());
        TokenCount messages = countMessages(counting, request.messages());
        long tools = ToolTokens.tokens(
                request.tools(), request.toolChoice(), counting.id().name(), counting.family(), counting.text());
        boolean plain = request.tools().isEmpty()
                && request.responseFormat()
                        .map(ResponseFormat.Text.class::isInstance)
                        .orElse(true)
                && request.reasoning().isEmpty()
                && request.audio().isEmpty()
                && request.extra().isEmpty()
                && request.clientMembers().isEmpty();
        return counting.count(
                messages.tokens() + tools + formatTokens(counting, request.responseFormat()),
                plain && messages.exact());
    }

    /** Tokens of the inputs of an embeddings request. */
    public TokenCount count(EmbeddingsRequest request) {
        ModelTokens counting = modelTokens(request.model());
        long tokens = 0;
        for (String input : request.inputs()) {
            tokens += counting.text().applyAsLong(input);
        }
        return counting.count(tokens, counting.exactText());
    }

    /** A number of input tokens that the request does not exceed, whatever the provider's tokenizer. About 1 ns a character. */
    public long mostTokens(ChatRequest request) {
        return TokenBounds.most(request, modelTokens(request.model()));
    }

    /** A number of input tokens that the request does not exceed, whatever the provider's tokenizer. */
    public long mostTokens(EmbeddingsRequest request) {
        return TokenBounds.most(request);
    }

    /** Tokens of a conversation, those that open the answer included. */
    public TokenCount countMessages(String model, List<? extends ChatMessage> messages) {
        return countMessages(modelTokens(model), messages);
    }

    /**
     * Tokens that one message adds to a conversation. Remembered for a while by the message's identity if it takes long, so that counting
     * a conversation again after a message was added or taken away costs little.
     */
    public TokenCount countMessage(String model, ChatMessage message) {
        return countMessage(modelTokens(model), message);
    }

    private ModelTokens modelTokens(String model) {
        ModelTokens known = models.get(model);
        if (known != null) {
            return known;
        }
        ModelTokens counting = ModelTokens.of(model, tokenizers);
        if (models.size() >= MAX_MODELS) {
            // Model names can come from callers; those in daily use are in the map long before.
            return counting;
        }
        ModelTokens first = models.putIfAbsent(model, counting);
        return first == null ? counting : first;
    }

    private TokenCount countMessages(ModelTokens counting, List<? extends ChatMessage> messages) {
        long tokens = counting.family().perRequest;
        boolean exact = counting.exactChat() && !messages.isEmpty();
        for (ChatMessage message : messages) {
            TokenCount count = countMessage(counting, message);
            tokens += count.tokens();
            exact &= count.exact();
        }
        return counting.count(tokens, exact);
    }

    private TokenCount countMessage(ModelTokens counting, ChatMessage message) {
        if (!isWorthRemembering(counting, message)) {
            return countAnew(counting, message);
        }
        Optional<TokenCount> remembered = cache.get(counting, message);
        if (remembered.isPresent()) {
            return remembered.get();
        }
        TokenCount count = countAnew(counting, message);
        cache.put(counting, message, count);
        return count;
    }

    /** A short text is estimated in less time than it takes to find out whether it is known. */
    private static boolean isWorthRemembering(ModelTokens counting, ChatMessage message) {
        if (counting.exactText() || message.content().size() != 1) {
            return true;
        }
        return !(message.content().get(0) instanceof ContentPart.Text text)
                || text.text().length() > SHORT_CHARS;
    }

    private static TokenCount countAnew(ModelTokens counting, ChatMessage message) {
        long tokens = frameTokens(counting, message);
        for (ContentPart part : message.content()) {
            tokens += partTokens(counting, part);
        }
        return counting.count(tokens, counting.exactChat() && isPlain(message));
    }

    private static long frameTokens(ModelTokens counting, ChatMessage message) {
        Optional<String> name = nameOf(message);
        long nameTokens = name.map(counting.text()::applyAsLong).orElse(0L);
        if (counting.isFirstTurbo()) {
            return 1 + counting.family().perMessage + nameTokens - (name.isPresent() ? 1 : 0);
        }
        return counting.family().perMessage + nameTokens + (name.isPresent() ? 1 : 0);
    }

    private static Optional<String> nameOf(ChatMessage message) {
        if (message instanceof ChatMessage.System system) {
            return system.name();
        }
        if (message instanceof ChatMessage.Developer developer) {
            return developer.name();
        }
        if (message instanceof ChatMessage.User user) {
            return user.name();
        }
        return message instanceof ChatMessage.Assistant assistant ? assistant.name() : Optional.empty();
    }

    /** Whether the cookbook's formula speaks of such a message: a role that it names, and one text. */
    private static boolean isPlain(ChatMessage message) {
        boolean covered = message instanceof ChatMessage.System
                || message instanceof ChatMessage.User
                || (message instanceof ChatMessage.Assistant assistant
                        && assistant.audioId().isEmpty());
        return covered && message.content().size() == 1 && message.content().get(0) instanceof ContentPart.Text;
    }

    private static long partTokens(ModelTokens counting, ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return counting.text().applyAsLong(text.text());
        }
        if (part instanceof ContentPart.Media media) {
            return MediaTokens.tokens(media, counting.id().name(), counting.family(), counting.text());
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return counting.text().applyAsLong(refusal.text());
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            // Some providers read earlier reasoning again and some drop it; rather too many than too few.
            return counting.text().applyAsLong(reasoning.text());
        }
        if (part instanceof ContentPart.ToolCall call) {
            return counting.family().perToolCall
                    + counting.text().applyAsLong(call.name())
                    + counting.text().applyAsLong(call.argumentsJson());
        }
        if (part instanceof ContentPart.Opaque opaque && !opaque.plain().isEmpty()) {
            return opaque.plain().stream()
                    .mapToLong(plain -> partTokens(counting, plain))
                    .sum();
        }
        if (part instanceof ContentPart.Opaque opaque) {
            return counting.text().applyAsLong(opaque.text().orElse(opaque.json()));
        }
        throw new AssertionError(part.getClass());
    }

    private static long formatTokens(ModelTokens counting, Optional<ResponseFormat> format) {
        if (format.isEmpty() || !(format.get() instanceof ResponseFormat.JsonSchema schema)) {
            return 0;
        }
        return counting.text().applyAsLong(schema.name())
                + counting.text().applyAsLong(schema.description().orElse(""))
                + counting.text().applyAsLong(schema.schemaJson());
    }
}
