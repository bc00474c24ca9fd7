package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Usage;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a script: a YAML file that sets up a simulator.
 *
 * <pre>{@code
 * answers:                                  # the first that matches answers
 *   - match: {model: gpt-*, contains: weather}
 *     toolCalls: [{name: get_weather, arguments: {city: Oslo}}]
 *   - match: {regex: "order \\d+", times: 2}
 *     text: It is on its way.
 *     pacing: {firstChunk: 300ms~2s, gap: 20ms}
 *   - match: {model: broken}
 *     fault: status=429;retry-after=2
 * otherwise: deterministic                  # or echo
 * faults:
 *   - {fault: reset, probability: 0.01, seed: 7}
 *   - {fault: stall=3, calls: 5..7}
 * pacing: {firstChunk: 200ms, gap: 20ms}
 * models: [gpt-sim, claude-sim]
 * }</pre>
 */
public final class Script {
    private static final Set<String> TOP = Set.of(
            "answers",
            "otherwise",
            "words",
            "faults",
            "pacing",
            "models",
            "onlyListedModels",
            "keys",
            "limits",
            "contextWindowTokens",
            "promptCache",
            "embeddingDimensions",
            "seed",
            "port",
            "host");
    private static final Set<String> ANSWER = Set.of(
            "match", "text", "json", "toolCalls", "reasoning", "refusal", "finish", "usage", "pacing", "fault", "echo");
    private static final Set<String> MATCH = Set.of("model", "contains", "regex", "times");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");

    private Script() {}

    /**
     * Applies a script's settings to a builder.
     *
     * @throws ScriptException if the file cannot be read or is no script
     */
    public static void apply(Path file, Simulator.Builder builder) {
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ScriptException(file + ": expected a script, there is no such file", e);
        } catch (MalformedInputException e) {
            throw new ScriptException(file + ": expected text in UTF-8", e);
        } catch (IOException e) {
            throw new ScriptException(file + ": the script could not be read: " + e.getMessage(), e);
        }
        apply(file.getFileName().toString(), yaml, builder);
    }

    /**
     * Applies a script's settings to a builder.
     *
     * @param name names the script in errors
     * @throws ScriptException if the text is no script
     */
    public static void apply(String name, String yaml, Simulator.Builder builder) {
        Optional<ScriptNode> root = ScriptNode.read(name, yaml);
        if (root.isEmpty()) {
            return;
        }
        Map<String, ScriptNode> top = root.get().members(TOP);
        builder.responder(responder(top));
        if (top.containsKey("faults")) {
            builder.faults(faults(top.get("faults")));
        }
        set(top, "pacing", node -> builder.pacing(pacing(node)));
        set(top, "models", node -> builder.models(node.texts().toArray(new String[0])));
        set(top, "onlyListedModels", node -> builder.onlyListedModels(node.flag()));
        set(top, "keys", node -> builder.apiKeys(node.texts().toArray(new String[0])));
        set(top, "limits", node -> builder.rateLimit(limits(node)));
        set(top, "contextWindowTokens", node -> builder.contextWindowTokens(node.number(1, 1_000_000_000)));
        set(top, "promptCache", node -> builder.promptCache(node.flag()));
        set(top, "embeddingDimensions", node -> builder.embeddingDimensions((int) node.number(1, 16_384)));
        set(top, "seed", node -> builder.seed(node.number(Long.MIN_VALUE, Long.MAX_VALUE)));
        set(top, "port", node -> builder.port((int) node.number(0, 65_535)));
        set(top, "host", node -> builder.host(node.text()));
    }

    private static void set(Map<String, ScriptNode> members, String key, Consumer<ScriptNode> setter) {
        ScriptNode node = members.get(key);
        if (node != null) {
            setter.accept(node);
        }
    }

    private static Responder responder(Map<String, ScriptNode> top) {
        Responder otherwise = Responders.deterministic();
        ScriptNode words = top.get("words");
        if (words != null) {
            otherwise = Responders.deterministic().withWords((int) words.number(1, 100_000));
        }
        ScriptNode mode = top.get("otherwise");
        if (mode != null) {
            switch (mode.text()) {
                case "deterministic":
                    break;
                case "echo":
                    otherwise = Responders.echo();
                    break;
                default:
                    throw mode.wrong("deterministic or echo");
            }
        }
        ScriptNode answers = top.get("answers");
        if (answers == null) {
            return otherwise;
        }
        Responders.Rules rules = Responders.rules();
        for (ScriptNode answer : answers.items()) {
            rule(answer, rules);
        }
        return rules.otherwise(otherwise);
    }

    private static void rule(ScriptNode node, Responders.Rules rules) {
        Map<String, ScriptNode> members = node.members(ANSWER);
        Predicate<ChatRequest> test = request -> true;
        long times = Long.MAX_VALUE;
        ScriptNode match = members.get("match");
        if (match != null) {
            Map<String, ScriptNode> conditions = match.members(MATCH);
            for (Map.Entry<String, ScriptNode> condition : conditions.entrySet()) {
                if (condition.getKey().equals("times")) {
                    times = condition.getValue().number(1, Long.MAX_VALUE - 1);
                } else {
                    test = test.and(condition(condition.getKey(), condition.getValue()));
                }
            }
        }
        Responder responder = answer(node, members);
        if (times == Long.MAX_VALUE) {
            rules.when(test, responder);
        } else {
            rules.when(test, times, responder);
        }
    }

    private static Predicate<ChatRequest> condition(String key, ScriptNode node) {
        switch (key) {
            case "model":
                Pattern model = Globs.pattern(node.text());
                return request -> model.matcher(request.model()).matches();
            case "contains":
                String words = node.text();
                return request -> Prompts.contains(request, words);
            default:
                Pattern regex = node.parsed(Pattern::compile);
                return request -> regex.matcher(Prompts.lastUserText(request)).find();
        }
    }

    private static Responder answer(ScriptNode node, Map<String, ScriptNode> members) {
        List<ContentPart> parts = new ArrayList<>();
        set(members, "reasoning", reasoning -> parts.add(ContentPart.Reasoning.of(reasoning.text())));
        set(members, "text", text -> parts.add(ContentPart.Text.of(text.text())));
        set(members, "json", json -> parts.add(ContentPart.Text.of(json.json().toString())));
        set(members, "refusal", refusal -> parts.add(new ContentPart.Refusal(refusal.text())));
        set(members, "toolCalls", calls -> calls.items().forEach(call -> parts.add(toolCall(call))));
        boolean echo = members.containsKey("echo") && members.get("echo").flag();
        if (parts.isEmpty() && !echo && !members.containsKey("fault")) {
            throw node.wrong("an answer with text, json, toolCalls, refusal, fault or echo: true");
        }
        Optional<FinishReason> finish =
                Optional.ofNullable(members.get("finish")).map(Script::finish);
        Optional<Usage> usage = Optional.ofNullable(members.get("usage")).map(Script::usage);
        Optional<Pacing> pacing = Optional.ofNullable(members.get("pacing")).map(Script::pacing);
        Optional<Fault> fault = Optional.ofNullable(members.get("fault")).map(value -> value.parsed(Fault::parse));
        return request -> {
            List<ContentPart> said = echo ? List.of(ContentPart.Text.of(Prompts.lastUserText(request))) : parts;
            ScriptedAnswer answer = ScriptedAnswer.of(said);
            answer = finish.isPresent() ? answer.withFinish(finish.get()) : answer;
            answer = usage.isPresent() ? answer.withUsage(usage.get()) : answer;
            answer = pacing.isPresent() ? answer.withPacing(pacing.get()) : answer;
            return fault.isPresent() ? answer.withFault(fault.get()) : answer;
        };
    }

    private static ContentPart toolCall(ScriptNode node) {
        Map<String, ScriptNode> members = node.members(Set.of("id", "name", "arguments"));
        if (!members.containsKey("name")) {
            throw node.wrong("a tool call with a name");
        }
        ScriptNode arguments = members.get("arguments");
        String json = arguments == null
                ? "{}"
                : arguments.isScalar() ? arguments.text() : arguments.json().toString();
        String id = Optional.ofNullable(members.get("id")).map(ScriptNode::text).orElse("");
        return ContentPart.ToolCall.of(id, members.get("name").text(), json);
    }

    private static FinishReason finish(ScriptNode node) {
        for (FinishReason reason : FinishReason.values()) {
            if (reason.name().equalsIgnoreCase(node.text().replace('-', '_'))) {
                return reason;
            }
        }
        throw node.wrong("stop, length, tool_calls, content_filter, pause or other");
    }

    private static Usage usage(ScriptNode node) {
        Map<String, ScriptNode> members =
                node.members(Set.of("inputTokens", "outputTokens", "cacheReadInputTokens", "reasoningOutputTokens"));
        Usage.Builder usage = Usage.builder();
        set(members, "inputTokens", tokens -> usage.inputTokens(tokens(tokens)));
        set(members, "outputTokens", tokens -> usage.outputTokens(tokens(tokens)));
        set(members, "cacheReadInputTokens", tokens -> usage.cacheReadInputTokens(tokens(tokens)));
        set(members, "reasoningOutputTokens", tokens -> usage.reasoningOutputTokens(tokens(tokens)));
        return usage.build();
    }

    private static long tokens(ScriptNode node) {
        return node.number(0, 1_000_000_000_000L);
    }

    private static Pacing pacing(ScriptNode node) {
        Map<String, ScriptNode> members = node.members(Set.of("firstChunk", "gap", "tokensPerChunk"));
        Pacing pacing = Pacing.IMMEDIATE;
        if (members.containsKey("firstChunk")) {
            pacing = pacing.withFirstChunk(members.get("firstChunk").parsed(Latency::parse));
        }
        if (members.containsKey("gap")) {
            pacing = pacing.withGap(members.get("gap").parsed(Latency::parse));
        }
        if (members.containsKey("tokensPerChunk")) {
            pacing = pacing.withTokensPerChunk(
                    (int) members.get("tokensPerChunk").number(1, 100_000));
        }
        return pacing;
    }

    private static RateLimit limits(ScriptNode node) {
        Map<String, ScriptNode> members = node.members(Set.of("requestsPerMinute", "tokensPerMinute", "counting"));
        long requests = Optional.ofNullable(members.get("requestsPerMinute"))
                .map(value -> value.number(1, 100_000_000))
                .orElse(0L);
        long tokens = Optional.ofNullable(members.get("tokensPerMinute"))
                .map(value -> value.number(1, 100_000_000))
                .orElse(0L);
        RateLimit.Counting counting = Optional.ofNullable(members.get("counting"))
                .map(value -> value.parsed(Script::counting))
                .orElse(RateLimit.Counting.BUCKET);
        return new RateLimit(requests, tokens, counting);
    }

    private static RateLimit.Counting counting(String word) {
        for (RateLimit.Counting counting : RateLimit.Counting.values()) {
            if (counting.name().toLowerCase(Locale.ROOT).equals(word)) {
                return counting;
            }
        }
        throw new IllegalArgumentException("expected bucket, fixed or sliding, got " + word);
    }

    private static FaultPlan faults(ScriptNode list) {
        FaultPlan.Builder plan = FaultPlan.builder();
        for (ScriptNode node : list.items()) {
            Map<String, ScriptNode> members =
                    node.members(Set.of("fault", "calls", "probability", "seed", "model", "words"));
            if (!members.containsKey("fault")) {
                throw node.wrong("a fault");
            }
            Fault fault = members.get("fault").parsed(Fault::parse);
            if (members.containsKey("calls")) {
                Matcher range = RANGE.matcher(members.get("calls").text());
                if (!range.matches()) {
                    throw members.get("calls").wrong("a number or a range such as 3..5");
                }
                long first = Long.parseLong(range.group(1));
                long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
                members.get("calls").parsed(text -> plan.onCalls(first, last, fault));
            } else if (members.containsKey("probability")) {
                long seed = members.containsKey("seed") ? members.get("seed").number(0, Long.MAX_VALUE) : 0;
                plan.withProbability(members.get("probability").share(), seed, fault);
            } else if (members.containsKey("model")) {
                plan.forModel(members.get("model").text(), fault);
            } else if (members.containsKey("words")) {
                plan.forWords(members.get("words").text().toLowerCase(Locale.ROOT), fault);
            } else {
                throw node.wrong("a fault with calls, probability, model or words");
            }
        }
        return plan.build();
    }
}
