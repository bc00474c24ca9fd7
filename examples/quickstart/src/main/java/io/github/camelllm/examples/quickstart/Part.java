package io.github.camelllm.examples.quickstart;

/**
 * What is asked about at once: an e-mail, a document or a piece of a long one, or some rows of a CSV file.
 *
 * @param file path of the file below the inbox, with slashes
 * @param number its place among the parts of the file, from 1
 * @param kind {@code email}, {@code table} or {@code text}
 */
public record Part(String file, int number, String kind, String text) {}
