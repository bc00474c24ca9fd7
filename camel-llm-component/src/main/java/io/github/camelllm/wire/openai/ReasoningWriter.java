package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Asks for reasoning in the words of the provider; see {@link OpenAiOptions#REASONING}. */
final class ReasoningWriter {
    private static final String OPTION = "reasoning";
    private static final String EFFORT = "reasoning_effort";
    /** From none to most. */
    private static final List<ReasoningEffort> SCALE = List.of(ReasoningEffort.values());

    private final RequestWriter request;
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private final JsonGenerator json;

    ReasoningWriter(RequestWriter request, WireProfile profile, UnsupportedOptions unsupported, JsonGenerator json) {
        this.request = request;
        this.profile = profile;
        this.unsupported = unsupported;
        this.json = json;
    }

    void write(ReasoningOptions reasoning) throws IOException {
        String form = profile.option(OpenAiOptions.REASONING, EFFORT);
        switch (form) {
            case "reasoning":
                writeObject(reasoning);
                return;
            case "thinking":
            case "thinking+effort":
                writeThinking(reasoning, form.endsWith("effort"));
                break;
            case "enable_thinking":
                writeSwitch(reasoning);
                break;
            case "chat_template_kwargs":
                writeTemplateArguments(reasoning);
                break;
            case EFFORT:
                writeEffort(reasoning);
                break;
            default:
                unsupported.knob(OPTION);
                return;
        }
        writeVisibility(reasoning);
    }

    private void writeObject(ReasoningOptions reasoning) throws IOException {
        if (!request.takesKnob("reasoning", OPTION)) {
            return;
        }
        json.writeStartObject();
        if (reasoning.effort().isPresent()) {
            json.writeStringField("effort", word(reasoning.effort().get()));
        } else if (reasoning.budgetTokens().orElse(-1) == 0) {
            json.writeStringField("effort", ReasoningEffort.NONE.wireName());
        }
        if (reasoning.budgetTokens().orElse(0) > 0) {
            json.writeNumberField("max_tokens", reasoning.budgetTokens().getAsInt());
        }
        if (reasoning.includeThoughts().isPresent()) {
            json.writeBooleanField("exclude", !reasoning.includeThoughts().get());
        }
        json.writeEndObject();
    }

    private void writeThinking(ReasoningOptions reasoning, boolean effortToo) throws IOException {
        if (request.takesKnob("thinking", OPTION)) {
            json.writeStartObject();
            json.writeStringField(
                    "type", isOff(reasoning) ? "disabled" : profile.option(OpenAiOptions.THINKING_TYPE, "enabled"));
            if (reasoning.budgetTokens().orElse(0) > 0) {
                json.writeNumberField("budget_tokens", reasoning.budgetTokens().getAsInt());
            }
            json.writeEndObject();
        }
        if (!effortToo) {
            dropLevel(reasoning);
        } else if (!isOff(reasoning) && reasoning.effort().isPresent() && request.takesKnob(EFFORT, OPTION)) {
            json.writeString(word(reasoning.effort().get()));
        }
    }

    /** A switch says on or off, and not how much. */
    private void dropLevel(ReasoningOptions reasoning) {
        if (!isOff(reasoning)
                && reasoning.effort().isPresent()
                && reasoning.budgetTokens().isEmpty()) {
            unsupported.knob(OPTION);
        }
    }

    private void writeSwitch(ReasoningOptions reasoning) throws IOException {
        if (request.takesKnob("enable_thinking", OPTION)) {
            json.writeBoolean(!isOff(reasoning));
        }
        if (reasoning.budgetTokens().orElse(0) > 0 && request.takesKnob("thinking_budget", OPTION)) {
            json.writeNumber(reasoning.budgetTokens().getAsInt());
        }
        dropLevel(reasoning);
    }

    /** Templates name the switch one way or the other and ignore what they do not know. */
    private void writeTemplateArguments(ReasoningOptions reasoning) throws IOException {
        if (request.takesKnob("chat_template_kwargs", OPTION)) {
            json.writeStartObject();
            json.writeBooleanField("thinking", !isOff(reasoning));
            json.writeBooleanField("enable_thinking", !isOff(reasoning));
            json.writeEndObject();
        }
        dropLevel(reasoning);
        if (reasoning.budgetTokens().orElse(0) > 0) {
            unsupported.knob(OPTION);
        }
    }

    /** A budget alone becomes an effort. Beside an effort it would say the same again, so it is left out, and said to be. */
    private void writeEffort(ReasoningOptions reasoning) throws IOException {
        OptionalInt budget = reasoning.budgetTokens();
        if ((reasoning.effort().isPresent() || budget.orElse(-1) >= 0) && request.takesKnob(EFFORT, OPTION)) {
            json.writeString(word(reasoning.effort().orElseGet(() -> ReasoningEffort.ofBudget(budget.orElse(0)))));
        }
        if (reasoning.effort().isPresent() && budget.orElse(0) > 0) {
            unsupported.knob(OPTION);
        }
    }

    private void writeVisibility(ReasoningOptions reasoning) throws IOException {
        if (reasoning.includeThoughts().isEmpty()) {
            return;
        }
        Optional<String> member = Optional.ofNullable(profile.options().get(OpenAiOptions.INCLUDE_THOUGHTS));
        if (member.isEmpty()) {
            unsupported.knob(OPTION);
        } else if (request.takesKnob(member.get(), OPTION)) {
            json.writeBoolean(reasoning.includeThoughts().get());
        }
    }

    private static boolean isOff(ReasoningOptions reasoning) {
        return reasoning
                        .effort()
                        .filter(effort -> effort == ReasoningEffort.NONE)
                        .isPresent()
                || reasoning.budgetTokens().orElse(-1) == 0;
    }

    /** The effort itself, or the nearest that the model takes; of two that are as near, the higher. */
    private String word(ReasoningEffort wanted) {
        String taken = profile.option(OpenAiOptions.REASONING_EFFORTS, "");
        if (taken.isEmpty()) {
            return wanted.wireName();
        }
        Set<String> words = new HashSet<>(List.of(taken.split("\\s*,\\s*")));
        int at = SCALE.indexOf(wanted);
        for (int away = 0; away < SCALE.size(); away++) {
            for (int place : new int[] {at + away, at - away}) {
                if (place >= 0
                        && place < SCALE.size()
                        && words.contains(SCALE.get(place).wireName())) {
                    return SCALE.get(place).wireName();
                }
            }
        }
        return wanted.wireName();
    }
}
