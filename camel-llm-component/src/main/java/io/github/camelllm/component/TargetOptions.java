package io.github.camelllm.component;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The options that a target of a router sets for itself: those of the request are laid over what the route asks. */
final class TargetOptions {
    private static final Set<String> OF_THE_REQUEST = Set.of(
            "temperature",
            "topP",
            "topK",
            "maxTokens",
            "seed",
            "frequencyPenalty",
            "presencePenalty",
            "reasoningEffort",
            "reasoningBudget",
            "verbosity",
            "serviceTier",
            "promptCacheKey");
    private static final Set<String> OF_THE_CALL = Set.of(
            "connectTimeout",
            "firstByteTimeout",
            "idleTimeout",
            "requestTimeout",
            "maxResponseBytes",
            "maxEventBytes",
            "maxRetries",
            "retryBackoff",
            "maxRetryBackoff",
            "maxRetryAfter",
            "minBytesPerSecond",
            "maxWhitespace",
            "schemaMode",
            "unsupported");

    private final Set<String> given;

    private TargetOptions(Set<String> given) {
        this.given = given;
    }

    /** @throws IllegalArgumentException if an option cannot be set for a single target */
    static TargetOptions of(String router, String target, Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!OF_THE_REQUEST.contains(name)
                    && !OF_THE_CALL.contains(name)
                    && !name.startsWith("var.")
                    && !name.startsWith("header.")
                    && !name.startsWith("extra.")) {
                Set<String> known = new TreeSet<>(OF_THE_REQUEST);
                known.addAll(OF_THE_CALL);
                throw new IllegalArgumentException("router '" + router + "', target '" + target + "': option '" + name
                        + "' cannot be set for one target; known are " + String.join(", ", known)
                        + ", var.*, header.*, extra.*");
            }
        }
        return new TargetOptions(Set.copyOf(options.keySet()));
    }

    /** Whether any of them changes what is asked, and not only how the call is made. */
    boolean concernRequests() {
        return given.stream().anyMatch(name -> OF_THE_REQUEST.contains(name) || name.startsWith("extra."));
    }

    /** @param leaf an endpoint on which the options are set */
    ChatRequest.Builder apply(ChatRequest.Builder request, LlmEndpoint leaf) {
        LlmConfiguration set = leaf.getConfiguration();
        lay("temperature", set.getTemperature(), request::temperature);
        lay("topP", set.getTopP(), request::topP);
        lay("topK", set.getTopK(), request::topK);
        lay("maxTokens", set.getMaxTokens(), request::maxOutputTokens);
        lay("seed", set.getSeed(), request::seed);
        lay("frequencyPenalty", set.getFrequencyPenalty(), request::frequencyPenalty);
        lay("presencePenalty", set.getPresencePenalty(), request::presencePenalty);
        lay("verbosity", set.getVerbosity(), request::verbosity);
        lay("serviceTier", set.getServiceTier(), request::serviceTier);
        lay("promptCacheKey", set.getPromptCacheKey(), request::promptCacheKey);
        if (given.contains("reasoningEffort") || given.contains("reasoningBudget")) {
            Integer budget = set.getReasoningBudget();
            request.reasoning(new ReasoningOptions(
                    Optional.ofNullable(set.getReasoningEffort()).map(TargetOptions::effort),
                    budget == null ? OptionalInt.empty() : OptionalInt.of(budget),
                    Optional.ofNullable(set.getIncludeReasoning())));
        }
        if (given.stream().anyMatch(name -> name.startsWith("extra."))) {
            ChatRequest asked = request.build();
            Map<String, Object> extra = new LinkedHashMap<>(asked.extra());
            extra.putAll(leaf.extra());
            request.extra(extra);
            asked.clientMembers()
                    .map(sent -> sent.without(leaf.extra().keySet()))
                    .ifPresent(request::clientMembers);
        }
        return request;
    }

    private static ReasoningEffort effort(String word) {
        try {
            return ReasoningEffort.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("reasoningEffort of a router's target must be one of none, minimal, low,"
                    + " medium, high, xhigh, max but is '" + word + "'");
        }
    }

    private <T> void lay(String name, @Nullable T value, Consumer<T> setter) {
        if (given.contains(name) && value != null) {
            setter.accept(value);
        }
    }
}
