package io.github.camelllm.routes.splitting;

/** A record that cannot be read. The message says where it is and what is wrong with it, never what it holds. */
public final class BadRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param where such as {@code record 7 (line 12)} */
    public BadRecordException(String where, String problem) {
        super(where + ": " + problem);
    }
}
