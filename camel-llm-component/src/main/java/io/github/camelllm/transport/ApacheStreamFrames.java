package io.github.camelllm.transport;

import java.nio.ByteBuffer;
import org.apache.hc.core5.http2.frame.DefaultFrameFactory;
import org.apache.hc.core5.http2.frame.FrameFlag;
import org.apache.hc.core5.http2.frame.FrameType;
import org.apache.hc.core5.http2.frame.RawFrame;

/**
 * Makes the HTTP/2 frames of one connection such that a stream can be cancelled.
 *
 * <p>HttpCore 5.3 sends no RST_STREAM for a stream whose request it regards as finished
 * ({@code AbstractH2StreamMultiplexer.H2StreamChannelImpl.localReset} returns early when {@code localEndStream} is set),
 * and keeps it in its table until the server ends it: a cancelled generation would run on, be paid for, and hold one of
 * the connection's places. So HttpCore is not told that the request has finished before the answer has. The END_STREAM
 * flag goes out where it belongs, with the last piece of the body or with the headers of a request without body; when the
 * answer is complete too, {@link ApacheStream} ends the stream, and in place of the then surplus empty DATA frame
 * goes a WINDOW_UPDATE, which a server must ignore on a closed stream (RFC 9113 section 5.1, "closed").
 *
 * <p>Used by the connection's I/O thread only.
 */
final class ApacheStreamFrames extends DefaultFrameFactory {
    private boolean headersEndStream;

    /** Whether the headers that are sent next are the whole request. */
    void headersEndStream(boolean value) {
        headersEndStream = value;
    }

    @Override
    public RawFrame createHeaders(int streamId, ByteBuffer payload, boolean endHeaders, boolean endStream) {
        return super.createHeaders(streamId, payload, endHeaders, endStream || headersEndStream);
    }

    @Override
    public RawFrame createData(int streamId, ByteBuffer payload, boolean endStream) {
        if (endStream) {
            return createWindowUpdate(streamId, 1);
        }
        // The body is written from a buffer around one array, cut by its limit to what fits into a frame.
        boolean last = payload.limit() == payload.capacity();
        return new RawFrame(FrameType.DATA.getValue(), last ? FrameFlag.END_STREAM.getValue() : 0, streamId, payload);
    }
}
