package io.github.camelllm.routes.splitting;

import java.util.Optional;

/**
 * One record of a file, or one chunk of a text.
 *
 * @param number 1 for the first; those that cannot be read count
 * @param line line of the file in which it begins, counted from 1; 0 where lines mean nothing
 * @param value the record: a {@code Map} (CSV with a header, JSON), a {@code List} (CSV without one) or a {@code String};
 *     its characters as they stand in the file if it cannot be read
 * @param problem why it cannot be read, without its content; empty if it can
 */
record SplitRecord(long number, long line, Object value, Optional<String> problem) {
    static SplitRecord of(long number, long line, Object value) {
        return new SplitRecord(number, line, value, Optional.empty());
    }

    static SplitRecord bad(long number, long line, String text, String problem) {
        return new SplitRecord(number, line, text, Optional.of(problem));
    }

    /** Without content. */
    @Override
    public String toString() {
        return "record " + number + (line > 0 ? " (line " + line + ")" : "");
    }
}
