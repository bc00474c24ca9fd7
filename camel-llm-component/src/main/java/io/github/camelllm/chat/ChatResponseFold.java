package io.github.camelllm.chat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Accumulates stream events into a {@link ChatResponse}; the same for every dialect. {@link #response()} may be called
 * at any time and gives what has arrived so far. Not thread-safe.
 */
public final class ChatResponseFold implements StreamEvent.Handler {
    private Optional<String> id = Optional.empty();
    private Optional<String> model = Optional.empty();
    private Optional<Instant> created = Optional.empty();
    private Optional<String> systemFingerprint = Optional.empty();
    private Optional<Usage> usage = Optional.empty();
    private final Map<String, String> extensions = new LinkedHashMap<>();
    private final TreeMap<Integer, OpenChoice> choices = new TreeMap<>();
    private @Nullable OpenChoice first;
    private boolean completed;

    /** Folds the events of one whole answer. */
    public static ChatResponse fold(Iterable<StreamEvent> events) {
        ChatResponseFold fold = new ChatResponseFold();
        for (StreamEvent event : events) {
            event.accept(fold);
        }
        return fold.response();
    }

    /** Whether {@link StreamEvent.Completed} has come. */
    public boolean isCompleted() {
        return completed;
    }

    /** Usage reported so far. */
    public Optional<Usage> usage() {
        return usage;
    }

    /** The model that answers, once known. */
    public Optional<String> model() {
        return model;
    }

    /** What has arrived so far. */
    public ChatResponse response() {
        List<Choice> closed = new ArrayList<>(choices.size());
        choices.forEach((index, choice) -> closed.add(choice.toChoice(index)));
        return new ChatResponse(id, model, created, closed, usage, systemFingerprint, extensions);
    }

    @Override
    public void started(StreamEvent.Started event) {
        id = event.id().or(() -> id);
        model = event.model().or(() -> model);
        created = event.created().or(() -> created);
        systemFingerprint = event.systemFingerprint().or(() -> systemFingerprint);
    }

    @Override
    public void textDelta(StreamEvent.TextDelta event) {
        choice(event.choice()).append(OpenPart.Kind.TEXT, event.text());
    }

    @Override
    public void reasoningDelta(StreamEvent.ReasoningDelta event) {
        choice(event.choice()).append(OpenPart.Kind.REASONING, event.text());
    }

    @Override
    public void refusalDelta(StreamEvent.RefusalDelta event) {
        choice(event.choice()).append(OpenPart.Kind.REFUSAL, event.text());
    }

    @Override
    public void toolCallDelta(StreamEvent.ToolCallDelta event) {
        OpenPart call = choice(event.choice()).toolCall(event.call());
        if (call.id.isEmpty()) {
            call.id = event.id().orElse("");
        }
        if (call.name.isEmpty()) {
            call.name = event.name().orElse("");
        }
        call.custom |= event.custom();
        if (event.json().isPresent()) {
            call.json = event.json();
        }
        call.text.append(event.arguments());
    }

    @Override
    public void audioDelta(StreamEvent.AudioDelta event) {
        OpenChoice choice = choice(event.choice());
        OpenPart audio = choice.open(OpenPart.Kind.AUDIO);
        if (!event.mediaType().isEmpty()) {
            audio.mediaType = event.mediaType();
        }
        audio.text.append(event.base64());
        audio.transcript.append(event.transcript());
        choice.audioId = event.id().or(() -> choice.audioId);
    }

    @Override
    public void partAdded(StreamEvent.PartAdded event) {
        choice(event.choice()).add(event.part());
    }

    @Override
    public void signatureAdded(StreamEvent.SignatureAdded event) {
        choice(event.choice()).sign(event.signature());
    }

    @Override
    public void citationAdded(StreamEvent.CitationAdded event) {
        choice(event.choice()).cite(event.citation());
    }

    @Override
    public void partEnded(StreamEvent.PartEnded event) {
        choice(event.choice()).closeLast();
    }

    @Override
    public void logprobsDelta(StreamEvent.LogprobsDelta event) {
        choice(event.choice()).logprobs.addAll(event.logprobs());
    }

    @Override
    public void usageReported(StreamEvent.UsageReported event) {
        usage = Optional.of(event.usage());
    }

    @Override
    public void finished(StreamEvent.Finished event) {
        choice(event.choice()).finish = Optional.of(event.finish());
    }

    @Override
    public void extensionAdded(StreamEvent.ExtensionAdded event) {
        extensions.put(event.name(), event.json());
    }

    @Override
    public void completed(StreamEvent.Completed event) {
        completed = true;
    }

    private OpenChoice choice(int index) {
        // Nearly every answer has one choice: keep it at hand instead of looking it up for each delta.
        OpenChoice known = first;
        if (index == 0 && known != null) {
            return known;
        }
        OpenChoice choice = choices.computeIfAbsent(index, absent -> new OpenChoice());
        if (index == 0) {
            first = choice;
        }
        return choice;
    }

    private static final class OpenChoice {
        final List<OpenPart> parts = new ArrayList<>(2);
        final Map<Integer, OpenPart> calls = new HashMap<>(4);
        final List<TokenLogprob> logprobs = new ArrayList<>(0);
        Optional<Finish> finish = Optional.empty();
        Optional<String> audioId = Optional.empty();

        void append(OpenPart.Kind kind, String text) {
            open(kind).text.append(text);
        }

        OpenPart open(OpenPart.Kind kind) {
            if (!parts.isEmpty()) {
                OpenPart last = parts.get(parts.size() - 1);
                if (last.kind == kind && !last.closed) {
                    return last;
                }
            }
            OpenPart part = new OpenPart(kind);
            parts.add(part);
            return part;
        }

        OpenPart toolCall(int call) {
            return calls.computeIfAbsent(call, absent -> {
                OpenPart part = new OpenPart(OpenPart.Kind.TOOL_CALL);
                parts.add(part);
                return part;
            });
        }

        void add(ContentPart whole) {
            OpenPart part = new OpenPart(OpenPart.Kind.WHOLE);
            part.whole = whole;
            part.closed = true;
            parts.add(part);
        }

        void sign(String signature) {
            OpenPart last = parts.isEmpty() ? open(OpenPart.Kind.TEXT) : parts.get(parts.size() - 1);
            last.signature = Optional.of(signature);
            last.closed = true;
        }

        void cite(Citation citation) {
            for (int i = parts.size() - 1; i >= 0; i--) {
                if (parts.get(i).kind == OpenPart.Kind.TEXT || parts.get(i).whole instanceof ContentPart.Text) {
                    parts.get(i).citations.add(citation);
                    return;
                }
            }
            open(OpenPart.Kind.TEXT).citations.add(citation);
        }

        void closeLast() {
            if (!parts.isEmpty()) {
                parts.get(parts.size() - 1).closed = true;
            }
        }

        Choice toChoice(int index) {
            List<ContentPart> content = new ArrayList<>(parts.size());
            for (OpenPart part : parts) {
                content.add(part.toPart());
            }
            return new Choice(index, new ChatMessage.Assistant(content, Optional.empty(), audioId), finish, logprobs);
        }
    }

    private static final class OpenPart {
        enum Kind {
            TEXT,
            REASONING,
            REFUSAL,
            TOOL_CALL,
            AUDIO,
            WHOLE
        }

        final Kind kind;
        final StringBuilder text = new StringBuilder();
        final StringBuilder transcript = new StringBuilder(0);
        final List<Citation> citations = new ArrayList<>(0);
        Optional<String> signature = Optional.empty();
        Optional<String> json = Optional.empty();
        String id = "";
        String name = "";
        String mediaType = "";
        boolean custom;
        boolean closed;

        @Nullable
        ContentPart whole;

        OpenPart(Kind kind) {
            this.kind = kind;
        }

        ContentPart toPart() {
            ContentPart added = whole;
            if (added != null) {
                return signature.isEmpty() ? cited(added) : signed(cited(added));
            }
            String content = text.toString();
            switch (kind) {
                case TEXT:
                    return new ContentPart.Text(content, citations, Optional.empty(), signature);
                case REASONING:
                    return new ContentPart.Reasoning(content, signature, Optional.empty(), Optional.empty());
                case REFUSAL:
                    return new ContentPart.Refusal(content);
                case TOOL_CALL:
                    // No fragment at all means a call without arguments.
                    String arguments = content.isEmpty() && !custom ? "{}" : content;
                    return new ContentPart.ToolCall(id, name, arguments, custom, signature, json);
                case AUDIO:
                    return new ContentPart.Media(
                            MediaKind.AUDIO,
                            new MediaSource.Inline(mediaType, content),
                            Optional.empty(),
                            Optional.empty(),
                            transcript.length() == 0 ? Optional.empty() : Optional.of(transcript.toString()),
                            Optional.empty(),
                            signature);
                default:
                    throw new AssertionError(kind);
            }
        }

        private ContentPart cited(ContentPart part) {
            if (citations.isEmpty() || !(part instanceof ContentPart.Text plain)) {
                return part;
            }
            List<Citation> all = new ArrayList<>(plain.citations());
            all.addAll(citations);
            return new ContentPart.Text(plain.text(), all, plain.cache(), plain.signature());
        }

        private ContentPart signed(ContentPart part) {
            if (part instanceof ContentPart.ToolCall call) {
                return new ContentPart.ToolCall(
                        call.id(), call.name(), call.argumentsJson(), call.custom(), signature, call.json());
            }
            if (part instanceof ContentPart.Reasoning reasoning) {
                return new ContentPart.Reasoning(reasoning.text(), signature, reasoning.redacted(), reasoning.json());
            }
            if (part instanceof ContentPart.Text plain) {
                return new ContentPart.Text(plain.text(), plain.citations(), plain.cache(), signature);
            }
            if (part instanceof ContentPart.Media media) {
                return new ContentPart.Media(
                        media.kind(),
                        media.source(),
                        media.name(),
                        media.detail(),
                        media.transcript(),
                        media.cache(),
                        signature);
            }
            return part;
        }
    }
}
