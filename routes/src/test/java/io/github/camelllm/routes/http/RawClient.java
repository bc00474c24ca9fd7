package io.github.camelllm.routes.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends whatever bytes a test wants and reads answers as they come. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBufferBytes 0 for the usual size */
    public RawClient(int port, int receiveBufferBytes) throws IOException {
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
    }

    /** What came as one answer. */
    public record Answer(int status, String head, String body) {
        public String header(String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** As {@link #send}, though the server may have closed the connection already. */
    public RawClient trySend(String text) throws IOException {
        try {
            send(text);
        } catch (SocketException e) {
            // What the server answered before it closed is there to be read
        }
        return this;
    }

    public RawClient post(String path, String body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: test\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        send(head + "Content-Length: " + bytes.length + "\r\n\r\n");
        return send(bytes);
    }

    public RawClient get(String path, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: test\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head + "\r\n");
    }

    /** The next answer with its whole body. */
    public Answer answer() throws IOException {
        String head = head();
        Answer bare = new Answer(Integer.parseInt(head.split(" ")[1]), head, "");
        if (bare.status() == 100 || bare.status() == 204) {
            return bare;
        }
        if (bare.header("transfer-encoding").equals("chunked")) {
            StringBuilder body = new StringBuilder();
            String chunk = chunk();
            while (!chunk.isEmpty()) {
                body.append(chunk);
                chunk = chunk();
            }
            return new Answer(bare.status(), head, body.toString());
        }
        return new Answer(bare.status(), head, read(Integer.parseInt(bare.header("content-length"))));
    }

    /** The next answer's head. */
    public String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            head.write(one());
        }
        return head.toString(StandardCharsets.UTF_8);
    }

    /** The next chunk of a body; empty at its end. */
    public String chunk() throws IOException {
        int length = Integer.parseInt(line(), 16);
        String text = read(length);
        line();
        return text;
    }

    public String read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server closed the connection " + (length - bytes.length) + " bytes early");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Everything until the server closes the connection. */
    public String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException e) {
            // A reset is an end, too
        }
        return rest.toString(StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = one();
        while (next != '\n') {
            line.append((char) next);
            next = one();
        }
        return line.toString().trim();
    }

    private int one() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the server closed the connection");
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
