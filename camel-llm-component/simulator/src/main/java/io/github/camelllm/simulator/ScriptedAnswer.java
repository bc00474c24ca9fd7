package io.github.camelllm.simulator;

import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Usage;
import java.util.List;
import java.util.Optional;

/**
 * One answer as a {@link Responder} gives it; the simulator adds ids, usage and pace.
 *
 * @param choices the parts of each choice, at least one choice. If the request asks for more, the last is repeated
 * @param finish why it ended; empty for {@link FinishReason#TOOL_CALLS} if the parts hold a tool call, else
 *     {@link FinishReason#STOP}
 * @param usage figures to report and bill in place of the real counts
 * @param pacing pace in place of the simulator's
 * @param fault what goes wrong with this answer; a fault of the plan or of the request goes before it
 */
public record ScriptedAnswer(
        List<List<ContentPart>> choices,
        Optional<Finish> finish,
        Optional<Usage> usage,
        Optional<Pacing> pacing,
        Optional<Fault> fault) {

    public ScriptedAnswer {
        choices = choices.stream().map(List::copyOf).toList();
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("an answer needs at least one choice, got none");
        }
    }

    public static ScriptedAnswer of(List<ContentPart> parts) {
        return new ScriptedAnswer(
                List.of(parts), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public static ScriptedAnswer text(String text) {
        return of(List.of(ContentPart.Text.of(text)));
    }

    /** An answer that only fails. */
    public static ScriptedAnswer failing(Fault fault) {
        return text("").withFault(fault);
    }

    /** One call of a tool; its id is made up by the simulator. */
    public static ScriptedAnswer toolCall(String name, String argumentsJson) {
        return of(List.of(ContentPart.ToolCall.of("", name, argumentsJson)));
    }

    public ScriptedAnswer withChoices(List<List<ContentPart>> other) {
        return new ScriptedAnswer(other, finish, usage, pacing, fault);
    }

    public ScriptedAnswer withFinish(Finish other) {
        return new ScriptedAnswer(choices, Optional.of(other), usage, pacing, fault);
    }

    public ScriptedAnswer withFinish(FinishReason reason) {
        return withFinish(Finish.of(reason));
    }

    public ScriptedAnswer withUsage(Usage other) {
        return new ScriptedAnswer(choices, finish, Optional.of(other), pacing, fault);
    }

    public ScriptedAnswer withPacing(Pacing other) {
        return new ScriptedAnswer(choices, finish, usage, Optional.of(other), fault);
    }

    public ScriptedAnswer withFault(Fault other) {
        return new ScriptedAnswer(choices, finish, usage, pacing, Optional.of(other));
    }

    /** The parts of a choice; the last one's for those beyond. */
    List<ContentPart> parts(int choice) {
        return choices.get(Math.min(choice, choices.size() - 1));
    }

    /** The finish to report. */
    Finish finishOf(int choice) {
        return finish.orElseGet(() -> Finish.of(
                parts(choice).stream().anyMatch(ContentPart.ToolCall.class::isInstance)
                        ? FinishReason.TOOL_CALLS
                        : FinishReason.STOP));
    }

    @Override
    public String toString() {
        return "ScriptedAnswer[" + choices.size() + " choices"
                + fault.map(value -> ", " + value).orElse("") + "]";
    }
}
