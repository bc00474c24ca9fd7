package io.github.camelllm.component;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stream of bytes that come in pieces; a reader gets what there is of one and does not wait for the next. */
abstract class PiecesInputStream extends InputStream {
    private @Nullable ByteBuffer piece;

    /**
     * Waits for the next piece, which is not empty.
     *
     * @return null at the end, also if asked again
     * @throws IOException if there is none because the stream broke off
     */
    abstract @Nullable ByteBuffer next() throws IOException;

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer here = piece;
        if (here == null || !here.hasRemaining()) {
            here = next();
            piece = here;
        }
        if (here == null) {
            return -1;
        }
        int count = Math.min(length, here.remaining());
        here.get(target, offset, count);
        return count;
    }

    @Override
    public int available() {
        ByteBuffer here = piece;
        return here == null ? 0 : here.remaining();
    }
}
