package io.github.camelllm.cache;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Answers as bytes: two letters, a version, eight bytes that stand for the shape of the records, and the answer. Bytes of
 * another shape, as a node with another version of this library writes them, are no answer; so are bytes of anybody else.
 */
final class CachedAnswerCodec {
    private static final byte[] MAGIC = {'L', 'C', 1};
    private static final RecordCodec<CachedAnswer> ANSWERS = new RecordCodec<>(CachedAnswer.class);

    private CachedAnswerCodec() {}

    static byte[] encode(CachedAnswer answer) {
        ByteWriter out = new ByteWriter();
        out.bytes(MAGIC);
        out.bytes(ANSWERS.shape());
        ANSWERS.write(answer, out);
        return out.toByteArray();
    }

    /** The answer; empty if these bytes are none. */
    static Optional<CachedAnswer> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (!startsWith(in, MAGIC) || !startsWith(in, ANSWERS.shape())) {
            return Optional.empty();
        }
        try {
            CachedAnswer answer = ANSWERS.read(in);
            return in.hasRemaining() ? Optional.empty() : Optional.of(answer);
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            // Cut or changed by somebody else
            return Optional.empty();
        }
    }

    private static boolean startsWith(ByteBuffer in, byte[] expected) {
        for (byte b : expected) {
            if (!in.hasRemaining() || in.get() != b) {
                return false;
            }
        }
        return true;
    }
}
