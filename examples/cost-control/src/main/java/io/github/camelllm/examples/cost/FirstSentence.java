package io.github.camelllm.examples.cost;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.ScriptedAnswer;

/** Stands in for a model: the sum of a text is its first sentence. */
final class FirstSentence implements Responder {
    @Override
    public ScriptedAnswer answer(ChatRequest request) {
        for (ChatMessage message : request.messages()) {
            if (message instanceof ChatMessage.User user) {
                for (ContentPart part : user.content()) {
                    if (part instanceof ContentPart.Text text) {
                        return ScriptedAnswer.text(text.text().strip().split("(?<=[.!?])\\s", 2)[0]);
                    }
                }
            }
        }
        return ScriptedAnswer.text("There is no text.");
    }
}
