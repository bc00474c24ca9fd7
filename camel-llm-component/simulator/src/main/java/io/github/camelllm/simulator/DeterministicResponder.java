package io.github.camelllm.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers as a model might, always the same to the same question:
 *
 * <ul>
 *   <li>a JSON schema gets an instance of it, with values taken from the prompt where they fit;
 *   <li>a tool is called if the tool choice demands it, or if the last user message says {@code call tool NAME}; its
 *       arguments conform to the tool's schema;
 *   <li>a conversation that ends with tool results gets an answer that quotes them;
 *   <li>media are named in the answer; reasoning comes first if it was asked for;
 *   <li>everything else gets prose: as many words as the prompt asks for ({@code 200 words}), else the default.
 * </ul>
 *
 * The request's output limit and stop strings hold.
 */
public final class DeterministicResponder implements Responder {
    static final DeterministicResponder DEFAULT = new DeterministicResponder(45);

    private static final int MAX_WORDS = 100_000;
    private static final Pattern WORDS_ASKED = Pattern.compile("\\b(\\d{1,6})[ -]words?\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern CALL_TOOL =
            Pattern.compile("\\bcall tool ([A-Za-z0-9_.-]+)", Pattern.CASE_INSENSITIVE);

    private final int words;

    private DeterministicResponder(int words) {
        this.words = words;
    }

    /** The same responder with another length of prose, in words. */
    public DeterministicResponder withWords(int count) {
        if (count < 1 || count > MAX_WORDS) {
            throw new IllegalArgumentException("words: expected 1 to " + MAX_WORDS + ", got " + count);
        }
        return new DeterministicResponder(count);
    }

    @Override
    public ScriptedAnswer answer(ChatRequest request) {
        long seed = Prompts.hash(request);
        List<ContentPart> calls = toolCalls(request, seed);
        List<List<ContentPart>> choices = new ArrayList<>();
        int wanted = request.n().orElse(1);
        for (int choice = 0; choice < Math.max(1, Math.min(wanted, 128)); choice++) {
            List<ContentPart> parts = new ArrayList<>();
            long choiceSeed = choice == 0 ? seed : Hash.mix(seed + choice);
            if (Prompts.reasons(request)) {
                parts.add(reasoning(choiceSeed));
            }
            parts.addAll(calls.isEmpty() ? List.of(ContentPart.Text.of(text(request, choiceSeed))) : calls);
            choices.add(parts);
        }
        return OutputLimits.apply(request, ScriptedAnswer.of(choices.get(0)).withChoices(choices));
    }

    private String text(ChatRequest request, long seed) {
        ResponseFormat format = request.responseFormat().orElseGet(ResponseFormat.Text::new);
        if (format instanceof ResponseFormat.JsonSchema schema) {
            return instance(schema.schemaJson(), Prompts.lastUserText(request), seed)
                    .toString();
        }
        String words = plainText(request, seed);
        return format instanceof ResponseFormat.JsonObject
                ? JsonNodeFactory.instance.objectNode().put("answer", words).toString()
                : words;
    }

    private String plainText(ChatRequest request, long seed) {
        List<ChatMessage.Tool> results = Prompts.lastToolResults(request);
        if (!results.isEmpty()) {
            return quote(results);
        }
        String seen = mediaNote(request);
        Matcher asked = WORDS_ASKED.matcher(Prompts.lastUserText(request));
        if (asked.find()) {
            return seen + Prose.exactly(seed, Math.max(1, Math.min(Integer.parseInt(asked.group(1)), MAX_WORDS)));
        }
        return seen + Prose.words(seed, words);
    }

    private static String quote(List<ChatMessage.Tool> results) {
        StringBuilder text = new StringBuilder();
        for (ChatMessage.Tool result : results) {
            text.append(text.length() == 0 ? "" : "\n");
            text.append(result.error() ? "The tool failed: " : "The tool answered: ")
                    .append(result.text());
        }
        return text.toString();
    }

    private static String mediaNote(ChatRequest request) {
        StringBuilder note = new StringBuilder();
        for (ContentPart part :
                Prompts.lastUser(request).map(ChatMessage.User::content).orElse(List.of())) {
            if (part instanceof ContentPart.Media media) {
                note.append("I see the ").append(media.kind().name().toLowerCase(Locale.ROOT));
                media.name().ifPresent(name -> note.append(" '").append(name).append('\''));
                media.source()
                        .mediaType()
                        .ifPresent(type -> note.append(" (").append(type).append(')'));
                note.append(". ");
            }
        }
        return note.toString();
    }

    private static ContentPart reasoning(long seed) {
        String thought = "First I look at the question. " + Prose.sentence(Hash.mix(seed + 17)) + " "
                + Prose.sentence(Hash.mix(seed + 18));
        return ContentPart.Reasoning.of(thought);
    }

    private static List<ContentPart> toolCalls(ChatRequest request, long seed) {
        List<Tool.Function> callable = Prompts.callable(request);
        List<ContentPart> calls = new ArrayList<>();
        if (Prompts.lastToolResults(request).isEmpty()) {
            Matcher trigger = CALL_TOOL.matcher(Prompts.lastUserText(request));
            while (trigger.find()) {
                for (Tool.Function function : callable) {
                    if (function.name().equals(trigger.group(1).replaceFirst("\\.+$", ""))) {
                        calls.add(toolCall(function, request, seed));
                    }
                }
            }
        }
        if (calls.isEmpty() && Prompts.mustCall(request) && !callable.isEmpty()) {
            calls.add(toolCall(callable.get(Hash.index(seed, callable.size())), request, seed));
        }
        boolean single =
                request.parallelToolCalls().filter(parallel -> !parallel).isPresent();
        return single && calls.size() > 1 ? calls.subList(0, 1) : calls;
    }

    private static ContentPart toolCall(Tool.Function function, ChatRequest request, long seed) {
        String arguments = function.parametersJson()
                .map(schema -> instance(schema, Prompts.lastUserText(request), Hash.of(seed, function.name()))
                        .toString())
                .orElse("{}");
        return ContentPart.ToolCall.of("", function.name(), arguments);
    }

    private static JsonNode instance(String schemaJson, String text, long seed) {
        try {
            return SchemaInstances.instance(Json.MAPPER.readTree(schemaJson), text, seed);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the schema is no JSON at " + Json.where(e), e);
        }
    }
}
