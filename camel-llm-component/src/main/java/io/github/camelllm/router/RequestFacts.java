package io.github.camelllm.router;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.tokens.TokenCount;
import io.github.camelllm.wire.RequestScan;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a request needs of the model that answers it. Holds no text of the request.
 *
 * @param needs what the model must be able to do
 * @param inputTokens the whole prompt, counted before the call
 * @param maxOutputTokens longest answer asked for; empty for the provider's default
 * @param answers how many answers are asked for, at least 1
 * @param streaming whether the answer comes in pieces
 * @param conversation a hash of the conversation's beginning: the same for all turns of one conversation
 */
public record RequestFacts(
        Set<Capability> needs,
        TokenCount inputTokens,
        OptionalInt maxOutputTokens,
        int answers,
        boolean streaming,
        String conversation) {
    /** Characters of one part that the hash looks at; the rest counts by its length. */
    private static final int HASHED_CHARS = 64 * 1024;

    public RequestFacts {
        needs = Set.copyOf(needs);
        if (answers < 1) {
            throw new IllegalArgumentException("expected at least 1 answer, but got " + answers);
        }
    }

    /** What a chat request needs. */
    public static RequestFacts of(ChatRequest request, TokenCount inputTokens, boolean streaming) {
        return new RequestFacts(
                needs(request),
                inputTokens,
                request.maxOutputTokens(),
                Math.max(1, request.n().orElse(1)),
                streaming,
                beginning(request.messages()));
    }

    /**
     * What a client's request needs that was looked at and holds text only.
     *
     * @param inputTokens estimated from its bytes
     */
    public static RequestFacts of(RequestScan scan, TokenCount inputTokens) {
        Set<Capability> needs = EnumSet.noneOf(Capability.class);
        if (scan.usesTools()) {
            needs.add(Capability.TOOLS);
        }
        if (scan.hasSchema()) {
            needs.add(Capability.STRUCTURED_OUTPUT);
        }
        if (scan.reasons()) {
            needs.add(Capability.REASONING);
        }
        StableHash beginning = new StableHash();
        for (RequestScan.Range range : scan.beginning()) {
            int length = range.to() - range.from();
            beginning.add(new String(scan.body(), range.from(), length, StandardCharsets.ISO_8859_1), HASHED_CHARS);
        }
        return new RequestFacts(
                needs, inputTokens, scan.maxOutputTokens(), scan.answers(), scan.stream(), beginning.hex());
    }

    private static Set<Capability> needs(ChatRequest request) {
        Set<Capability> needs = EnumSet.noneOf(Capability.class);
        if (!request.tools().isEmpty()) {
            needs.add(Capability.TOOLS);
        }
        if (request.responseFormat()
                .filter(ResponseFormat.JsonSchema.class::isInstance)
                .isPresent()) {
            needs.add(Capability.STRUCTURED_OUTPUT);
        }
        if (request.audio().isPresent()) {
            needs.add(Capability.AUDIO_OUTPUT);
        }
        if (request.reasoning().filter(RequestFacts::asksForReasoning).isPresent()) {
            needs.add(Capability.REASONING);
        }
        for (ChatMessage message : request.messages()) {
            if (message instanceof ChatMessage.Tool) {
                needs.add(Capability.TOOLS);
            }
            for (ContentPart part : message.content()) {
                if (part instanceof ContentPart.ToolCall) {
                    needs.add(Capability.TOOLS);
                } else if (!(message instanceof ChatMessage.Assistant)) {
                    addNeed(part, needs);
                }
            }
        }
        return needs;
    }

    private static void addNeed(ContentPart part, Set<Capability> needs) {
        if (part instanceof ContentPart.Media media) {
            addNeed(media, needs);
        } else if (part instanceof ContentPart.Opaque opaque) {
            opaque.plain().forEach(plain -> addNeed(plain, needs));
        }
    }

    /** Thinking that is turned off is asked of no model. */
    private static boolean asksForReasoning(ReasoningOptions options) {
        if (options.effort().isPresent()) {
            return options.effort().get() != ReasoningEffort.NONE;
        }
        if (options.budgetTokens().isPresent()) {
            return options.budgetTokens().getAsInt() != 0;
        }
        return options.includeThoughts().orElse(false);
    }

    private static void addNeed(ContentPart.Media media, Set<Capability> needs) {
        MediaKind kind = media.kind();
        switch (kind) {
            case IMAGE -> needs.add(Capability.IMAGE_INPUT);
            case AUDIO -> needs.add(Capability.AUDIO_INPUT);
            case VIDEO -> needs.add(Capability.VIDEO_INPUT);
            case DOCUMENT -> {
                if (!isText(media.source())) {
                    needs.add(Capability.PDF_INPUT);
                }
            }
        }
    }

    /** Documents of plain text are put into the prompt as text; a document of unknown type is most likely a PDF. */
    private static boolean isText(MediaSource source) {
        return source.mediaType()
                .map(type -> type.toLowerCase(Locale.ROOT))
                .filter(type -> type.startsWith("text/") || type.startsWith("application/json"))
                .isPresent();
    }

    /** System messages and the first user message: a provider's prompt cache knows prompts by their beginning. */
    private static String beginning(List<ChatMessage> messages) {
        StableHash hash = new StableHash();
        for (ChatMessage message : messages) {
            if (message instanceof ChatMessage.System || message instanceof ChatMessage.Developer) {
                add(message, hash);
            }
        }
        for (ChatMessage message : messages) {
            if (message instanceof ChatMessage.User) {
                add(message, hash);
                break;
            }
        }
        return hash.hex();
    }

    private static void add(ChatMessage message, StableHash hash) {
        hash.add(message.getClass().getSimpleName());
        for (ContentPart part : message.content()) {
            if (part instanceof ContentPart.Text text) {
                hash.add(text.text(), HASHED_CHARS);
            } else if (part instanceof ContentPart.Media media) {
                hash.add(media.kind().name()).add(reference(media.source()), HASHED_CHARS);
            } else {
                hash.add(part.getClass().getSimpleName());
            }
        }
    }

    private static String reference(MediaSource source) {
        if (source instanceof MediaSource.Inline inline) {
            return inline.base64();
        }
        if (source instanceof MediaSource.Url url) {
            return url.url();
        }
        if (source instanceof MediaSource.FileId file) {
            return file.id();
        }
        throw new AssertionError(source);
    }
}
