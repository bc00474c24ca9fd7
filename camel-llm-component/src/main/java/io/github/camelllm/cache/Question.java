package io.github.camelllm.cache;

/**
 * The last words of a user, to be compared with those of earlier requests that are equal in all else.
 *
 * @param scope hash of all else, the namespace included
 */
public record Question(String scope, String text) {
    /** Tells the size, never the words. */
    @Override
    public String toString() {
        return "Question[" + text.length() + " chars]";
    }
}
