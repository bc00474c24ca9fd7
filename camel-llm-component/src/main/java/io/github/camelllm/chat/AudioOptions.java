package io.github.camelllm.chat;

/**
 * Asks for a spoken answer.
 *
 * @param voice the provider's name of a voice
 * @param format {@code wav}, {@code mp3}, {@code pcm16}, …
 */
public record AudioOptions(String voice, String format) {}
