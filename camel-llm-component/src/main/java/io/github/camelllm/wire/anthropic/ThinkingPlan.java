package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.util.Optional;

/**
 * How reasoning options become {@code thinking} and {@code output_config.effort}.
 *
 * <p>A budget that the request names has to be at least 1,024 and below {@code max_tokens}, else the request is
 * refused: raising one or cutting the other would ask another question. A budget derived from an effort is a share of
 * {@code max_tokens}: minimal 10 %, low 20 %, medium 50 %, high 80 %, xhigh and max 95 %, but at least 1,024; with
 * 20,000 {@code max_tokens}, {@code high} is 16,000. The shares are those of OpenRouter
 * (https://openrouter.ai/docs/use-cases/reasoning-tokens). A budget for a model that takes none becomes an effort, unless the
 * request names one: {@link ReasoningEffort#ofBudget}.
 *
 * @param type {@code adaptive}, {@code enabled} or {@code disabled}; empty for no {@code thinking} at all
 * @param budgetTokens of {@code enabled}
 * @param display {@code summarized} or {@code omitted}
 * @param effort for {@code output_config}
 */
record ThinkingPlan(Optional<String> type, int budgetTokens, Optional<String> display, Optional<String> effort) {
    static final ThinkingPlan NOTHING = new ThinkingPlan(Optional.empty(), 0, Optional.empty(), Optional.empty());

    private static final int LEAST_BUDGET = 1024;

    static ThinkingPlan of(ChatRequest request, int maxTokens, WireTarget target, UnsupportedOptions unsupported) {
        if (request.reasoning().isEmpty()) {
            return NOTHING;
        }
        ReasoningOptions options = request.reasoning().get();
        WireProfile profile = target.profile();
        String mode = profile.omits("thinking") ? "none" : profile.option("thinking", "auto");
        boolean off =
                options.budgetTokens().orElse(1) == 0 || options.effort().equals(Optional.of(ReasoningEffort.NONE));
        boolean noEffort = profile.omits("effort") || profile.omits("output_config");
        boolean budgetAsEffort = options.effort().isEmpty()
                && options.budgetTokens().orElse(0) > 0
                && !noEffort
                && (mode.equals("effort") || mode.equals("adaptive"));
        Optional<ReasoningEffort> asked = budgetAsEffort
                ? Optional.of(ReasoningEffort.ofBudget(options.budgetTokens().getAsInt()))
                : options.effort();
        Optional<String> effort =
                asked.filter(level -> level != ReasoningEffort.NONE).map(ThinkingPlan::wireEffort);
        if (effort.isPresent() && noEffort) {
            if (!mode.equals("budget")) {
                unsupported.knob("reasoning.effort");
            }
            effort = Optional.empty();
        }
        if (mode.equals("none")) {
            if (!off) {
                unsupported.knob("reasoning");
            }
            return NOTHING;
        }
        if (mode.equals("effort")) {
            if (options.budgetTokens().orElse(0) > 0 && !budgetAsEffort) {
                unsupported.knob("reasoning.budgetTokens");
            }
            if (options.includeThoughts().isPresent()) {
                unsupported.knob("reasoning.includeThoughts");
            }
            return new ThinkingPlan(Optional.empty(), 0, Optional.empty(), effort);
        }
        if (off) {
            return new ThinkingPlan(Optional.of("disabled"), 0, Optional.empty(), effort);
        }
        Optional<String> display = options.includeThoughts().map(shown -> shown ? "summarized" : "omitted");
        if (display.isPresent() && profile.omits("display")) {
            unsupported.knob("reasoning.includeThoughts");
            display = Optional.empty();
        }
        boolean hasBudget = options.budgetTokens().isPresent();
        if (mode.equals("budget") || mode.equals("auto") && hasBudget) {
            int budget = hasBudget
                    ? options.budgetTokens().getAsInt()
                    : share(options.effort().orElse(ReasoningEffort.MEDIUM), maxTokens);
            requireFits(budget, maxTokens, target);
            // A model that takes budgets learns the effort from them; where the request names both, both are sent.
            return new ThinkingPlan(Optional.of("enabled"), budget, display, hasBudget ? effort : Optional.empty());
        }
        if (hasBudget && !budgetAsEffort) {
            unsupported.knob("reasoning.budgetTokens");
        }
        return new ThinkingPlan(Optional.of("adaptive"), 0, display, effort);
    }

    /** Whether it names a budget, with which the wire is strict about the rest of a request. */
    boolean hasBudget() {
        return budgetTokens > 0;
    }

    /** Whether the model is told to think. */
    boolean thinks() {
        return type.isPresent() && !type.get().equals("disabled");
    }

    /** The same effort without thinking. */
    ThinkingPlan disabled() {
        return new ThinkingPlan(Optional.of("disabled"), 0, Optional.empty(), effort);
    }

    private static String wireEffort(ReasoningEffort effort) {
        return effort == ReasoningEffort.MINIMAL ? ReasoningEffort.LOW.wireName() : effort.wireName();
    }

    private static int share(ReasoningEffort effort, int maxTokens) {
        return (int) Math.max(LEAST_BUDGET, (long) maxTokens * percent(effort) / 100);
    }

    private static int percent(ReasoningEffort effort) {
        switch (effort) {
            case MINIMAL:
                return 10;
            case LOW:
                return 20;
            case HIGH:
                return 80;
            case XHIGH:
            case MAX:
                return 95;
            default:
                return 50;
        }
    }

    private static void requireFits(int budget, int maxTokens, WireTarget target) {
        if (budget < LEAST_BUDGET || budget >= maxTokens) {
            throw new LlmInvalidRequestException(
                    target.provider() + "/" + target.model() + ": a thinking budget has to be at least " + LEAST_BUDGET
                            + " tokens and below maxOutputTokens (" + maxTokens + "), but is " + budget
                            + "; nothing was sent",
                    ErrorDetails.local(target.provider(), target.model(), "invalid_thinking_budget", false),
                    null);
        }
    }

    void writeThinking(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type.orElseThrow());
        if (budgetTokens > 0) {
            json.writeNumberField("budget_tokens", budgetTokens);
        }
        if (display.isPresent()) {
            json.writeStringField("display", display.get());
        }
        json.writeEndObject();
    }
}
