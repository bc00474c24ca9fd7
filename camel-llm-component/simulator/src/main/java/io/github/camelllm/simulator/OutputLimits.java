package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends answers where the request says: at a stop string or at the output limit. */
final class OutputLimits {
    private OutputLimits() {}

    /** The answer, cut where the request wants it to end. Tool calls are never cut. */
    static ScriptedAnswer apply(ChatRequest request, ScriptedAnswer answer) {
        if (request.stop().isEmpty() && request.maxOutputTokens().isEmpty()) {
            return answer;
        }
        Optional<Finish> finish = Optional.empty();
        List<List<ContentPart>> choices = new ArrayList<>();
        for (List<ContentPart> parts : answer.choices()) {
            List<ContentPart> kept = new ArrayList<>();
            Optional<Finish> cut = cut(request, parts, kept);
            finish = finish.isPresent() ? finish : cut;
            choices.add(kept);
        }
        ScriptedAnswer limited = answer.withChoices(choices);
        return finish.isPresent() ? limited.withFinish(finish.get()) : limited;
    }

    private static Optional<Finish> cut(ChatRequest request, List<ContentPart> parts, List<ContentPart> kept) {
        int left = request.maxOutputTokens().orElse(Integer.MAX_VALUE);
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Text text) {
                Optional<String> stop = firstStop(request.stop(), text.text());
                String words = stop.map(
                                found -> text.text().substring(0, text.text().indexOf(found)))
                        .orElse(text.text());
                String fitting = TokenCounts.truncate(words, left);
                kept.add(ContentPart.Text.of(fitting));
                if (fitting.length() < words.length()) {
                    return Optional.of(Finish.of(FinishReason.LENGTH));
                }
                if (stop.isPresent()) {
                    return Optional.of(new Finish(FinishReason.STOP, Optional.empty(), stop));
                }
                left -= TokenCounts.count(fitting);
            } else if (part instanceof ContentPart.Reasoning reasoning) {
                left -= TokenCounts.count(reasoning.text());
                kept.add(part);
                if (left < 0) {
                    return Optional.of(Finish.of(FinishReason.LENGTH));
                }
            } else {
                kept.add(part);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstStop(List<String> stops, String text) {
        String first = null;
        for (String stop : stops) {
            if (!stop.isEmpty() && text.contains(stop) && (first == null || text.indexOf(stop) < text.indexOf(first))) {
                first = stop;
            }
        }
        return Optional.ofNullable(first);
    }
}
