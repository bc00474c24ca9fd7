package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.testing.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares counts with the usage that providers reported, for recorded requests of plain text only, from the folder that
 * the property {@code llm.fixtures} or {@code LLM_FIXTURES} names.
 */
class RecordedUsageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern INPUT_TOKENS =
            Pattern.compile("\"(?:prompt_tokens|input_tokens|promptTokenCount|inputTokens)\": ?(\\d+)");
    /** Members beside the conversation that a request may have and still be plain text. */
    private static final Set<String> PLAIN_MEMBERS = Set.of(
            "model",
            "messages",
            "system",
            "input",
            "instructions",
            "contents",
            "systemInstruction",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "max_output_tokens",
            "temperature",
            "top_p",
            "generationConfig",
            "inferenceConfig",
            "safetySettings",
            "stop_sequences",
            "logprobs",
            "top_logprobs",
            "include",
            "background",
            "store",
            "user",
            "n",
            "seed",
            "thinking",
            "reasoning",
            "reasoning_effort",
            "reasoning_format",
            "additionalModelRequestFields",
            "metadata",
            "truncation",
            "parallel_tool_calls");
    /** Below this a token more or less is a large ratio. */
    private static final int FEWEST_TOKENS = 8;

    @Test
    void exactCountsEqualRecordedUsageAndEstimatesAreBetweenHalfAndTwice() throws IOException {
        Path folder = Recordings.requireFolder();
        TokenCounter counter = TokenCounter.create();
        List<String> outside = new ArrayList<>();
        StringBuilder table = new StringBuilder("counted / reported input tokens of plain text requests\n");
        int compared = 0;
        for (Path file : requests(folder)) {
            Optional<ChatRequest> request = plainRequest(file);
            OptionalLong reported = reportedInputTokens(file.getParent());
            if (request.isEmpty() || reported.isEmpty() || reported.getAsLong() < FEWEST_TOKENS) {
                continue;
            }
            TokenCount count = counter.count(request.get());
            double ratio = (double) count.tokens() / reported.getAsLong();
            String line = String.format(
                    "%5.2f  %5d / %5d  %-18s %s %s/%s%n",
                    ratio,
                    count.tokens(),
                    reported.getAsLong(),
                    count.method(),
                    request.get().model(),
                    file.getParent().getParent().getFileName(),
                    file.getParent().getFileName());
            table.append(line);
            compared++;
            boolean wrong = count.exact() ? count.tokens() != reported.getAsLong() : ratio < 0.5 || ratio > 2.0;
            if (wrong) {
                outside.add(line);
            }
        }
        System.out.println(table);
        assertThat(compared).isGreaterThan(5);
        assertThat(outside).isEmpty();
    }

    private static List<Path> requests(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("request.json")).sorted().collect(Collectors.toList());
        }
    }

    private static OptionalLong reportedInputTokens(Path folder) throws IOException {
        for (String name : List.of("response.json", "response.sse")) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                Matcher matcher = INPUT_TOKENS.matcher(Files.readString(file));
                long most = -1;
                while (matcher.find()) {
                    most = Math.max(most, Long.parseLong(matcher.group(1)));
                }
                return most < 0 ? OptionalLong.empty() : OptionalLong.of(most);
            }
        }
        return OptionalLong.empty();
    }

    /** The request if it holds nothing but texts under the roles that all dialects have. */
    private static Optional<ChatRequest> plainRequest(Path file) throws IOException {
        JsonNode recorded = JSON.readTree(file.toFile());
        JsonNode body = recorded.path("body");
        JsonNode meta = JSON.readTree(file.resolveSibling("meta.json").toFile());
        if (!recorded.path("recorded").asBoolean() || !body.isObject()) {
            return Optional.empty();
        }
        List<String> others = new ArrayList<>();
        body.fieldNames().forEachRemaining(name -> {
            if (!PLAIN_MEMBERS.contains(name)) {
                others.add(name);
            }
        });
        if (!others.isEmpty()) {
            return Optional.empty();
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (String member : List.of("system", "systemInstruction", "instructions")) {
            JsonNode system = body.path(member);
            if (!system.isMissingNode() && !system.isNull() && !system.isEmpty()) {
                Optional<String> text = text(system);
                if (text.isEmpty()) {
                    return Optional.empty();
                }
                messages.add(ChatMessage.System.of(text.get()));
            } else if (system.isTextual()) {
                messages.add(ChatMessage.System.of(system.asText()));
            }
        }
        if (body.path("input").isTextual()) {
            messages.add(ChatMessage.User.of(body.path("input").asText()));
        }
        for (String member : List.of("messages", "contents", "input")) {
            for (JsonNode message : body.path(member)) {
                JsonNode content = message.has("parts") ? message.path("parts") : message.path("content");
                Optional<String> text = text(content);
                if (text.isEmpty() || message.has("tool_calls")) {
                    return Optional.empty();
                }
                switch (message.path("role").asText()) {
                    case "system":
                        messages.add(ChatMessage.System.of(text.get()));
                        break;
                    case "user":
                        messages.add(ChatMessage.User.of(text.get()));
                        break;
                    case "assistant":
                    case "model":
                        messages.add(ChatMessage.Assistant.of(text.get()));
                        break;
                    default:
                        return Optional.empty();
                }
            }
        }
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        String model = body.path("model").asText(meta.path("model").asText());
        return Optional.of(ChatRequest.builder(model).messages(messages).build());
    }

    /** The text of a string, an object with text, or a list of such; empty if there is anything else. */
    private static Optional<String> text(JsonNode content) {
        if (content.isTextual()) {
            return Optional.of(content.asText());
        }
        if (content.isObject() && content.has("parts")) {
            return text(content.path("parts"));
        }
        StringBuilder joined = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("text").isTextual()) {
                return Optional.empty();
            }
            joined.append(part.path("text").asText());
        }
        return content.isArray() && joined.length() > 0 ? Optional.of(joined.toString()) : Optional.empty();
    }
}
