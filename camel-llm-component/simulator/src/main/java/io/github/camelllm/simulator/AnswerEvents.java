package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The events of an answer, one after the other as they are asked for, so that a thousand slow streams hold a thousand
 * answers and not their bytes. Not thread-safe.
 */
final class AnswerEvents implements Iterator<StreamEvent> {
    private static final int MAX_PIECE = 12;

    private final ChatResponse answer;
    private final int piecesPerChunk;
    private final Deque<StreamEvent> ready = new ArrayDeque<>();
    private int choice;
    private int part;
    private int offset;
    private int calls;
    private boolean completed;

    AnswerEvents(ChatResponse answer, int piecesPerChunk) {
        this.answer = answer;
        this.piecesPerChunk = piecesPerChunk;
        ready.add(new StreamEvent.Started(answer.id(), answer.model(), answer.created(), answer.systemFingerprint()));
        answer.usage().ifPresent(usage -> ready.add(new StreamEvent.UsageReported(inputOf(usage))));
    }

    /** What a provider knows before it answers. */
    private static Usage inputOf(Usage usage) {
        return new Usage(
                usage.inputTokens(),
                usage.cacheReadInputTokens(),
                usage.cacheCreationInputTokens(),
                usage.cacheCreation1hInputTokens(),
                usage.inputAudioTokens(),
                usage.inputImageTokens(),
                java.util.OptionalLong.of(1),
                java.util.OptionalLong.empty(),
                java.util.OptionalLong.empty(),
                java.util.OptionalLong.empty(),
                java.util.OptionalLong.empty(),
                java.util.OptionalLong.empty(),
                usage.serviceTier(),
                Optional.empty());
    }

    /** Whether an event carries content, as chunks are counted. */
    static boolean isContent(StreamEvent event) {
        return event instanceof StreamEvent.TextDelta
                || event instanceof StreamEvent.ReasoningDelta
                || event instanceof StreamEvent.RefusalDelta
                || event instanceof StreamEvent.ToolCallDelta
                || event instanceof StreamEvent.PartAdded;
    }

    /** How many chunks of content an answer has. */
    static int chunks(ChatResponse answer, int piecesPerChunk) {
        AnswerEvents events = new AnswerEvents(answer, piecesPerChunk);
        int count = 0;
        while (events.hasNext()) {
            count += isContent(events.next()) ? 1 : 0;
        }
        return count;
    }

    /** Output tokens of what was given out so far. */
    long outputTokensSoFar() {
        long tokens = 0;
        for (int i = 0; i <= choice && i < answer.choices().size(); i++) {
            var parts = answer.choices().get(i).message().content();
            for (int j = 0; j < parts.size() && (i < choice || j <= part); j++) {
                boolean whole = i < choice || j < part;
                tokens += whole
                        ? TokenCounts.parts(parts.subList(j, j + 1))
                        : TokenCounts.count(text(parts.get(j))
                                .substring(
                                        0, Math.min(offset, text(parts.get(j)).length())));
            }
        }
        return tokens;
    }

    /** The answer as it is after so many chunks, ended by the content filter. */
    static ChatResponse filteredAfter(ChatResponse answer, int chunks, int piecesPerChunk) {
        io.github.camelllm.chat.ChatResponseFold fold = new io.github.camelllm.chat.ChatResponseFold();
        AnswerEvents events = new AnswerEvents(answer, piecesPerChunk);
        int count = 0;
        while (events.hasNext() && count < chunks) {
            StreamEvent event = events.next();
            if (event instanceof StreamEvent.Finished || event instanceof StreamEvent.Completed) {
                break;
            }
            event.accept(fold);
            count += isContent(event) ? 1 : 0;
        }
        new StreamEvent.Finished(0, Finish.of(FinishReason.CONTENT_FILTER)).accept(fold);
        Usage usage = answer.usage()
                .map(full -> withOutput(full, events.outputTokensSoFar()))
                .orElse(null);
        if (usage != null) {
            new StreamEvent.UsageReported(usage).accept(fold);
        }
        new StreamEvent.Completed().accept(fold);
        return fold.response();
    }

    static Usage withOutput(Usage usage, long outputTokens) {
        Usage.Builder builder = Usage.builder().outputTokens(outputTokens);
        usage.inputTokens().ifPresent(tokens -> builder.inputTokens(tokens).totalTokens(tokens + outputTokens));
        usage.cacheReadInputTokens().ifPresent(builder::cacheReadInputTokens);
        return builder.build();
    }

    @Override
    public boolean hasNext() {
        return !completed;
    }

    @Override
    public StreamEvent next() {
        if (completed) {
            throw new NoSuchElementException();
        }
        while (ready.isEmpty()) {
            advance();
        }
        StreamEvent event = ready.remove();
        completed = event instanceof StreamEvent.Completed;
        return event;
    }

    private void advance() {
        if (choice >= answer.choices().size()) {
            answer.usage().ifPresent(usage -> ready.add(new StreamEvent.UsageReported(usage)));
            ready.add(new StreamEvent.Completed());
            return;
        }
        Choice current = answer.choices().get(choice);
        if (part >= current.message().content().size()) {
            current.finish().ifPresent(finish -> ready.add(new StreamEvent.Finished(current.index(), finish)));
            choice++;
            part = 0;
            calls = 0;
            return;
        }
        ContentPart content = current.message().content().get(part);
        String text = text(content);
        if (text.isEmpty() && !(content instanceof ContentPart.ToolCall)) {
            if (!(content instanceof ContentPart.Text)) {
                ready.add(new StreamEvent.PartAdded(current.index(), content));
            }
            part++;
            return;
        }
        if (content instanceof ContentPart.ToolCall call && offset == 0) {
            ready.add(new StreamEvent.ToolCallDelta(
                    current.index(), calls, Optional.of(call.id()), Optional.of(call.name()), "", call.custom()));
        }
        int end = chunkEnd(text, offset);
        if (end > offset) {
            ready.add(delta(current.index(), content, text.substring(offset, end)));
        }
        offset = end;
        if (offset >= text.length()) {
            endPart(current.index(), content);
        }
    }

    private void endPart(int index, ContentPart content) {
        if (content instanceof ContentPart.Text text) {
            for (Citation citation : text.citations()) {
                ready.add(new StreamEvent.CitationAdded(index, citation));
            }
        }
        Optional<String> signature = signature(content);
        if (signature.isPresent()) {
            ready.add(new StreamEvent.SignatureAdded(index, signature.get()));
        } else if (!(content instanceof ContentPart.ToolCall)) {
            ready.add(new StreamEvent.PartEnded(index));
        }
        calls += content instanceof ContentPart.ToolCall ? 1 : 0;
        part++;
        offset = 0;
    }

    private static Optional<String> signature(ContentPart content) {
        if (content instanceof ContentPart.Text text) {
            return text.signature();
        } else if (content instanceof ContentPart.Reasoning reasoning) {
            return reasoning.signature();
        } else if (content instanceof ContentPart.ToolCall call) {
            return call.signature();
        }
        return Optional.empty();
    }

    private StreamEvent delta(int index, ContentPart content, String text) {
        if (content instanceof ContentPart.Text) {
            return new StreamEvent.TextDelta(index, text);
        } else if (content instanceof ContentPart.Reasoning) {
            return new StreamEvent.ReasoningDelta(index, text);
        } else if (content instanceof ContentPart.Refusal) {
            return new StreamEvent.RefusalDelta(index, text);
        } else if (content instanceof ContentPart.ToolCall call) {
            return new StreamEvent.ToolCallDelta(index, calls, Optional.empty(), Optional.empty(), text, call.custom());
        }
        throw new AssertionError(content.getClass());
    }

    /** What of a part comes in pieces; empty for parts that come whole. */
    private static String text(ContentPart content) {
        if (content instanceof ContentPart.Text text) {
            return text.text();
        } else if (content instanceof ContentPart.Reasoning reasoning) {
            return reasoning.redacted().isPresent() ? "" : reasoning.text();
        } else if (content instanceof ContentPart.Refusal refusal) {
            return refusal.text();
        } else if (content instanceof ContentPart.ToolCall call) {
            return call.argumentsJson();
        }
        return "";
    }

    private int chunkEnd(String text, int from) {
        int end = from;
        for (int i = 0; i < piecesPerChunk && end < text.length(); i++) {
            end = pieceEnd(text, end);
        }
        return end;
    }

    /** A piece is a word with the space before it, or a part of a long word; surrogate pairs stay whole. */
    private static int pieceEnd(String text, int from) {
        int end = from;
        while (end < text.length() && Character.isWhitespace(text.charAt(end)) && end - from < MAX_PIECE) {
            end++;
        }
        while (end < text.length() && !Character.isWhitespace(text.charAt(end)) && end - from < MAX_PIECE) {
            end++;
        }
        return end < text.length() && Character.isLowSurrogate(text.charAt(end)) ? end + 1 : end;
    }
}
