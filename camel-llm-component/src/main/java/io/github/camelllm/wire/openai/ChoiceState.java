package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one choice of an answer has said so far, and the events that follow from more of it. Not thread-safe. */
final class ChoiceState implements ThinkTags.Sink {
    /** The kind of the part that events append to. */
    private enum Last {
        NOTHING,
        TEXT,
        REASONING,
        OTHER
    }

    private final int index;
    private final ToolCalls calls;
    private @Nullable ThinkTags tags;
    private @Nullable ReasoningDetails details;
    private @Nullable Base64Stream audio;
    private @Nullable String signature;
    private @Nullable String finish;
    private @Nullable String nativeFinish;
    private @Nullable String stopSequence;
    private @Nullable String spokenType;
    private Last last = Last.NOTHING;
    private List<StreamEvent> out = List.of();

    /** @param tags looks for reasoning in the text; null to take text as it is */
    ChoiceState(int index, @Nullable ThinkTags tags) {
        this.index = index;
        this.calls = new ToolCalls(index);
        this.tags = tags;
    }

    boolean isFinished() {
        return finish != null;
    }

    /** Whether it has said anything yet. */
    boolean hasSpoken() {
        return last != Last.NOTHING;
    }

    /** Position of the first tool call that never got a name; −1 if there is none. */
    int namelessCall() {
        return calls.nameless();
    }

    void add(ChoiceDelta delta, String answerId, List<StreamEvent> events) {
        out = events;
        addReasoning(delta);
        if (!delta.content.isEmpty()) {
            addText(delta.content);
        }
        if (delta.parts != null) {
            addParts(delta.parts);
        }
        if (!delta.refusal.isEmpty()) {
            emit(new StreamEvent.RefusalDelta(index, delta.refusal), Last.OTHER);
        }
        if (delta.images != null) {
            delta.images.forEach(this::addImage);
        }
        if (delta.audio != null) {
            addAudio(delta.audio);
        }
        if (delta.annotations != null) {
            delta.annotations.forEach(this::addAnnotation);
        }
        if (delta.logprobs != null) {
            addLogprobs(delta.logprobs);
        }
        for (ToolCalls.Fragment fragment : delta.calls) {
            calls.add(fragment, delta.whole, answerId, events);
            last = Last.OTHER;
        }
        signature = delta.signature != null ? delta.signature : signature;
        // A later finish with usage repeats the reason at some routers; one without a reason takes nothing back.
        finish = delta.finish != null ? delta.finish : finish;
        nativeFinish = delta.nativeFinish != null ? delta.nativeFinish : nativeFinish;
        stopSequence = delta.stopSequence != null ? delta.stopSequence : stopSequence;
    }

    /** The answer is whole: gives all that was held back until now, and how it ended. */
    void close(List<StreamEvent> events, List<Citation> sources) {
        out = events;
        if (tags != null) {
            tags.end(this);
        }
        if (audio != null) {
            String rest = audio.end();
            if (!rest.isEmpty()) {
                emit(audioDelta(Optional.empty(), rest, ""), Last.OTHER);
            }
        }
        if (signature != null) {
            if (last == Last.TEXT) {
                events.add(new StreamEvent.SignatureAdded(index, signature));
            } else {
                events.add(new StreamEvent.PartAdded(
                        index, new ContentPart.Text("", List.of(), Optional.empty(), Optional.of(signature))));
            }
        }
        for (Citation source : sources) {
            events.add(new StreamEvent.CitationAdded(index, source));
        }
        if (details != null) {
            ContentPart whole =
                    new ContentPart.Reasoning("", Optional.empty(), Optional.empty(), Optional.of(details.json()));
            events.add(new StreamEvent.PartAdded(index, whole));
        }
        events.add(new StreamEvent.Finished(
                index, FinishWords.finish(finish, nativeFinish, stopSequence, !calls.isEmpty())));
    }

    @Override
    public void reasoning(String text) {
        emit(new StreamEvent.ReasoningDelta(index, text), Last.REASONING);
    }

    @Override
    public void text(String text) {
        emit(new StreamEvent.TextDelta(index, text), Last.TEXT);
    }

    private void emit(StreamEvent event, Last kind) {
        out.add(event);
        last = kind;
    }

    private void addReasoning(ChoiceDelta delta) {
        String text = delta.reasoning;
        if (delta.reasoningDetails != null) {
            if (details == null) {
                details = new ReasoningDetails();
            }
            details.add(delta.reasoningDetails, delta.whole);
            if (text.isEmpty()) {
                text = ReasoningDetails.text(delta.reasoningDetails);
            }
        }
        if (!text.isEmpty()) {
            // A provider that parses reasoning itself leaves no tags of its own in the text.
            tags = null;
            reasoning(text);
        }
    }

    private void addText(String text) {
        ThinkTags open = tags;
        if (open == null) {
            text(text);
            return;
        }
        open.feed(text, this);
        if (open.isDone()) {
            tags = null;
        }
    }

    private void addParts(JsonNode content) {
        if (content.isObject()) {
            addPart(content);
        } else {
            content.forEach(this::addPart);
        }
    }

    private void addPart(JsonNode part) {
        String type = part.isTextual() ? "text" : part.path("type").asText("");
        switch (type) {
            case "text":
            case "output_text":
                String text =
                        part.isTextual() ? part.textValue() : part.path("text").asText("");
                if (!text.isEmpty()) {
                    addText(text);
                }
                break;
            case "thinking":
                addThinking(part, part.path("thinking"));
                break;
            case "reasoning":
                addThinking(part, part.has("summary") ? part.get("summary") : part.path("text"));
                break;
            case "refusal":
                emit(new StreamEvent.RefusalDelta(index, part.path("refusal").asText("")), Last.OTHER);
                break;
            case "image_url":
                addImage(part);
                break;
            default:
                ContentPart.Opaque opaque =
                        new ContentPart.Opaque(OpenAiChatDialect.NAME, type, part.toString(), Json.text(part, "text"));
                emit(new StreamEvent.PartAdded(index, opaque), Last.OTHER);
        }
    }

    /** Mistral: {@code thinking} as text or list of texts; Databricks: {@code summary} as list of signed texts. */
    private void addThinking(JsonNode part, JsonNode words) {
        tags = null;
        String proof = part.path("signature").textValue();
        if (words.isTextual() && !words.textValue().isEmpty()) {
            reasoning(words.textValue());
        }
        for (JsonNode word : words.isArray() ? words : Json.MAPPER.createArrayNode()) {
            String text = word.path("text").asText("");
            if (!text.isEmpty()) {
                reasoning(text);
            }
            proof = word.path("signature").isTextual() ? word.get("signature").textValue() : proof;
        }
        if (proof != null && !proof.isEmpty()) {
            if (last != Last.REASONING) {
                reasoning("");
            }
            emit(new StreamEvent.SignatureAdded(index, proof), Last.OTHER);
        }
    }

    private void addImage(JsonNode image) {
        JsonNode place = image.path("image_url");
        String url = place.isTextual() ? place.textValue() : place.path("url").asText("");
        if (!url.isEmpty()) {
            emit(
                    new StreamEvent.PartAdded(index, ContentPart.Media.of(MediaKind.IMAGE, DataUrls.source(url))),
                    Last.OTHER);
        }
    }

    private void addAudio(JsonNode spoken) {
        String data = spoken.path("data").asText("");
        String transcript = spoken.path("transcript").asText("");
        Optional<String> id = Json.text(spoken, "id").filter(text -> !text.isEmpty());
        if (data.isEmpty() && transcript.isEmpty() && id.isEmpty()) {
            return;
        }
        Base64Stream joined = audio;
        if (joined == null) {
            joined = new Base64Stream();
            audio = joined;
        }
        emit(audioDelta(id, joined.append(data), transcript), Last.OTHER);
    }

    private StreamEvent audioDelta(Optional<String> id, String base64, String transcript) {
        if (spokenType == null && !base64.isEmpty()) {
            spokenType = DataUrls.spokenType(base64);
        }
        String type = spokenType == null ? "audio/pcm16" : spokenType;
        return new StreamEvent.AudioDelta(index, id, type, base64, transcript);
    }

    private void addAnnotation(JsonNode annotation) {
        out.add(new StreamEvent.CitationAdded(index, Annotations.read(annotation)));
    }

    private void addLogprobs(JsonNode logprobs) {
        List<TokenLogprob> tokens = new ArrayList<>();
        for (String list : new String[] {"content", "refusal"}) {
            for (JsonNode entry : logprobs.path(list)) {
                readToken(entry, tokens);
            }
        }
        if (logprobs.path("tokens").isArray()) {
            readColumns(logprobs, tokens);
        }
        if (!tokens.isEmpty()) {
            out.add(new StreamEvent.LogprobsDelta(index, tokens));
        }
    }

    private static void readToken(JsonNode entry, List<TokenLogprob> tokens) {
        if (entry.path("token").isTextual() && entry.path("logprob").isNumber()) {
            List<TokenLogprob> top = new ArrayList<>(entry.path("top_logprobs").size());
            for (JsonNode other : entry.path("top_logprobs")) {
                readToken(other, top);
            }
            tokens.add(new TokenLogprob(
                    entry.get("token").textValue(), entry.get("logprob").doubleValue(), top));
        }
    }

    /** The older form with one list per column. */
    private static void readColumns(JsonNode logprobs, List<TokenLogprob> tokens) {
        JsonNode values = logprobs.path("token_logprobs");
        for (int i = 0; i < logprobs.get("tokens").size(); i++) {
            if (!values.path(i).isNumber()) {
                continue;
            }
            List<TokenLogprob> top = new ArrayList<>();
            for (Map.Entry<String, JsonNode> other :
                    logprobs.path("top_logprobs").path(i).properties()) {
                top.add(new TokenLogprob(other.getKey(), other.getValue().doubleValue(), List.of()));
            }
            tokens.add(new TokenLogprob(
                    logprobs.get("tokens").get(i).asText(), values.get(i).doubleValue(), top));
        }
    }
}
