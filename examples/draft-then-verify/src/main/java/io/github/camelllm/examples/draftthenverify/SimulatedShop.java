package io.github.camelllm.examples.draftthenverify;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.simulator.Pacing;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import java.time.Duration;
import java.util.List;

/** Plays both models: the small one makes the mistakes that stand in the file of questions, the large one knows better. */
final class SimulatedShop implements Responder {
    static final String SMALL = "gpt-5-nano";

    private static final Pacing FAST = Pacing.of(Duration.ofMillis(5), Duration.ofMillis(1));
    private static final Pacing SLOW = Pacing.of(Duration.ofMillis(60), Duration.ofMillis(4));

    private final List<Question> questions;
    private final Responder otherwise = Responders.deterministic();

    SimulatedShop(List<Question> questions) {
        this.questions = List.copyOf(questions);
    }

    @Override
    public ScriptedAnswer answer(ChatRequest request) {
        String prompt = request.messages().get(request.messages().size() - 1).text();
        boolean small = request.model().equals(SMALL);
        for (Question question : questions) {
            if (prompt.contains(question.text()) && !question.simulatedDraft().isEmpty()) {
                return small
                        ? ScriptedAnswer.text(question.simulatedDraft()).withPacing(FAST)
                        : ScriptedAnswer.text(
                                        prompt.contains(question.simulatedTruth()) ? "OK" : question.simulatedTruth())
                                .withPacing(SLOW);
            }
        }
        return small ? otherwise.answer(request) : ScriptedAnswer.text("OK");
    }
}
