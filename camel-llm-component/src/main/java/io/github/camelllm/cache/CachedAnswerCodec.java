package io.github.camelllm.cache;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Answers of one kind as bytes: two letters, a version, sixteen bytes that stand for the shape of the records, where the answer
 * comes from, and the answer. Bytes of another shape, as a node with another version of this library writes them, are no
 * answer; so are bytes of anybody else. Thread-safe.
 */
final class CachedAnswerCodec<R> {
    private static final byte[] MAGIC = {'L', 'C', 2};
    private static final RecordCodec<CachedAnswer.Origin> ORIGINS = new RecordCodec<>(CachedAnswer.Origin.class);

    private final RecordCodec<R> answers;

    CachedAnswerCodec(Class<R> type) {
        answers = new RecordCodec<>(type);
    }

    byte[] encode(CachedAnswer<R> answer) {
        ByteWriter out = new ByteWriter();
        out.bytes(MAGIC);
        out.bytes(ORIGINS.shape());
        out.bytes(answers.shape());
        ORIGINS.write(answer.origin(), out);
        answers.write(answer.response(), out);
        return out.toByteArray();
    }

    /** The answer; empty if these bytes are none. */
    Optional<CachedAnswer<R>> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (!startsWith(in, MAGIC) || !startsWith(in, ORIGINS.shape()) || !startsWith(in, answers.shape())) {
            return Optional.empty();
        }
        try {
            CachedAnswer.Origin origin = ORIGINS.read(in);
            R response = answers.read(in);
            return in.hasRemaining() ? Optional.empty() : Optional.of(new CachedAnswer<>(response, origin));
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
