package io.github.camelllm.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link PlaybackServer}. One thread reads, so that a client that goes away is noticed while an
 * answer waits at a gate; the other plays the answers.
 */
final class PlaybackConnection {
    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;
    private static final byte[] CRLF = {'\r', '\n'};

    private final PlaybackServer server;
    private final Socket socket;
    private final int number;
    private final BlockingQueue<Answer> due = new LinkedBlockingQueue<>();
    private final Object lock = new Object();
    private @Nullable Thread writer;
    private boolean ended;

    PlaybackConnection(PlaybackServer server, Socket socket, int number) {
        this.server = server;
        this.socket = socket;
        this.number = number;
    }

    /** Closes from the server's side. */
    void close() {
        end(false, false);
    }

    private void end(boolean byClient, boolean reset) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            ended = true;
            if (writer != null && writer != Thread.currentThread()) {
                writer.interrupt();
            }
        }
        try {
            if (reset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // The peer was faster: the connection is gone, which is what was wanted.
            assert socket.isClosed();
        }
        server.ended(this, new PlaybackServer.Closed(number, byClient));
    }

    void read() {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            RecordedRequest request;
            while ((request = readRequest(in)) != null) {
                due.add(server.record(request));
            }
            end(true, false);
        } catch (IOException e) {
            end(true, false); // a reset; when the server itself closed, the end was noted before
        }
    }

    void write() {
        synchronized (lock) {
            if (ended) {
                return;
            }
            writer = Thread.currentThread();
        }
        try {
            OutputStream out = socket.getOutputStream();
            boolean open = true;
            while (open) {
                open = play(due.take(), out);
            }
        } catch (IOException e) {
            end(true, false); // the client does not take the rest
        } catch (InterruptedException e) {
            end(false, false); // how end(…) wakes this thread
        } finally {
            synchronized (lock) {
                writer = null;
            }
        }
    }

    /** Returns whether the connection stays open. */
    private boolean play(Answer answer, OutputStream out) throws IOException, InterruptedException {
        for (Gate gate : answer.beforeHead) {
            gate.pass();
        }
        if (answer.framing != Answer.Framing.RAW) {
            out.write(head(answer));
        }
        boolean chunked = answer.framing == Answer.Framing.CHUNKED;
        long left = answer.sendAtMost;
        for (Answer.Part part : answer.parts) {
            if (part instanceof Answer.Part.Wait wait) {
                out.flush();
                wait.gate().pass();
            } else if (left > 0 || !answer.isCut()) {
                left -= send(part, left, chunked, out);
            }
        }
        if (chunked && !answer.isCut()) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
        switch (answer.ending) {
            case KEEP, SILENCE -> {
                return true;
            }
            case CLOSE -> end(false, false);
            case RESET -> end(false, true);
        }
        return false;
    }

    private long send(Answer.Part part, long atMost, boolean chunked, OutputStream out) throws IOException {
        if (part instanceof Answer.Part.Data data) {
            byte[] bytes = data.bytes();
            return bytes.length == 0
                    ? 0
                    : piece(bytes, bytes.length, (int) Math.min(bytes.length, atMost), chunked, out);
        }
        long length = ((Answer.Part.Filler) part).length();
        byte[] block = new byte[8192];
        Arrays.fill(block, (byte) 'x');
        long done = 0;
        while (done < Math.min(length, atMost)) {
            int size = (int) Math.min(block.length, length - done);
            done += piece(block, size, (int) Math.min(size, atMost - done), chunked, out);
        }
        return done;
    }

    /** Sends the first bytes of a piece, framed as if all of it followed. */
    private int piece(byte[] bytes, int size, int sent, boolean chunked, OutputStream out) throws IOException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream(sent + 16);
        if (chunked) {
            framed.write(Integer.toHexString(size).getBytes(StandardCharsets.US_ASCII));
            framed.write(CRLF);
        }
        framed.write(bytes, 0, sent);
        if (chunked && sent == size) {
            framed.write(CRLF);
        }
        framed.writeTo(out);
        server.sent(sent);
        return sent;
    }

    private static byte[] head(Answer answer) {
        StringBuilder head =
                new StringBuilder("HTTP/1.1 ").append(answer.status).append(" Scripted\r\n");
        answer.headers.forEach(header -> head.append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append("\r\n"));
        boolean bodiless = answer.status == 204 || answer.status == 304;
        if (answer.framing == Answer.Framing.CHUNKED) {
            head.append("transfer-encoding: chunked\r\n");
        } else if (answer.framing == Answer.Framing.CONTENT_LENGTH && !bodiless) {
            head.append("content-length: ").append(answer.bodyLength()).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private @Nullable RecordedRequest readRequest(InputStream in) throws IOException {
        String requestLine = readLine(in, true);
        if (requestLine == null) {
            return null;
        }
        String[] words = requestLine.split(" ", -1);
        if (words.length != 3) {
            throw new IOException("not a request line of three words");
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        int length = 0;
        boolean chunked = false;
        int size = requestLine.length();
        String line;
        while (!(line = requireLine(in)).isEmpty()) {
            int colon = line.indexOf(':');
            size += line.length();
            if (colon < 1 || size > MAX_HEAD_BYTES) {
                throw new IOException("not a header, or a head above " + MAX_HEAD_BYTES + " bytes");
            }
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).trim();
            headers.add(Map.entry(name, value));
            if (name.equalsIgnoreCase("content-length")) {
                length = Integer.parseInt(value);
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                chunked = value.equalsIgnoreCase("chunked");
            }
        }
        byte[] body = chunked ? readChunks(in) : readExactly(in, length);
        return new RecordedRequest(number, words[0], words[1], headers, body);
    }

    private static byte[] readChunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String sizeLine = requireLine(in);
            int extension = sizeLine.indexOf(';');
            int size = Integer.parseInt((extension < 0 ? sizeLine : sizeLine.substring(0, extension)).trim(), 16);
            if (size == 0) {
                while (!requireLine(in).isEmpty()) {
                    continue; // trailers are not recorded
                }
                return body.toByteArray();
            }
            if (body.size() + size > MAX_BODY_BYTES) {
                throw new IOException("request body above " + MAX_BODY_BYTES + " bytes");
            }
            body.write(readExactly(in, size));
            requireLine(in);
        }
    }

    private static byte[] readExactly(InputStream in, int length) throws IOException {
        if (length > MAX_BODY_BYTES) {
            throw new IOException("request body above " + MAX_BODY_BYTES + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("request ended after " + bytes.length + " of " + length + " body bytes");
        }
        return bytes;
    }

    private static String requireLine(InputStream in) throws IOException {
        String line = readLine(in, false);
        if (line == null) {
            throw new EOFException("request ended inside its head");
        }
        return line;
    }

    /** A line without its end; null at the end of the stream if that is allowed here. */
    private static @Nullable String readLine(InputStream in, boolean mayEnd) throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                if (mayEnd && line.isEmpty()) {
                    return null;
                }
                throw new EOFException("request ended inside a line");
            }
            if (line.length() > MAX_HEAD_BYTES) {
                throw new IOException("line above " + MAX_HEAD_BYTES + " bytes");
            }
            line.append((char) next);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }
}
