package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Answers chats: asks the responder, counts tokens, and lays the answer out in steps. Thread-safe. */
final class ChatAnswers {
    private static final String FINGERPRINT = "fp_simulator";

    private final SimulatorOptions options;
    private final PromptCache promptCache = new PromptCache();

    ChatAnswers(SimulatorOptions options) {
        this.options = options;
    }

    /**
     * @param number the request's, from which ids and draws come
     * @param headers to be sent with the answer
     * @param answer as the responder gave it
     * @param fault what goes wrong with it
     * @param jsonArray whether a stream is sent as one JSON array
     */
    Reply reply(
            SimulatedDialect dialect,
            ChatServerCodec.ServedRequest served,
            long number,
            Map<String, String> headers,
            ScriptedAnswer answer,
            Optional<Fault> fault,
            boolean jsonArray) {
        ChatRequest request = served.request();
        Pacing pacing = answer.pacing().orElse(options.pacing());
        SplittableRandom random = new SplittableRandom(Hash.mix(options.seed() + number));
        ChatResponse whole = response(dialect, request, answer, number);
        if (fault.orElse(null) instanceof Fault.AnswerFiltered filtered) {
            whole = AnswerEvents.filteredAfter(whole, filtered.afterChunks(), pacing.tokensPerChunk());
        } else if (fault.orElse(null) instanceof Fault.PromptFiltered) {
            whole = refusal(whole);
        }
        ChatResponse sent = fault.orElse(null) instanceof Fault.NoUsage ? withoutUsage(whole) : whole;
        Duration first = pacing.firstChunk().sample(random);
        Iterator<Step> steps;
        Reply.Billing billing;
        if (served.stream()) {
            AnswerEvents events = new AnswerEvents(sent, pacing.tokensPerChunk());
            ChatServerCodec.StreamEncoder encoder = Codecs.of(dialect).streamEncoder(served);
            steps = Replies.after(first, Replies.streamed(headers, events, encoder, pacing.gap(), random));
            billing = new StreamBilling(whole, events);
        } else {
            Duration rest = gaps(sent, pacing, random);
            byte[] body = Codecs.of(dialect).encode(sent, served);
            steps = Replies.after(first.plus(rest), Replies.buffered(200, headers, body));
            billing = new BufferedBilling(whole);
        }
        if (fault.isEmpty()) {
            return Reply.answered(jsonArray ? new JsonArraySteps(steps) : steps, billing);
        }
        String requestId = requestId(number);
        // Events are made items of the array when they are whole, so what cuts them to pieces comes after.
        Iterator<Step> faulted = jsonArray && fault.get() instanceof Fault.Drip
                ? FaultSteps.apply(fault.get(), dialect, requestId, new JsonArraySteps(steps))
                : FaultSteps.apply(fault.get(), dialect, requestId, steps);
        boolean convert = jsonArray && !(fault.get() instanceof Fault.Drip);
        return Reply.faulted(convert ? new JsonArraySteps(faulted) : faulted, billing);
    }

    /** How long the gaps of the streamed twin would take. */
    private static Duration gaps(ChatResponse answer, Pacing pacing, SplittableRandom random) {
        if (pacing.gap().equals(Latency.NONE)) {
            return Duration.ZERO;
        }
        int chunks = AnswerEvents.chunks(answer, pacing.tokensPerChunk());
        Duration sum = Duration.ZERO;
        for (int i = 1; i < chunks; i++) {
            sum = sum.plus(pacing.gap().sample(random));
        }
        return sum;
    }

    private ChatResponse response(SimulatedDialect dialect, ChatRequest request, ScriptedAnswer answer, long number) {
        long ids = Hash.mix(options.seed() * 31 + number);
        int wanted = Math.max(
                answer.choices().size(), Math.max(1, Math.min(request.n().orElse(1), 128)));
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            List<ContentPart> parts = withIds(dialect, answer.parts(i), ids + i);
            Finish finish = answer.finishOf(i);
            choices.add(new Choice(i, ChatMessage.Assistant.of(parts), Optional.of(finish), List.of()));
        }
        Usage usage = answer.usage().orElseGet(() -> usage(dialect, request, choices));
        return new ChatResponse(
                Optional.of(answerId(dialect, ids)),
                Optional.of(request.model()),
                Optional.of(Instant.ofEpochSecond(Instant.now().getEpochSecond())),
                choices,
                Optional.of(usage),
                dialect == SimulatedDialect.OPENAI ? Optional.of(FINGERPRINT) : Optional.empty(),
                Map.of());
    }

    private Usage usage(SimulatedDialect dialect, ChatRequest request, List<Choice> choices) {
        long input = TokenCounts.input(request);
        long output = 0;
        long reasoning = 0;
        for (Choice choice : choices) {
            List<ContentPart> parts = choice.message().content();
            output += TokenCounts.parts(parts);
            reasoning += TokenCounts.parts(parts.stream()
                    .filter(ContentPart.Reasoning.class::isInstance)
                    .toList());
        }
        Usage.Builder usage =
                Usage.builder().inputTokens(input).outputTokens(output).totalTokens(input + output);
        // OpenAI and Anthropic say 0 where there is none; Gemini leaves it out.
        boolean zeros = dialect != SimulatedDialect.GEMINI;
        if (reasoning > 0 || dialect == SimulatedDialect.OPENAI) {
            usage.reasoningOutputTokens(reasoning);
        }
        long cached = options.promptCache() ? Math.min(input, promptCache.cachedTokens(request)) : 0;
        if (cached > 0 || zeros) {
            usage.cacheReadInputTokens(cached);
        }
        return usage.build();
    }

    private static List<ContentPart> withIds(SimulatedDialect dialect, List<ContentPart> parts, long seed) {
        List<ContentPart> named = new ArrayList<>();
        int calls = 0;
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.ToolCall call && call.id().isEmpty()) {
                String id = callId(dialect, Hash.mix(seed + ++calls));
                named.add(new ContentPart.ToolCall(
                        id, call.name(), call.argumentsJson(), call.custom(), call.signature(), call.json()));
            } else if (part instanceof ContentPart.Reasoning reasoning && dialect == SimulatedDialect.ANTHROPIC) {
                named.add(signed(reasoning, seed));
            } else {
                named.add(part);
            }
        }
        return named;
    }

    /** Anthropic signs all that it thinks. */
    private static ContentPart.Reasoning signed(ContentPart.Reasoning reasoning, long seed) {
        if (reasoning.signature().isPresent() || reasoning.redacted().isPresent()) {
            return reasoning;
        }
        String signature =
                Base64.getEncoder().encodeToString(("simulated-" + Hash.id(seed, 32)).getBytes(StandardCharsets.UTF_8));
        return new ContentPart.Reasoning(reasoning.text(), Optional.of(signature), Optional.empty(), reasoning.json());
    }

    private static String callId(SimulatedDialect dialect, long seed) {
        switch (dialect) {
            case OPENAI:
                return "call_" + Hash.id(seed, 24);
            case ANTHROPIC:
                return "toolu_01" + Hash.id(seed, 22);
            default:
                return "fc_" + Hash.id(seed, 16);
        }
    }

    private static String answerId(SimulatedDialect dialect, long seed) {
        switch (dialect) {
            case OPENAI:
                return "chatcmpl-" + Hash.id(seed, 29);
            case ANTHROPIC:
                return "msg_01" + Hash.id(seed, 22);
            default:
                return Hash.id(seed, 22);
        }
    }

    /** The id of a request in headers and error bodies. */
    String requestId(long number) {
        return "req_" + Hash.id(Hash.mix(options.seed() - number), 24);
    }

    private static ChatResponse refusal(ChatResponse answer) {
        Choice choice = new Choice(
                0, ChatMessage.Assistant.of(List.of()), Optional.of(Finish.of(FinishReason.CONTENT_FILTER)), List.of());
        return new ChatResponse(
                answer.id(),
                answer.model(),
                answer.created(),
                List.of(choice),
                answer.usage().map(usage -> AnswerEvents.withOutput(usage, 0)),
                answer.systemFingerprint(),
                Map.of());
    }

    private static ChatResponse withoutUsage(ChatResponse answer) {
        return new ChatResponse(
                answer.id(),
                answer.model(),
                answer.created(),
                answer.choices(),
                Optional.empty(),
                answer.systemFingerprint(),
                answer.extensions());
    }

    /** A stream is billed up to where it came. */
    private record StreamBilling(ChatResponse answer, AnswerEvents events) implements Reply.Billing {
        @Override
        public Optional<Usage> whole() {
            return answer.usage();
        }

        @Override
        public Optional<Usage> soFar(boolean began) {
            return answer.usage().map(usage -> AnswerEvents.withOutput(usage, began ? events.outputTokensSoFar() : 0));
        }
    }

    /** A buffered answer is billed whole once it goes out, and without output before. */
    private record BufferedBilling(ChatResponse answer) implements Reply.Billing {
        @Override
        public Optional<Usage> whole() {
            return answer.usage();
        }

        @Override
        public Optional<Usage> soFar(boolean began) {
            return began ? answer.usage() : answer.usage().map(usage -> AnswerEvents.withOutput(usage, 0));
        }
    }
}
