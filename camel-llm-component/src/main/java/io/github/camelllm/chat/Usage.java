package io.github.camelllm.chat;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one call consumed, as the provider counted it. An empty value is unknown, never zero.
 *
 * <p>Worked example: a prompt of 1,200 tokens of which 1,024 came from the cache, answered with 340 tokens of which
 * 256 were reasoning, is {@code inputTokens=1200, cacheReadInputTokens=1024, outputTokens=340,
 * reasoningOutputTokens=256}. Codecs of providers that count differently (Anthropic leaves cached tokens out of the
 * input, Gemini and xAI leave reasoning out of the output) normalise to this form.
 *
 * @param inputTokens all input tokens, cached ones included (gen_ai.usage.input_tokens)
 * @param cacheReadInputTokens the part of inputTokens read from the provider's prompt cache
 * @param cacheCreationInputTokens the part of inputTokens written to the prompt cache, all lifetimes
 * @param cacheCreation1hInputTokens the part of cacheCreationInputTokens written with a lifetime of one hour
 * @param inputAudioTokens the part of inputTokens that was audio
 * @param inputImageTokens the part of inputTokens that was images or video
 * @param outputTokens all output tokens, reasoning included (gen_ai.usage.output_tokens)
 * @param reasoningOutputTokens the part of outputTokens spent on reasoning
 * @param outputAudioTokens the part of outputTokens that was audio
 * @param outputImageTokens the part of outputTokens that was images
 * @param webSearchRequests searches that the provider ran and bills apart
 * @param totalTokens the provider's own total, kept for comparison
 * @param serviceTier the tier that the call was billed at, such as {@code priority} or {@code batch}
 * @param reportedCost what the provider itself says the call cost
 */
public record Usage(
        OptionalLong inputTokens,
        OptionalLong cacheReadInputTokens,
        OptionalLong cacheCreationInputTokens,
        OptionalLong cacheCreation1hInputTokens,
        OptionalLong inputAudioTokens,
        OptionalLong inputImageTokens,
        OptionalLong outputTokens,
        OptionalLong reasoningOutputTokens,
        OptionalLong outputAudioTokens,
        OptionalLong outputImageTokens,
        OptionalLong webSearchRequests,
        OptionalLong totalTokens,
        Optional<String> serviceTier,
        Optional<Money> reportedCost) {

    public static Usage of(long inputTokens, long outputTokens) {
        return builder().inputTokens(inputTokens).outputTokens(outputTokens).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Both together. A figure that one of them does not know stays unknown. */
    public Usage plus(Usage other) {
        return new Usage(
                sum(inputTokens, other.inputTokens),
                sum(cacheReadInputTokens, other.cacheReadInputTokens),
                sum(cacheCreationInputTokens, other.cacheCreationInputTokens),
                sum(cacheCreation1hInputTokens, other.cacheCreation1hInputTokens),
                sum(inputAudioTokens, other.inputAudioTokens),
                sum(inputImageTokens, other.inputImageTokens),
                sum(outputTokens, other.outputTokens),
                sum(reasoningOutputTokens, other.reasoningOutputTokens),
                sum(outputAudioTokens, other.outputAudioTokens),
                sum(outputImageTokens, other.outputImageTokens),
                sum(webSearchRequests, other.webSearchRequests),
                sum(totalTokens, other.totalTokens),
                serviceTier.equals(other.serviceTier) ? serviceTier : Optional.empty(),
                reportedCost.flatMap(cost -> other.reportedCost
                        .filter(more -> more.currency().equals(cost.currency()))
                        .map(more -> new Money(cost.amount().add(more.amount()), cost.currency()))));
    }

    private static OptionalLong sum(OptionalLong left, OptionalLong right) {
        return left.isPresent() && right.isPresent()
                ? OptionalLong.of(left.getAsLong() + right.getAsLong())
                : OptionalLong.empty();
    }

    /** This usage with another count of output tokens. */
    public Usage withOutputTokens(long tokens) {
        return new Usage(
                inputTokens,
                cacheReadInputTokens,
                cacheCreationInputTokens,
                cacheCreation1hInputTokens,
                inputAudioTokens,
                inputImageTokens,
                OptionalLong.of(tokens),
                reasoningOutputTokens,
                outputAudioTokens,
                outputImageTokens,
                webSearchRequests,
                totalTokens,
                serviceTier,
                reportedCost);
    }

    /** Collects the figures of a usage object; what is never set stays unknown. Not thread-safe. */
    public static final class Builder {
        private OptionalLong inputTokens = OptionalLong.empty();
        private OptionalLong cacheReadInputTokens = OptionalLong.empty();
        private OptionalLong cacheCreationInputTokens = OptionalLong.empty();
        private OptionalLong cacheCreation1hInputTokens = OptionalLong.empty();
        private OptionalLong inputAudioTokens = OptionalLong.empty();
        private OptionalLong inputImageTokens = OptionalLong.empty();
        private OptionalLong outputTokens = OptionalLong.empty();
        private OptionalLong reasoningOutputTokens = OptionalLong.empty();
        private OptionalLong outputAudioTokens = OptionalLong.empty();
        private OptionalLong outputImageTokens = OptionalLong.empty();
        private OptionalLong webSearchRequests = OptionalLong.empty();
        private OptionalLong totalTokens = OptionalLong.empty();
        private Optional<String> serviceTier = Optional.empty();
        private Optional<Money> reportedCost = Optional.empty();

        public Builder inputTokens(long tokens) {
            inputTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder cacheReadInputTokens(long tokens) {
            cacheReadInputTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder cacheCreationInputTokens(long tokens) {
            cacheCreationInputTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder cacheCreation1hInputTokens(long tokens) {
            cacheCreation1hInputTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder inputAudioTokens(long tokens) {
            inputAudioTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder inputImageTokens(long tokens) {
            inputImageTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder outputTokens(long tokens) {
            outputTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder reasoningOutputTokens(long tokens) {
            reasoningOutputTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder outputAudioTokens(long tokens) {
            outputAudioTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder outputImageTokens(long tokens) {
            outputImageTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder webSearchRequests(long requests) {
            webSearchRequests = OptionalLong.of(requests);
            return this;
        }

        public Builder totalTokens(long tokens) {
            totalTokens = OptionalLong.of(tokens);
            return this;
        }

        public Builder serviceTier(String tier) {
            serviceTier = Optional.of(tier);
            return this;
        }

        public Builder reportedCost(Money cost) {
            reportedCost = Optional.of(cost);
            return this;
        }

        public Usage build() {
            return new Usage(
                    inputTokens,
                    cacheReadInputTokens,
                    cacheCreationInputTokens,
                    cacheCreation1hInputTokens,
                    inputAudioTokens,
                    inputImageTokens,
                    outputTokens,
                    reasoningOutputTokens,
                    outputAudioTokens,
                    outputImageTokens,
                    webSearchRequests,
                    totalTokens,
                    serviceTier,
                    reportedCost);
        }
    }
}
