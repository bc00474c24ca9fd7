package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.WireTarget;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the chunks of one answer into events; a buffered answer is a stream of one chunk. Not thread-safe.
 *
 * <p>A part with a signature stays a part of its own: unsigned text before it is closed, and the signature closes it.
 * Citations wait until the parts of their chunk are out. {@code finishReason} is {@code STOP} for function calls too, so
 * calls are found by looking at the parts.
 */
final class AnswerEvents {
    private static final Set<String> FILTERED = Set.of(
            "SAFETY",
            "RECITATION",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "MODEL_ARMOR",
            "JAILBREAK",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "IMAGE_OTHER");

    /** More candidates than any model gives; an index beyond is no index. */
    private static final int MAX_CHOICES = 1024;

    private final WireTarget target;
    private final AnswerParser parser;
    private final Map<Integer, OpenChoice> choices = new HashMap<>(4);
    private final AnswerParser.Sink sink = this::addChunk;
    private List<StreamEvent> events = new ArrayList<>(4);
    private @Nullable String startedId;
    private @Nullable String startedModel;
    private @Nullable String startedTime;
    private long reportedToolUse = -1;
    private @Nullable LlmException blocked;

    AnswerEvents(WireTarget target) {
        this.target = target;
        this.parser = new AnswerParser(target);
    }

    /**
     * Events of one chunk.
     *
     * @param what what is read, for messages: {@code answer} or {@code event}
     * @param number its number, from 0
     */
    List<StreamEvent> read(byte[] bytes, int offset, int length, String what, int number) {
        events = new ArrayList<>(4);
        parser.read(bytes, offset, length, what, number, sink);
        return events;
    }

    int skipped() {
        return parser.skipped;
    }

    /** Whether any candidate has come. */
    boolean hasChoices() {
        return !choices.isEmpty();
    }

    /** Index of a candidate whose {@code finishReason} has not come; −1 if there is none. */
    int unfinished() {
        for (Map.Entry<Integer, OpenChoice> choice : choices.entrySet()) {
            if (!choice.getValue().finished) {
                return choice.getKey();
            }
        }
        return -1;
    }

    /** Set if the prompt was blocked, so that there is no answer. */
    @Nullable
    LlmException blocked() {
        return blocked;
    }

    private void addChunk() {
        addStarted();
        for (int i = 0; i < parser.answer.size(); i++) {
            addCandidate(parser.answer.get(i));
        }
        String feedback = parser.promptFeedback;
        if (feedback != null) {
            addPromptFeedback(feedback);
        }
        if (parser.usage.isChanged()) {
            parser.usage.toUsage().ifPresent(usage -> events.add(new StreamEvent.UsageReported(usage)));
            OptionalLong toolUse = parser.usage.toolUsePromptTokens();
            if (toolUse.isPresent() && toolUse.getAsLong() != reportedToolUse) {
                reportedToolUse = toolUse.getAsLong();
                events.add(new StreamEvent.ExtensionAdded(
                        GeminiNames.TOOL_USE_TOKENS, Long.toString(toolUse.getAsLong())));
            }
        }
    }

    // Identity is enough: the parser keeps the strings once it has them.
    @SuppressWarnings("ReferenceEquality")
    private void addStarted() {
        String id = parser.responseId;
        String model = parser.modelVersion;
        String time = parser.createTime;
        if (id == startedId && model == startedModel && time == startedTime) {
            return;
        }
        startedId = id;
        startedModel = model;
        startedTime = time;
        events.add(new StreamEvent.Started(
                Optional.ofNullable(id), Optional.ofNullable(model), instant(time), Optional.empty()));
    }

    private Optional<Instant> instant(@Nullable String time) {
        if (time == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(time));
        } catch (DateTimeException e) {
            parser.skipped++;
            return Optional.empty();
        }
    }

    private void addPromptFeedback(String json) {
        events.add(new StreamEvent.ExtensionAdded(GeminiNames.PROMPT_FEEDBACK, json));
        JsonNode feedback = tree(json);
        Optional<String> reason = Json.text(feedback, "blockReason");
        if (reason.isPresent() && choices.isEmpty()) {
            blocked = GeminiErrors.promptBlocked(
                    reason.get(),
                    Json.text(feedback, "blockReasonMessage"),
                    Optional.ofNullable(parser.responseId),
                    target);
        }
    }

    private void addCandidate(AnswerParts.Candidate candidate) {
        int index = candidate.index;
        if (index < 0 || index >= MAX_CHOICES) {
            throw parser.malformed("candidates[].index: expected 0 to 1023, got " + index);
        }
        OpenChoice choice = choices.get(index);
        if (choice == null) {
            choice = new OpenChoice(index);
            choices.put(index, choice);
        }
        List<Citation> citations = candidate.extensions.isEmpty() ? List.of() : choice.newCitations(candidate);
        for (int i = 0; i < candidate.parts(); i++) {
            AnswerParts.Part part = candidate.part(i);
            if (!citations.isEmpty() && choice.hasText && isBareSignature(part)) {
                // Sources belong to the words before the empty part that only carries a signature.
                addCitations(index, citations);
                citations = List.of();
            }
            choice.add(part);
        }
        addCitations(index, citations);
        JsonNode logprobs = candidate.logprobs;
        if (logprobs != null) {
            List<TokenLogprob> tokens = logprobs(logprobs);
            if (!tokens.isEmpty()) {
                events.add(new StreamEvent.LogprobsDelta(index, tokens));
            }
        }
        candidate.extensions.forEach(
                (name, json) -> events.add(new StreamEvent.ExtensionAdded(GeminiNames.extension(index, name), json)));
        String reason = candidate.finishReason;
        if (reason != null && !reason.isEmpty()) {
            choice.closeCall();
            choice.finished = true;
            events.add(new StreamEvent.Finished(index, Finish.of(reason(reason, choice.calls > 0), reason)));
        }
    }

    private void addCitations(int index, List<Citation> citations) {
        for (Citation citation : citations) {
            events.add(new StreamEvent.CitationAdded(index, citation));
        }
    }

    private static boolean isBareSignature(AnswerParts.Part part) {
        String text = part.text;
        return part.signature != null && !part.thought && text != null && text.isEmpty();
    }

    static FinishReason reason(String nativeReason, boolean hasCalls) {
        switch (nativeReason) {
            case "STOP":
                return hasCalls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "MAX_TOKENS":
                return FinishReason.LENGTH;
            default:
                return FILTERED.contains(nativeReason) ? FinishReason.CONTENT_FILTER : FinishReason.OTHER;
        }
    }

    private static List<TokenLogprob> logprobs(JsonNode result) {
        JsonNode chosen = result.path("chosenCandidates");
        JsonNode top = result.path("topCandidates");
        List<TokenLogprob> tokens = new ArrayList<>(chosen.size());
        for (int i = 0; i < chosen.size(); i++) {
            List<TokenLogprob> alternatives = new ArrayList<>();
            for (JsonNode other : top.path(i).path("candidates")) {
                alternatives.add(logprob(other, List.of()));
            }
            tokens.add(logprob(chosen.get(i), alternatives));
        }
        return tokens;
    }

    private static TokenLogprob logprob(JsonNode candidate, List<TokenLogprob> top) {
        return new TokenLogprob(
                candidate.path("token").asText(""),
                candidate.path("logProbability").asDouble(),
                top);
    }

    private JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw GeminiErrors.unreadable(parser.where(), e, target);
        }
    }

    private enum Open {
        NOTHING,
        TEXT,
        REASONING
    }

    private final class OpenChoice {
        final int index;
        final Set<Citation> cited = new HashSet<>(0);
        int calls;
        boolean hasText;
        boolean finished;
        private Open open = Open.NOTHING;
        private @Nullable PartialArguments pending;

        OpenChoice(int index) {
            this.index = index;
        }

        void add(AnswerParts.Part part) {
            String text = part.text;
            String opaque = part.opaqueJson;
            String signature = part.signature;
            if (part.call) {
                addCall(part);
            } else if (opaque != null) {
                String named = part.opaqueType;
                String type = named == null ? "" : named;
                addWhole(new ContentPart.Opaque(GeminiDialect.NAME, type, opaque, opaqueText(type, opaque)));
            } else if (text != null) {
                parser.skipped += part.furtherMembers.size();
                addText(text, part.thought, signature);
            } else if (part.data != null || part.fileUri != null) {
                parser.skipped += part.furtherMembers.size();
                addWhole(media(part));
            } else if (signature != null) {
                // A part needs data when it goes back, so a signature alone becomes a signed empty text.
                addText("", part.thought, signature);
            } else {
                parser.skipped++;
            }
        }

        private void addText(String text, boolean thought, @Nullable String signature) {
            Open kind = thought ? Open.REASONING : Open.TEXT;
            if (signature == null) {
                if (text.isEmpty()) {
                    return;
                }
                events.add(
                        thought ? new StreamEvent.ReasoningDelta(index, text) : new StreamEvent.TextDelta(index, text));
                open = kind;
                hasText |= !thought;
                return;
            }
            if (thought) {
                addWhole(new ContentPart.Reasoning(
                        text, Optional.of(signature), Optional.empty(), Optional.of(GeminiNames.OWN_REASONING)));
                return;
            }
            if (open == kind) {
                events.add(new StreamEvent.PartEnded(index));
            }
            events.add(new StreamEvent.TextDelta(index, text));
            events.add(new StreamEvent.SignatureAdded(index, signature));
            open = Open.NOTHING;
            hasText |= !text.isEmpty();
        }

        private void addWhole(ContentPart part) {
            events.add(new StreamEvent.PartAdded(index, part));
            open = Open.NOTHING;
        }

        private void addCall(AnswerParts.Part part) {
            String name = part.callName;
            if (name == null || name.isEmpty()) {
                continueCall(part);
                return;
            }
            closeCall();
            int call = calls++;
            open = Open.NOTHING;
            String sent = part.callId;
            String id = sent == null || sent.isEmpty()
                    ? ToolCallIds.made(Optional.ofNullable(parser.responseId), index, call)
                    : sent;
            Optional<String> signature = Optional.ofNullable(part.signature);
            String whole = part.arguments;
            String arguments = whole == null ? "{}" : whole;
            boolean partial = part.willContinue || part.partialArguments != null;
            if (!partial && (signature.isPresent() || hasFurtherMembers(part))) {
                // Whole, since other wires say at the start of a call what belongs to it
                Optional<String> further = hasFurtherMembers(part)
                        ? Optional.of(GeminiNames.furtherMembers(part.furtherMembers, part.furtherCallMembers))
                        : Optional.empty();
                events.add(new StreamEvent.PartAdded(
                        index, new ContentPart.ToolCall(id, name, arguments, false, signature, further)));
                return;
            }
            parser.skipped += part.furtherMembers.size() + part.furtherCallMembers.size();
            events.add(new StreamEvent.ToolCallDelta(
                    index, call, Optional.of(id), Optional.of(name), partial ? "" : arguments, false));
            signature.ifPresent(value -> events.add(new StreamEvent.SignatureAdded(index, value)));
            if (partial) {
                pending = new PartialArguments();
                addPieces(part);
                if (!part.willContinue) {
                    closeCall();
                }
            }
        }

        private void continueCall(AnswerParts.Part part) {
            if (pending == null) {
                if (part.arguments != null || part.partialArguments != null) {
                    throw parser.malformed("functionCall without a name while no call is open");
                }
                parser.skipped++;
                return;
            }
            addPieces(part);
            String signature = part.signature;
            if (signature != null) {
                events.add(new StreamEvent.SignatureAdded(index, signature));
            }
            if (!part.willContinue) {
                closeCall();
            }
        }

        private void addPieces(AnswerParts.Part part) {
            PartialArguments arguments = pending;
            if (arguments == null) {
                return;
            }
            String sent = part.arguments;
            if (sent != null && tree(sent) instanceof ObjectNode whole) {
                arguments.whole(whole);
            }
            JsonNode pieces = part.partialArguments;
            if (pieces != null) {
                try {
                    pieces.forEach(arguments::add);
                } catch (IllegalArgumentException e) {
                    throw parser.malformed("functionCall: " + e.getMessage());
                }
            }
        }

        void closeCall() {
            PartialArguments arguments = pending;
            if (arguments != null) {
                pending = null;
                events.add(new StreamEvent.ToolCallDelta(
                        index, calls - 1, Optional.empty(), Optional.empty(), arguments.toJson(), false));
            }
        }

        private ContentPart media(AnswerParts.Part part) {
            String data = part.data;
            String uri = part.fileUri;
            Optional<String> type = Optional.ofNullable(part.mimeType);
            MediaSource source = data != null
                    ? new MediaSource.Inline(type.orElse("application/octet-stream"), data)
                    : GeminiNames.file(uri == null ? "" : uri, type);
            return new ContentPart.Media(
                    MediaKind.ofMediaType(type.orElse("")),
                    source,
                    Optional.ofNullable(part.displayName),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.ofNullable(part.signature));
        }

        /** Sources that this chunk names and no chunk before it. */
        List<Citation> newCitations(AnswerParts.Candidate candidate) {
            Set<Citation> found = new LinkedHashSet<>();
            String grounding = candidate.extensions.get(GeminiNames.GROUNDING);
            if (grounding != null) {
                for (JsonNode chunk : tree(grounding).path("groundingChunks")) {
                    found.add(GeminiNames.groundingChunkToCitation(chunk));
                }
            }
            String metadata = candidate.extensions.get(GeminiNames.CITATIONS);
            if (metadata != null) {
                JsonNode sources = tree(metadata);
                JsonNode list = sources.has("citations") ? sources.get("citations") : sources.path("citationSources");
                for (JsonNode source : list) {
                    found.add(new Citation(
                            Json.text(source, "uri"),
                            Json.text(source, "title"),
                            Optional.empty(),
                            Optional.of(source.toString())));
                }
            }
            List<Citation> fresh = new ArrayList<>(found.size());
            for (Citation citation : found) {
                if (cited.add(citation)) {
                    fresh.add(citation);
                }
            }
            return fresh;
        }
    }

    private static boolean hasFurtherMembers(AnswerParts.Part part) {
        return !part.furtherMembers.isEmpty() || !part.furtherCallMembers.isEmpty();
    }

    private Optional<String> opaqueText(String type, String json) {
        switch (type) {
            case "executableCode":
                return Json.text(tree(json).path(type), "code");
            case "codeExecutionResult":
                return Json.text(tree(json).path(type), "output");
            default:
                return Optional.empty();
        }
    }
}
