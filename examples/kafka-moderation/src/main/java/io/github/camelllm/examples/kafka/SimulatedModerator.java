package io.github.camelllm.examples.kafka;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.ScriptedAnswer;
import java.util.List;
import java.util.Locale;

/** What the simulator answers: a verdict by a handful of words. It is no model, and takes in less than one. */
final class SimulatedModerator implements Responder {
    /** A comment of more tokens is refused, as by a model with a small context. */
    static final int CONTEXT_WINDOW_TOKENS = 8_000;

    private static final List<String> BLOCKED = List.of("idiot", "click now", "phone 555");
    private static final List<String> REVIEW = List.of("a lesson", "just saying");

    @Override
    public ScriptedAnswer answer(ChatRequest request) {
        String comment = "";
        for (ChatMessage message : request.messages()) {
            if (message instanceof ChatMessage.User user) {
                comment = user.text().toLowerCase(Locale.ROOT);
            }
        }
        return ScriptedAnswer.text(verdict(comment));
    }

    private static String verdict(String comment) {
        if (BLOCKED.stream().anyMatch(comment::contains)) {
            return "{\"verdict\": \"blocked\", \"reason\": \"It insults, advertises or gives away private data.\"}";
        }
        if (REVIEW.stream().anyMatch(comment::contains)) {
            return "{\"verdict\": \"review\", \"reason\": \"It could be a threat or a rumour.\"}";
        }
        return "{\"verdict\": \"allowed\", \"reason\": \"It is an opinion about the topic.\"}";
    }
}
