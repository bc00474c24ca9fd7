package io.github.camelllm.routes.failover;

/** Models answered, but none of the answers can be taken: none is good, or a vote is tied. */
public final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was expected and what came, without the words of prompts and answers */
    public NoAnswerException(String message) {
        super(message);
    }
}
