package io.github.camelllm.routes.splitting;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads one record at a time, as they are asked for. Not thread-safe. */
abstract class RecordReader implements Iterator<SplitRecord>, Closeable {
    private @Nullable SplitRecord next;

    /**
     * @return null at the end of the file
     * @throws IllegalArgumentException if nothing more can be read because of what stands in the file
     */
    abstract @Nullable SplitRecord read() throws IOException;

    @Override
    public final boolean hasNext() {
        if (next == null) {
            try {
                next = read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return next != null;
    }

    @Override
    public final SplitRecord next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        SplitRecord given = next;
        next = null;
        return given;
    }
}
