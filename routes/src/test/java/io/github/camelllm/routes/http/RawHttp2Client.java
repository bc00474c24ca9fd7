package io.github.camelllm.routes.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Sends frames of HTTP/2 (RFC 9113) as no well-behaved client would, and reads what comes. */
final class RawHttp2Client implements AutoCloseable {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;

    /** {@code GET /} over http for {@code x} in HPACK (RFC 7541), from its static table. */
    private static final byte[] GET = {(byte) 0x82, (byte) 0x84, (byte) 0x86, 0x41, 1, 'x'};

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    RawHttp2Client(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.write(bytes(stream));
        frame.write(payload);
        out.write(frame.toByteArray());
        out.flush();
    }

    private static byte[] bytes(int number) {
        return new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    }

    void get(int stream) throws IOException {
        frame(HEADERS, END_STREAM | END_HEADERS, stream, GET);
    }

    void reset(int stream) throws IOException {
        frame(RST_STREAM, 0, stream, bytes(CANCEL));
    }

    /** As {@link #get}, though the server may have closed the connection already. */
    void tryGet(int stream) {
        attempt(() -> get(stream));
    }

    void tryReset(int stream) {
        attempt(() -> reset(stream));
    }

    private interface Sending {
        void run() throws IOException;
    }

    private static boolean attempt(Sending sending) {
        try {
            sending.run();
            return true;
        } catch (IOException e) {
            // Closed: what the server had to say is there to be read
            return false;
        }
    }

    /** Begins a request whose headers go on and on. */
    void headersWithoutEnd(int stream, int frames) {
        boolean taken = attempt(() -> frame(HEADERS, END_STREAM, stream, GET));
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            // A literal field without indexing: a name of one letter, a value of a hundred
            field.writeBytes(new byte[] {0, 1, 'a', 100});
            field.writeBytes("v".repeat(100).getBytes(StandardCharsets.US_ASCII));
        }
        for (int i = 0; i < frames && taken; i++) {
            taken = attempt(() -> frame(CONTINUATION, 0, stream, field.toByteArray()));
        }
    }

    /** Waits until the server resets a stream, and says which. */
    int awaitReset() throws IOException {
        while (true) {
            Frame read = read();
            if (read.type() == RST_STREAM) {
                return read.stream();
            }
        }
    }

    /** Waits until the server closes the connection. */
    void awaitClosed() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException e) {
            // That is it
        }
    }

    private record Frame(int type, int stream) {}

    private Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.readUnsignedByte();
        int stream = in.readInt();
        in.readFully(new byte[length]);
        return new Frame(type, stream);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
