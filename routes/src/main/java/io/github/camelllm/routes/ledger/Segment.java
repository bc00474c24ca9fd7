package io.github.camelllm.routes.ledger;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of the journal.
 *
 * <p>Written under the lock of the {@link Journal}; other threads see a length up to which whole records stand in the file.
 */
final class Segment {
    private static final Pattern NAME = Pattern.compile("segment-(\\d{19})\\.llmj");

    private final long number;
    private final Path path;
    private final boolean earlier;
    private volatile long length;
    private volatile boolean sealed;

    private Segment(long number, Path path, boolean earlier, long length, boolean sealed) {
        this.number = number;
        this.path = path;
        this.earlier = earlier;
        this.length = length;
        this.sealed = sealed;
    }

    /** A file that an earlier process left. */
    static Segment left(long number, Path path, long length) {
        return new Segment(number, path, true, length, true);
    }

    /** A file of this process. */
    static Segment begun(long number, Path folder, long length) {
        String name = String.format(Locale.ROOT, "segment-%019d.llmj", number);
        return new Segment(number, folder.resolve(name), false, length, false);
    }

    /** The number that a file's name says; empty if it is no segment. */
    static Optional<Long> numberOf(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Optional.of(Long.parseLong(name.group(1))) : Optional.empty();
    }

    long number() {
        return number;
    }

    Path path() {
        return path;
    }

    /** Whether an earlier process wrote it. */
    boolean earlier() {
        return earlier;
    }

    long length() {
        return length;
    }

    void grownTo(long newLength) {
        length = newLength;
    }

    /** Whether nothing will be added. */
    boolean sealed() {
        return sealed;
    }

    void seal() {
        sealed = true;
    }
}
