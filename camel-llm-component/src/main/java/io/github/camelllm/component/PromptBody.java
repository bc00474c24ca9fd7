package io.github.camelllm.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the message body as a question. Text becomes the prompt; a {@link ChatRequest}, a list of messages, and Map, List
 * and JSON bodies in OpenAI's shape become the conversation; files, bytes and streams become text or media by their type.
 */
final class PromptBody {
    private final String target;
    private final LlmConfiguration configuration;
    private final OpenAiShape openAiShape;
    private final @Nullable Expression template;

    /**
     * @param target provider and model, for error messages
     * @param template makes the prompt of each message; null if there is none
     */
    PromptBody(String target, LlmConfiguration configuration, OpenAiShape openAiShape, @Nullable Expression template) {
        this.target = target;
        this.configuration = configuration;
        this.openAiShape = openAiShape;
        this.template = template;
    }

    /**
     * The request that the body stands for, with no more than what the body says.
     *
     * @throws LlmInvalidRequestException if there is nothing to ask, or the body is of a kind that cannot be asked
     */
    ChatRequest read(Exchange exchange, String model) {
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (body instanceof ChatRequest request) {
            return request;
        }
        if (body instanceof ChatMessage single) {
            return ChatRequest.builder(model).message(single).build();
        }
        if (template != null && body != null && isData(body)) {
            // A template has the body where it wants it.
            return ChatRequest.builder(model)
                    .message(ChatMessage.User.of(required(prompt(exchange, message))))
                    .build();
        }
        if (body instanceof List<?> list && !list.isEmpty()) {
            return ofList(list, model);
        }
        if (body instanceof Map<?, ?> map) {
            return ofMap(map, model);
        }
        if (body instanceof JsonNode json) {
            return openAiShape.request(json, model);
        }
        if (configuration.getBodyFormat().equals("openai")) {
            return openAiShape.request(json(message), model);
        }
        return ChatRequest.builder(model)
                .message(ChatMessage.User.of(userContent(exchange, message)))
                .build();
    }

    /** Whether a body is a record of its user's and neither a request nor a conversation. */
    private static boolean isData(Object body) {
        if (body instanceof Map<?, ?> map) {
            return !map.containsKey("messages") && !map.containsKey("role");
        }
        if (body instanceof JsonNode json) {
            return !json.has("messages") && !json.has("role");
        }
        return body instanceof List<?> list
                && list.stream()
                        .noneMatch(element -> element instanceof ChatMessage
                                || element instanceof Map<?, ?> map && map.containsKey("role"));
    }

    private ChatRequest ofList(List<?> list, String model) {
        List<ChatMessage> messages = new ArrayList<>(list.size());
        for (Object element : list) {
            if (element instanceof ChatMessage message) {
                messages.add(message);
            }
        }
        if (messages.size() == list.size()) {
            return ChatRequest.builder(model).messages(messages).build();
        }
        if (!messages.isEmpty()) {
            throw invalid("a list body must hold ChatMessage values only, or Map values in OpenAI's shape only");
        }
        return openAiShape.request(Map.of("messages", list), model);
    }

    private ChatRequest ofMap(Map<?, ?> map, String model) {
        if (map.containsKey("messages")) {
            return openAiShape.request(map, model);
        }
        if (map.containsKey("role")) {
            return openAiShape.request(Map.of("messages", List.of(map)), model);
        }
        throw invalid("a Map body must have 'messages' or 'role' (OpenAI's shape); it has neither");
    }

    private JsonNode json(Message message) {
        byte[] bytes = bytes(message);
        try {
            return Json.tree(bytes, 0, bytes.length);
        } catch (JsonProcessingException e) {
            throw invalid("bodyFormat=openai needs a JSON body; the body is no JSON at " + Json.where(e));
        }
    }

    private List<ContentPart> userContent(Exchange exchange, Message message) {
        String prompt = prompt(exchange, message);
        Object body = message.getBody();
        if (body == null || body instanceof String) {
            String words = prompt != null ? prompt : body instanceof String text && !text.isBlank() ? text : null;
            if (words == null) {
                words = configuration.getUserMessage();
            }
            return List.of(ContentPart.Text.of(required(words)));
        }
        ContentPart part = contentPart(message);
        if (part instanceof ContentPart.Text text) {
            if (prompt != null && template != null) {
                // A template has the body where it wants it.
                return List.of(ContentPart.Text.of(required(prompt)));
            }
            String question = prompt != null ? prompt : configuration.getUserMessage();
            return question == null
                    ? List.of(ContentPart.Text.of(required(text.text())))
                    : List.of(ContentPart.Text.of(question), text);
        }
        String question = prompt != null ? prompt : configuration.getUserMessage();
        return question == null ? List.of(part) : List.of(ContentPart.Text.of(question), part);
    }

    private @Nullable String prompt(Exchange exchange, Message message) {
        String header = message.getHeader(LlmConstants.USER_MESSAGE, String.class);
        if (header != null) {
            return header;
        }
        return template == null ? null : template.evaluate(exchange, String.class);
    }

    private String required(@Nullable String words) {
        if (words == null || words.isBlank()) {
            throw invalid("there is nothing to ask: the body is empty, and neither the header "
                    + LlmConstants.USER_MESSAGE + " nor the option userMessage or promptTemplate is set");
        }
        return words;
    }

    private ContentPart contentPart(Message message) {
        if (!isBytes(message.getBody())) {
            String text = message.getBody(String.class);
            if (text == null) {
                throw invalid("the body is a " + message.getBody().getClass().getName()
                        + ", which is neither text nor media and does not convert to text");
            }
            return ContentPart.Text.of(text);
        }
        byte[] bytes = bytes(message);
        Optional<String> name = Optional.ofNullable(message.getHeader(Exchange.FILE_NAME_ONLY, String.class))
                .or(() -> Optional.ofNullable(message.getHeader(Exchange.FILE_NAME, String.class)))
                .or(() -> Optional.ofNullable(fileName(message.getBody())));
        Optional<String> contentType = Optional.ofNullable(message.getHeader(LlmConstants.MEDIA_TYPE, String.class))
                .or(() -> Optional.ofNullable(message.getHeader(Exchange.CONTENT_TYPE, String.class)))
                .or(() -> Optional.ofNullable(message.getHeader(Exchange.FILE_CONTENT_TYPE, String.class)));
        Optional<String> type = contentType
                .flatMap(MediaTypes::declared)
                .or(() -> name.flatMap(MediaTypes::ofFileName))
                .or(() -> MediaTypes.ofContent(bytes));
        if (type.isEmpty() || MediaTypes.isText(type.get())) {
            Charset charset = contentType.map(MediaTypes::charset).orElse(StandardCharsets.UTF_8);
            return ContentPart.Text.of(MediaTypes.text(bytes, charset)
                    .orElseThrow(() -> invalid("the body's " + bytes.length + " bytes are no " + charset
                            + " text and of no known media type; say what they are in the header "
                            + LlmConstants.MEDIA_TYPE + " or Content-Type")));
        }
        return ContentPart.Media.of(type.get(), bytes, name);
    }

    private static boolean isBytes(Object body) {
        return body instanceof byte[]
                || body instanceof InputStream
                || body instanceof StreamCache
                || body instanceof WrappedFile
                || body instanceof File
                || body instanceof Path;
    }

    private static @Nullable String fileName(Object body) {
        if (body instanceof File file) {
            return file.getName();
        }
        return body instanceof Path path && path.getFileName() != null ? String.valueOf(path.getFileName()) : null;
    }

    /** The body's bytes, read up to the limit; a stream cache is left ready to be read again. */
    private byte[] bytes(Message message) {
        Object body = message.getBody();
        long limit = configuration.getMaxInputBytes();
        try {
            byte[] bytes;
            if (body instanceof byte[] array) {
                bytes = array;
            } else if (body instanceof Path path) {
                bytes = read(Files.newInputStream(path), limit);
            } else if (body instanceof String text) {
                bytes = text.getBytes(StandardCharsets.UTF_8);
            } else {
                InputStream in = message.getMandatoryBody(InputStream.class);
                bytes = read(in, limit);
                if (body instanceof StreamCache cache) {
                    cache.reset();
                }
            }
            if (bytes.length > limit) {
                throw tooLarge(limit);
            }
            return bytes;
        } catch (IOException e) {
            throw new RuntimeCamelException("The message body could not be read", e);
        } catch (LlmException e) {
            throw e;
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }

    private byte[] read(InputStream in, long limit) throws IOException {
        try (in) {
            byte[] bytes = in.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 16));
            if (bytes.length > limit) {
                throw tooLarge(limit);
            }
            return bytes;
        }
    }

    private LlmInvalidRequestException tooLarge(long limit) {
        return invalid("the body exceeds maxInputBytes=" + limit);
    }

    private LlmInvalidRequestException invalid(String what) {
        int slash = target.indexOf('/');
        return new LlmInvalidRequestException(
                target + ": " + what,
                ErrorDetails.local(
                        target.substring(0, slash), target.substring(slash + 1), "invalid_message_body", false),
                null);
    }
}
