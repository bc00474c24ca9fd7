package io.github.camelllm.catalog;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * Prices per million tokens. An empty rate is unknown, or the provider has no rate of its own for such tokens; zero is a
 * price.
 *
 * @param input input tokens that were neither read from nor written to a cache
 * @param output output tokens, reasoning included unless it has its own rate; zero for embedding models
 * @param cacheRead input tokens read from the provider's prompt cache
 * @param cacheWrite input tokens written to the prompt cache for its shortest lifetime (five minutes at Anthropic)
 * @param cacheWrite1h input tokens written to the prompt cache for an hour
 * @param inputAudio input tokens that are audio
 * @param inputImage input tokens that are images or video
 * @param outputAudio output tokens that are audio
 * @param outputImage output tokens that are images
 * @param reasoningOutput output tokens spent on reasoning
 */
public record Rates(
        BigDecimal input,
        BigDecimal output,
        Optional<BigDecimal> cacheRead,
        Optional<BigDecimal> cacheWrite,
        Optional<BigDecimal> cacheWrite1h,
        Optional<BigDecimal> inputAudio,
        Optional<BigDecimal> inputImage,
        Optional<BigDecimal> outputAudio,
        Optional<BigDecimal> outputImage,
        Optional<BigDecimal> reasoningOutput) {}
