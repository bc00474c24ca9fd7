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
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

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
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Over TLS, where it says that it speaks HTTP/2. */
    static RawHttp2Client overTls(SSLContext tls, int port) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(60_000);
        socket.startHandshake();
        return new RawHttp2Client(socket);
    }

    private RawHttp2Client(Socket socket) throws IOException {
        this.socket = socket;
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
        for (int i = 0; i < frames && taken; i++) {
            taken = attempt(() -> frame(CONTINUATION, 0, stream, fields(10)));
        }
    }

    /** A whole request with as many headers of about a hundred bytes. */
    void getWithHeaders(int stream, int count) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(GET);
        block.writeBytes(fields(count));
        frame(HEADERS, END_STREAM | END_HEADERS, stream, block.toByteArray());
    }

    private static byte[] fields(int count) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            // A literal field without indexing: a name of one letter, a value of a hundred
            fields.writeBytes(new byte[] {0, 1, 'a', 100});
            fields.writeBytes("v".repeat(100).getBytes(StandardCharsets.US_ASCII));
        }
        return fields.toByteArray();
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
        } catch (EOFException | SocketException | SSLException e) {
            // That is it
        }
    }

    /** Waits until the server has ended a stream: with an answer, a reset or by closing the connection. */
    void awaitEnd(int stream) throws IOException {
        try {
            Frame read;
            do {
                read = read();
            } while (read.stream() != stream || !(read.type() == RST_STREAM || read.ends()));
        } catch (EOFException | SocketException | SSLException e) {
            // That is an end too
        }
    }

    /** @param ends whether it is a part of an answer, and the last */
    private record Frame(int type, int stream, boolean ends) {}

    private Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        in.readFully(new byte[length]);
        return new Frame(type, stream, type <= HEADERS && (flags & END_STREAM) != 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
