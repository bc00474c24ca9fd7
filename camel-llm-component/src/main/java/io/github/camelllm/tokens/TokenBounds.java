package io.github.camelllm.tokens;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;

/**
 * Numbers of input tokens that are not exceeded. Tokenizers cut texts into pieces of at least one byte of UTF-8, so that a
 * text has at most as many tokens as bytes; what providers put around texts is counted generously, and media at twice their
 * estimate. About 1 ns a character.
 */
final class TokenBounds {
    private static final long PER_REQUEST = 64;
    private static final long PER_PART = 16;
    /** Anthropic puts up to some 700 tokens before a request with tools. */
    private static final long WITH_TOOLS = 1_024;

    private static final long PER_TOOL = 64;
    private static final long WITH_SCHEMA = 512;

    private TokenBounds() {}

    static long most(ChatRequest request, ModelTokens counting) {
        long most = PER_REQUEST;
        for (ChatMessage message : request.messages()) {
            most += PER_PART;
            for (ContentPart part : message.content()) {
                most += PER_PART + most(part, counting);
            }
        }
        if (!request.tools().isEmpty()) {
            most += WITH_TOOLS;
            for (Tool tool : request.tools()) {
                most += PER_TOOL + most(tool);
            }
        }
        if (request.responseFormat().isPresent()
                && request.responseFormat().get() instanceof ResponseFormat.JsonSchema schema) {
            most += WITH_SCHEMA
                    + bytes(schema.name())
                    + bytes(schema.description().orElse(""))
                    + bytes(schema.schemaJson());
        }
        return most;
    }

    static long most(EmbeddingsRequest request) {
        long most = 0;
        for (String input : request.inputs()) {
            most += PER_PART + bytes(input);
        }
        return most;
    }

    private static long most(Tool tool) {
        if (tool instanceof Tool.Function function) {
            return bytes(function.name())
                    + bytes(function.description().orElse(""))
                    + bytes(function.parametersJson().orElse(""));
        }
        return bytes(((Tool.Native) tool).json());
    }

    private static long most(ContentPart part, ModelTokens counting) {
        if (part instanceof ContentPart.Text text) {
            return bytes(text.text());
        }
        if (part instanceof ContentPart.Media media) {
            return 2 * MediaTokens.tokens(media, counting.id().name(), counting.family(), counting.text());
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return bytes(refusal.text());
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return bytes(reasoning.text());
        }
        if (part instanceof ContentPart.ToolCall call) {
            return bytes(call.name()) + bytes(call.argumentsJson());
        }
        if (part instanceof ContentPart.Opaque opaque) {
            return most(opaque, counting);
        }
        throw new AssertionError(part.getClass());
    }

    /** Its media as such, and all its other JSON. */
    private static long most(ContentPart.Opaque opaque, ModelTokens counting) {
        long most = bytes(opaque.json());
        for (ContentPart part : opaque.plain()) {
            if (part instanceof ContentPart.Media media) {
                most += most(media, counting);
                // Text of a document stands in the JSON as it is, not as base64.
                if (media.source() instanceof MediaSource.Inline inline
                        && !inline.type().startsWith("text/")) {
                    most -= Math.min(most, inline.base64().length());
                }
            }
        }
        return most;
    }

    /** Bytes in UTF-8. */
    static long bytes(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // Both halves of a pair count 2, which makes its 4 bytes.
                bytes += c >= 0x800 && !Character.isSurrogate(c) ? 2 : 1;
            }
        }
        return bytes;
    }
}
