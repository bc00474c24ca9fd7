package io.github.camelllm.simulator;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingResult;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.tokens.TokenCount;
import io.github.camelllm.tokens.TokenCounter;
import java.util.List;

/**
 * Real token counts. Prompts for models whose tokenizer is known are counted as those models do; everything else with
 * OpenAI's {@code o200k_base}, in all dialects, since a simulated model may have any tokenizer. A message costs 4 tokens
 * beside its content and the answer's start costs 3, as OpenAI's cookbook counts; an image costs 258 tokens, a file one
 * token for each 750 of its bytes.
 */
final class TokenCounts {
    private static final int PER_MESSAGE = 4;
    private static final int PER_REPLY = 3;
    private static final int PER_TOOL = 8;
    private static final int PER_IMAGE = 258;
    private static final int BYTES_PER_FILE_TOKEN = 750;

    private static final TokenCounter COUNTER = TokenCounter.create();

    private TokenCounts() {}

    /** Loads the tokenizer, which takes some hundred milliseconds and must not happen on an event loop. */
    static void warmUp() {
        count("warm");
    }

    static int count(String text) {
        return text.isEmpty() ? 0 : Tokenizer.ENCODING.countTokensOrdinary(text);
    }

    /** The longest beginning of the text that has at most so many tokens. */
    static String truncate(String text, int tokens) {
        if (tokens <= 0) {
            return "";
        }
        if (text.length() <= tokens) {
            return text;
        }
        EncodingResult cut = Tokenizer.ENCODING.encodeOrdinary(text, tokens);
        return cut.isTruncated() ? Tokenizer.ENCODING.decode(cut.getTokens()) : text;
    }

    static IntArrayList tokens(String text) {
        return Tokenizer.ENCODING.encodeOrdinary(text);
    }

    /** Input tokens of a chat; as the model's own tokenizer counts them where that is known for sure. */
    static long input(ChatRequest request) {
        TokenCount known = COUNTER.count(request);
        return known.exact() ? known.tokens() : estimatedInput(request);
    }

    private static long estimatedInput(ChatRequest request) {
        long sum = PER_REPLY;
        for (ChatMessage message : request.messages()) {
            sum += PER_MESSAGE + parts(message.content());
        }
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Function function) {
                sum += PER_TOOL
                        + count(function.name())
                        + count(function.description().orElse(""))
                        + count(function.parametersJson().orElse(""));
            } else if (tool instanceof Tool.Native other) {
                sum += PER_TOOL + count(other.json());
            }
        }
        if (request.responseFormat().orElse(null) instanceof ResponseFormat.JsonSchema schema) {
            sum += count(schema.schemaJson());
        }
        return sum;
    }

    /** Tokens of what a model said or was told. */
    static long parts(List<ContentPart> parts) {
        long sum = 0;
        for (ContentPart part : parts) {
            sum += part(part);
        }
        return sum;
    }

    private static long part(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return count(text.text());
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            return count(reasoning.text());
        } else if (part instanceof ContentPart.Refusal refusal) {
            return count(refusal.text());
        } else if (part instanceof ContentPart.ToolCall call) {
            return (long) PER_TOOL + count(call.name()) + count(call.argumentsJson());
        } else if (part instanceof ContentPart.Opaque opaque) {
            return count(opaque.json());
        } else if (part instanceof ContentPart.Media media) {
            return media(media);
        }
        throw new AssertionError(part.getClass());
    }

    private static long media(ContentPart.Media media) {
        if (media.source() instanceof MediaSource.Inline inline && media.kind() != MediaKind.IMAGE) {
            return Math.max(1, inline.base64().length() * 3L / 4 / BYTES_PER_FILE_TOKEN);
        }
        return PER_IMAGE;
    }

    /** Loaded at the first count; the vocabulary takes some 10 MB. */
    private static final class Tokenizer {
        static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }
}
