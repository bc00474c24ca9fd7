package io.github.camelllm.wire;

/**
 * What is known of a client's request for embeddings that was looked at but not decoded.
 *
 * @param request its body, its model, and where its members are
 * @param inputs how many vectors it asks for
 * @param tokens how many numbers of tokens its inputs are; 0 if they are texts
 */
public record EmbeddingsScan(RequestScan request, int inputs, long tokens) {}
