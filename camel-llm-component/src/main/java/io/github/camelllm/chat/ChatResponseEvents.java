package io.github.camelllm.chat;

import java.util.ArrayList;
import java.util.List;

/** Turns a whole answer back into events, for those who want a stream and have none. */
public final class ChatResponseEvents {
    private ChatResponseEvents() {}

    /** Events that fold to the response again, {@link StreamEvent.Completed} last; each text part is one delta. */
    public static List<StreamEvent> of(ChatResponse response) {
        List<StreamEvent> events = new ArrayList<>();
        events.add(new StreamEvent.Started(
                response.id(), response.model(), response.created(), response.systemFingerprint()));
        for (Choice choice : response.choices()) {
            add(choice, events);
        }
        response.extensions().forEach((name, json) -> events.add(new StreamEvent.ExtensionAdded(name, json)));
        response.usage().ifPresent(usage -> events.add(new StreamEvent.UsageReported(usage)));
        events.add(new StreamEvent.Completed());
        return events;
    }

    private static void add(Choice choice, List<StreamEvent> events) {
        int index = choice.index();
        for (ContentPart part : choice.message().content()) {
            if (part instanceof ContentPart.Text text) {
                events.add(new StreamEvent.TextDelta(index, text.text()));
                text.citations().forEach(citation -> events.add(new StreamEvent.CitationAdded(index, citation)));
                text.signature().ifPresent(signature -> events.add(new StreamEvent.SignatureAdded(index, signature)));
                events.add(new StreamEvent.PartEnded(index));
            } else if (part instanceof ContentPart.Refusal refusal) {
                events.add(new StreamEvent.RefusalDelta(index, refusal.text()));
                events.add(new StreamEvent.PartEnded(index));
            } else if (part instanceof ContentPart.Media media
                    && media.kind() == MediaKind.AUDIO
                    && media.source() instanceof MediaSource.Inline audio) {
                events.add(new StreamEvent.AudioDelta(
                        index,
                        choice.message().audioId(),
                        audio.type(),
                        audio.base64(),
                        media.transcript().orElse("")));
                media.signature().ifPresent(signature -> events.add(new StreamEvent.SignatureAdded(index, signature)));
                events.add(new StreamEvent.PartEnded(index));
            } else {
                events.add(new StreamEvent.PartAdded(index, part));
            }
        }
        if (!choice.logprobs().isEmpty()) {
            events.add(new StreamEvent.LogprobsDelta(index, choice.logprobs()));
        }
        choice.finish().ifPresent(finish -> events.add(new StreamEvent.Finished(index, finish)));
    }
}
