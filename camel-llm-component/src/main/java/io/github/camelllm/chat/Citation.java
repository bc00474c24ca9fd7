package io.github.camelllm.chat;

import java.util.Optional;

/**
 * A source that the model names for a piece of its text.
 *
 * @param url address of the source, if it is a web page
 * @param title title of the source
 * @param citedText the quoted words, where the provider gives them
 * @param json the provider's own citation object, kept to be sent back byte for byte; empty if it had none
 */
public record Citation(
        Optional<String> url, Optional<String> title, Optional<String> citedText, Optional<String> json) {
    public static Citation ofUrl(String url, Optional<String> title) {
        return new Citation(Optional.of(url), title, Optional.empty(), Optional.empty());
    }

    /** Names the source only; quoted words may hold prompt text. */
    @Override
    public String toString() {
        return "Citation[url=" + url.orElse("none") + "]";
    }
}
