package io.github.camelllm.wire.sse;

import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.FrameDecoder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of server-sent events into frames, as
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">section 9.2.6 of
 * the HTML standard</a> says. A frame's type is the event's name, empty if it has none; its payload is the event's
 * {@code data} lines, joined by line feeds. Lines may end with CRLF, LF or CR; comments, {@code id}, {@code retry} and
 * unknown fields are skipped; an event without a {@code data} line is none. Not thread-safe.
 *
 * <p><b>End of stream.</b> The standard drops an event that no blank line ends. Some servers leave the last blank line
 * out, so {@link #end} delivers such an event if the stream stopped at the end of a line, and drops it if the stream
 * stopped inside one: half a line is never delivered. Whether the answer itself was complete is for the dialect to say,
 * from its end marker.
 *
 * <p><b>Limits.</b> An event may take {@code maxEventBytes}: its payload so far and the line that is being read, field
 * name included. Comments and blank lines take no memory and have no limit here; a peer that sends nothing else is for
 * the deadline of the call to stop. Once the limit was exceeded the decoder takes no more bytes.
 *
 * <p><b>Copying.</b> The payload of an event with one {@code data} line that lies whole in the bytes given is a view of
 * them, if they are backed by an array. Others are gathered in a buffer, of at most {@code maxEventBytes}, that is used
 * again for the next event.
 */
public final class SseDecoder implements FrameDecoder {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] NONE = new byte[0];
    /** Larger buffers are given back once their event is delivered. */
    private static final int KEPT_BYTES = 64 << 10;

    private static final int SCRATCH_BYTES = 8 << 10;

    private final int maxEventBytes;

    /** The payload so far, then the line so far. */
    private byte[] held = NONE;

    private int payloadEnd;
    private int lineEnd;

    /** The payload so far if it lies in the bytes just given, and {@code held} has none of it. */
    private byte @Nullable [] view;

    private int viewOffset;
    private int viewLength;

    private byte[] scratch = NONE;
    private String type = "";
    private boolean hasData;
    private boolean inComment;
    private boolean afterCarriageReturn;
    private boolean broken;
    private int bomBytes;
    private int afterLine;
    private int afterBlankLine;

    /**
     * @param maxEventBytes largest event, in bytes
     * @throws IllegalArgumentException if it is not positive
     */
    public SseDecoder(int maxEventBytes) {
        if (maxEventBytes <= 0) {
            throw new IllegalArgumentException("maxEventBytes must be positive, was " + maxEventBytes);
        }
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public void decode(ByteBuffer bytes, Consumer<Frame> frames) {
        if (broken) {
            throw new FrameTooLargeException(maxEventBytes);
        }
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.position();
            int to = bytes.arrayOffset() + bytes.limit();
            bytes.position(bytes.limit());
            decode(bytes.array(), from, to, frames);
            return;
        }
        if (scratch.length == 0) {
            scratch = new byte[SCRATCH_BYTES];
        }
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), scratch.length);
            bytes.get(scratch, 0, length);
            decode(scratch, 0, length, frames);
        }
    }

    @Override
    public void end(Consumer<Frame> frames) {
        if (lineEnd == payloadEnd && !inComment) {
            dispatch(frames);
        } else {
            inComment = false;
            forget();
        }
    }

    @Override
    public int pendingBytes() {
        return lineEnd;
    }

    /**
     * Where the event ends that is being delivered, or the last one of the bytes given: the index behind its blank line, in the
     * array that backs the bytes; below 0 if they hold no blank line. The LF of a CRLF may only come with the next bytes.
     */
    public int endOfEvent() {
        return afterBlankLine;
    }

    private void decode(byte[] in, int from, int to, Consumer<Frame> frames) {
        afterBlankLine = -1;
        int position = bomBytes == BOM.length ? from : skipBom(in, from, to);
        while (position < to) {
            if (afterCarriageReturn) {
                afterCarriageReturn = false;
                if (in[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int end = endOfLine(in, position, to);
            if (end == to) {
                partOfLine(in, position, to);
                break;
            }
            afterLine = in[end] == '\r' && end + 1 < to && in[end + 1] == '\n' ? end + 2 : end + 1;
            restOfLine(in, position, end, frames);
            afterCarriageReturn = in[end] == '\r';
            position = end + 1;
        }
        holdView();
    }

    /** Skips one byte order mark at the start of the stream; bytes that only began like one are a line's. */
    private int skipBom(byte[] in, int from, int to) {
        int position = from;
        while (position < to && bomBytes < BOM.length) {
            if (in[position] != BOM[bomBytes]) {
                append(BOM, 0, bomBytes);
                bomBytes = BOM.length;
                return position;
            }
            position++;
            bomBytes++;
        }
        return position;
    }

    /** Index of the first CR or LF; {@code to} if there is none. Eight bytes at a time. */
    private static int endOfLine(byte[] in, int from, int to) {
        int position = from;
        for (; position <= to - Long.BYTES; position += Long.BYTES) {
            long eight = (long) LONGS.get(in, position);
            long lf = eight ^ (EACH * '\n');
            long cr = eight ^ (EACH * '\r');
            // The lowest high bit set here stands over the first zero byte, of either.
            long zeroes = (((lf - EACH) & ~lf) | ((cr - EACH) & ~cr)) & HIGH;
            if (zeroes != 0) {
                return position + (Long.numberOfTrailingZeros(zeroes) >>> 3);
            }
        }
        while (position < to && in[position] != '\n' && in[position] != '\r') {
            position++;
        }
        return position;
    }

    private void partOfLine(byte[] in, int from, int to) {
        if (inComment) {
            return;
        }
        holdView();
        if (lineEnd == payloadEnd && in[from] == ':') {
            inComment = true;
        } else {
            append(in, from, to);
        }
    }

    private void restOfLine(byte[] in, int from, int to, Consumer<Frame> frames) {
        if (inComment) {
            inComment = false;
        } else if (lineEnd > payloadEnd) {
            append(in, from, to);
            line(held, payloadEnd, lineEnd, frames);
            lineEnd = payloadEnd;
        } else {
            line(in, from, to, frames);
        }
    }

    private void line(byte[] in, int from, int to, Consumer<Frame> frames) {
        if (from == to) {
            afterBlankLine = afterLine;
            dispatch(frames);
        } else if (in[from] != ':') {
            requireSpace(to - from);
            field(in, from, to);
        }
    }

    private void field(byte[] in, int from, int to) {
        if (isField(in, from, to, "data")) {
            data(in, value(in, from + 4, to), to);
        } else if (isField(in, from, to, "event")) {
            int value = value(in, from + 5, to);
            type = EventNames.of(in, value, to - value);
        }
    }

    private static boolean isField(byte[] in, int from, int to, String name) {
        int length = name.length();
        if (to - from < length || to - from > length && in[from + length] != ':') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where the value starts: after the colon and one space, if there are any. */
    private static int value(byte[] in, int afterName, int to) {
        int value = Math.min(afterName + 1, to);
        return value < to && in[value] == ' ' ? value + 1 : value;
    }

    private void data(byte[] in, int from, int to) {
        int length = to - from;
        if (!hasData && in != held) {
            view = in;
            viewOffset = from;
            viewLength = length;
            hasData = true;
            return;
        }
        holdView();
        // A line in the buffer is moved down over its own field name, so only others may need a larger buffer.
        int start = hasData ? payloadEnd + 1 : payloadEnd;
        if (in != held) {
            ensureCapacity(start + length);
        }
        if (hasData) {
            held[payloadEnd] = '\n';
        }
        System.arraycopy(in, from, held, start, length);
        payloadEnd = start + length;
        lineEnd = payloadEnd;
        hasData = true;
    }

    private void dispatch(Consumer<Frame> frames) {
        if (!hasData) {
            type = "";
            return;
        }
        Frame frame =
                view == null ? new Frame(type, held, 0, payloadEnd) : new Frame(type, view, viewOffset, viewLength);
        forget();
        frames.accept(frame);
        if (held.length > KEPT_BYTES) {
            held = NONE;
        }
    }

    private void forget() {
        type = "";
        hasData = false;
        view = null;
        payloadEnd = 0;
        lineEnd = 0;
    }

    /** Copies a payload that lies in the bytes given, since they are the caller's again after this call. */
    private void holdView() {
        if (view != null) {
            ensureCapacity(viewLength);
            System.arraycopy(view, viewOffset, held, 0, viewLength);
            payloadEnd = viewLength;
            lineEnd = viewLength;
            view = null;
        }
    }

    private void append(byte[] in, int from, int to) {
        requireSpace(lineEnd - payloadEnd + to - from);
        ensureCapacity(lineEnd + to - from);
        System.arraycopy(in, from, held, lineEnd, to - from);
        lineEnd += to - from;
    }

    private void requireSpace(int lineBytes) {
        int payloadBytes = view == null ? payloadEnd : viewLength;
        if (lineBytes > maxEventBytes - payloadBytes) {
            broken = true;
            forget();
            held = NONE;
            throw new FrameTooLargeException(maxEventBytes);
        }
    }

    private void ensureCapacity(int needed) {
        if (needed > held.length) {
            int capacity = (int) Math.min(maxEventBytes, Math.max(needed, Math.max(512L, 2L * held.length)));
            held = Arrays.copyOf(held, capacity);
        }
    }
}
