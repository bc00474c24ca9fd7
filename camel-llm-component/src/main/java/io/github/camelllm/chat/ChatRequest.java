package io.github.camelllm.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One question to a model, in the terms that all dialects share.
 *
 * <p>What is empty is not sent, so that the provider's default holds. An option that a provider lacks is dropped with a
 * warning if it only tunes the answer, and refused before anything is sent if it changes what is asked.
 *
 * @param model the model id as its provider writes it
 * @param messages the conversation, oldest first
 * @param tools what the model may ask for
 * @param toolChoice whether it must
 * @param parallelToolCalls whether several calls may come at once
 * @param responseFormat form of the answer; empty for free text
 * @param maxOutputTokens upper bound of the answer, reasoning included
 * @param temperature randomness, 0 to 2 (0 to 1 at Anthropic)
 * @param topP nucleus sampling, 0 to 1
 * @param topK number of candidate tokens
 * @param frequencyPenalty −2 to 2
 * @param presencePenalty −2 to 2
 * @param seed for repeatable sampling, best effort
 * @param logitBias token id to bias, −100 to 100
 * @param logprobs whether token probabilities should come back
 * @param topLogprobs how many alternatives per token
 * @param stop strings that end the answer
 * @param n number of answers asked for
 * @param reasoning how a reasoning model should think
 * @param audio asks for a spoken answer
 * @param verbosity {@code low}, {@code medium} or {@code high}
 * @param user opaque id of the end user, for the provider's abuse detection
 * @param metadata labels that the provider stores with the call
 * @param serviceTier the provider's name of a price and speed class
 * @param promptCacheKey routing hint that raises prompt cache hits
 * @param dialectHeaders headers by which a client asks for features of its dialect, such as {@code anthropic-beta}, by
 *     lower-case name; providers of other dialects do not get them
 * @param store whether the provider may keep the answer for later retrieval
 * @param extra members put into the request body as they are, under their wire names; values of JSON types
 *     (Map, List, String, Number, Boolean, null)
 * @param clientMembers members that a client sent and for which there are no words here; never empty ones
 * @param unread names of members of a client's messages that are nowhere in this request, such as {@code messages.prefix}
 */
public record ChatRequest(
        String model,
        List<ChatMessage> messages,
        List<Tool> tools,
        Optional<ToolChoice> toolChoice,
        Optional<Boolean> parallelToolCalls,
        Optional<ResponseFormat> responseFormat,
        OptionalInt maxOutputTokens,
        OptionalDouble temperature,
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble frequencyPenalty,
        OptionalDouble presencePenalty,
        OptionalLong seed,
        Map<String, Double> logitBias,
        Optional<Boolean> logprobs,
        OptionalInt topLogprobs,
        List<String> stop,
        OptionalInt n,
        Optional<ReasoningOptions> reasoning,
        Optional<AudioOptions> audio,
        Optional<String> verbosity,
        Optional<String> user,
        Map<String, String> metadata,
        Optional<String> serviceTier,
        Optional<String> promptCacheKey,
        Map<String, String> dialectHeaders,
        Optional<Boolean> store,
        Map<String, Object> extra,
        Optional<ClientMembers> clientMembers,
        Set<String> unread) {

    public ChatRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        logitBias = Map.copyOf(logitBias);
        stop = List.copyOf(stop);
        metadata = orderedCopy(metadata);
        dialectHeaders = Map.copyOf(dialectHeaders);
        extra = orderedCopy(extra);
        clientMembers = clientMembers.filter(sent -> !sent.members().isEmpty());
        unread = Set.copyOf(unread);
    }

    /** Whether any part of any message is so. Asked for each call, so without streams. */
    public boolean hasPart(Predicate<ContentPart> kind) {
        for (ChatMessage message : messages) {
            for (ContentPart part : message.content()) {
                if (kind.test(part)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether any tool is so. */
    public boolean hasTool(Predicate<Tool> kind) {
        for (Tool tool : tools) {
            if (kind.test(tool)) {
                return true;
            }
        }
        return false;
    }

    public static Builder builder(String model) {
        return new Builder(model);
    }

    /** A builder that starts from this request's values. */
    public Builder toBuilder() {
        Builder builder = new Builder(model)
                .messages(messages)
                .tools(tools)
                .logitBias(logitBias)
                .stop(stop)
                .metadata(metadata)
                .dialectHeaders(dialectHeaders)
                .extra(extra);
        builder.toolChoice = toolChoice;
        builder.parallelToolCalls = parallelToolCalls;
        builder.responseFormat = responseFormat;
        builder.maxOutputTokens = maxOutputTokens;
        builder.temperature = temperature;
        builder.topP = topP;
        builder.topK = topK;
        builder.frequencyPenalty = frequencyPenalty;
        builder.presencePenalty = presencePenalty;
        builder.seed = seed;
        builder.logprobs = logprobs;
        builder.topLogprobs = topLogprobs;
        builder.n = n;
        builder.reasoning = reasoning;
        builder.audio = audio;
        builder.verbosity = verbosity;
        builder.user = user;
        builder.serviceTier = serviceTier;
        builder.promptCacheKey = promptCacheKey;
        builder.store = store;
        builder.clientMembers = clientMembers;
        builder.unread = unread;
        return builder;
    }

    /** Tells the model and the sizes, never the content. */
    @Override
    public String toString() {
        return "ChatRequest[" + model + ", " + messages.size() + " messages, " + tools.size() + " tools]";
    }

    private static <V> Map<String, V> orderedCopy(Map<String, V> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** Collects the values of a request. Not thread-safe. */
    public static final class Builder {
        private String model;
        private List<ChatMessage> messages = new ArrayList<>();
        private List<Tool> tools = List.of();
        private Optional<ToolChoice> toolChoice = Optional.empty();
        private Optional<Boolean> parallelToolCalls = Optional.empty();
        private Optional<ResponseFormat> responseFormat = Optional.empty();
        private OptionalInt maxOutputTokens = OptionalInt.empty();
        private OptionalDouble temperature = OptionalDouble.empty();
        private OptionalDouble topP = OptionalDouble.empty();
        private OptionalInt topK = OptionalInt.empty();
        private OptionalDouble frequencyPenalty = OptionalDouble.empty();
        private OptionalDouble presencePenalty = OptionalDouble.empty();
        private OptionalLong seed = OptionalLong.empty();
        private Map<String, Double> logitBias = Map.of();
        private Optional<Boolean> logprobs = Optional.empty();
        private OptionalInt topLogprobs = OptionalInt.empty();
        private List<String> stop = List.of();
        private OptionalInt n = OptionalInt.empty();
        private Optional<ReasoningOptions> reasoning = Optional.empty();
        private Optional<AudioOptions> audio = Optional.empty();
        private Optional<String> verbosity = Optional.empty();
        private Optional<String> user = Optional.empty();
        private Map<String, String> metadata = Map.of();
        private Optional<String> serviceTier = Optional.empty();
        private Optional<String> promptCacheKey = Optional.empty();
        private Map<String, String> dialectHeaders = Map.of();
        private Optional<Boolean> store = Optional.empty();
        private Map<String, Object> extra = Map.of();
        private Optional<ClientMembers> clientMembers = Optional.empty();
        private Set<String> unread = Set.of();

        private Builder(String model) {
            this.model = model;
        }

        public Builder model(String value) {
            model = value;
            return this;
        }

        public Builder messages(List<? extends ChatMessage> value) {
            messages = new ArrayList<>(value);
            return this;
        }

        public Builder message(ChatMessage value) {
            messages.add(value);
            return this;
        }

        public Builder tools(List<? extends Tool> value) {
            tools = List.copyOf(value);
            return this;
        }

        public Builder toolChoice(ToolChoice value) {
            toolChoice = Optional.of(value);
            return this;
        }

        public Builder parallelToolCalls(boolean value) {
            parallelToolCalls = Optional.of(value);
            return this;
        }

        public Builder responseFormat(ResponseFormat value) {
            responseFormat = Optional.of(value);
            return this;
        }

        /** Free text, as if no format had been set. */
        public Builder noResponseFormat() {
            responseFormat = Optional.empty();
            return this;
        }

        public Builder maxOutputTokens(int value) {
            maxOutputTokens = OptionalInt.of(value);
            return this;
        }

        public Builder temperature(double value) {
            temperature = OptionalDouble.of(value);
            return this;
        }

        public Builder topP(double value) {
            topP = OptionalDouble.of(value);
            return this;
        }

        public Builder topK(int value) {
            topK = OptionalInt.of(value);
            return this;
        }

        public Builder frequencyPenalty(double value) {
            frequencyPenalty = OptionalDouble.of(value);
            return this;
        }

        public Builder presencePenalty(double value) {
            presencePenalty = OptionalDouble.of(value);
            return this;
        }

        public Builder seed(long value) {
            seed = OptionalLong.of(value);
            return this;
        }

        public Builder logitBias(Map<String, Double> value) {
            logitBias = value;
            return this;
        }

        public Builder logprobs(boolean value) {
            logprobs = Optional.of(value);
            return this;
        }

        public Builder topLogprobs(int value) {
            topLogprobs = OptionalInt.of(value);
            return this;
        }

        public Builder stop(List<String> value) {
            stop = value;
            return this;
        }

        public Builder n(int value) {
            n = OptionalInt.of(value);
            return this;
        }

        public Builder reasoning(ReasoningOptions value) {
            reasoning = Optional.of(value);
            return this;
        }

        public Builder audio(AudioOptions value) {
            audio = Optional.of(value);
            return this;
        }

        public Builder verbosity(String value) {
            verbosity = Optional.of(value);
            return this;
        }

        public Builder user(String value) {
            user = Optional.of(value);
            return this;
        }

        public Builder metadata(Map<String, String> value) {
            metadata = value;
            return this;
        }

        public Builder serviceTier(String value) {
            serviceTier = Optional.of(value);
            return this;
        }

        public Builder promptCacheKey(String value) {
            promptCacheKey = Optional.of(value);
            return this;
        }

        public Builder dialectHeaders(Map<String, String> value) {
            dialectHeaders = value;
            return this;
        }

        public Builder store(boolean value) {
            store = Optional.of(value);
            return this;
        }

        public Builder extra(Map<String, Object> value) {
            extra = value;
            return this;
        }

        public Builder clientMembers(ClientMembers value) {
            clientMembers = Optional.of(value);
            return this;
        }

        /** As if no client had sent any. */
        public Builder noClientMembers() {
            clientMembers = Optional.empty();
            return this;
        }

        public Builder unread(Set<String> value) {
            unread = value;
            return this;
        }

        public ChatRequest build() {
            return new ChatRequest(
                    model,
                    messages,
                    tools,
                    toolChoice,
                    parallelToolCalls,
                    responseFormat,
                    maxOutputTokens,
                    temperature,
                    topP,
                    topK,
                    frequencyPenalty,
                    presencePenalty,
                    seed,
                    logitBias,
                    logprobs,
                    topLogprobs,
                    stop,
                    n,
                    reasoning,
                    audio,
                    verbosity,
                    user,
                    metadata,
                    serviceTier,
                    promptCacheKey,
                    dialectHeaders,
                    store,
                    extra,
                    clientMembers,
                    unread);
        }
    }
}
