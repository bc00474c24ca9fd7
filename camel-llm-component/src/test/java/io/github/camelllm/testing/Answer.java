package io.github.camelllm.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a {@link PlaybackServer} does with one request. Immutable: every method returns another answer.
 *
 * <pre>{@code
 * Answer.json(200, "{\"ok\":true}")                                   // whole body with Content-Length
 * Answer.of(429).header("retry-after", "2").body("slow down")
 * Answer.sse().chunk("data: 1\n\n").await(gate).chunk("data: 2\n\n")  // one HTTP chunk each, the second when gate opens
 * Answer.json(200, "{}").after(gate)                                  // head and body when gate opens
 * Answer.sse().chunk("data: 1\n\n").cut()                             // connection ends before the end of the body
 * Answer.json(200, body).resetAfter(10)                               // ten bytes of the body, then a TCP reset
 * Answer.none()                                                       // reads the request and stays silent
 * }</pre>
 */
public final class Answer {
    /** How the end of the body is marked. */
    enum Framing {
        CONTENT_LENGTH,
        CHUNKED,
        CLOSE,
        RAW
    }

    /** How the connection goes on after the answer. */
    enum Ending {
        KEEP,
        CLOSE,
        RESET,
        SILENCE
    }

    sealed interface Part {
        record Data(byte[] bytes) implements Part {}

        /** So many bytes of {@code x}, produced while being sent. */
        record Filler(long length) implements Part {}

        record Wait(Gate gate) implements Part {}
    }

    private static final long WHOLE = Long.MAX_VALUE;

    final int status;
    final List<Map.Entry<String, String>> headers;
    final Framing framing;
    final List<Gate> beforeHead;
    final List<Part> parts;
    final long sendAtMost;
    final Ending ending;

    private Answer(
            int status,
            List<Map.Entry<String, String>> headers,
            Framing framing,
            List<Gate> beforeHead,
            List<Part> parts,
            long sendAtMost,
            Ending ending) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.framing = framing;
        this.beforeHead = List.copyOf(beforeHead);
        this.parts = List.copyOf(parts);
        this.sendAtMost = sendAtMost;
        this.ending = ending;
    }

    /** A status without a body, to be extended. */
    public static Answer of(int status) {
        return new Answer(status, List.of(), Framing.CONTENT_LENGTH, List.of(), List.of(), WHOLE, Ending.KEEP);
    }

    /** A complete JSON answer with Content-Length. */
    public static Answer json(int status, String body) {
        return of(status).header("content-type", "application/json").body(body);
    }

    /** A 200 answer of server-sent events; add the events with {@link #chunk(String)}, each with its blank line. */
    public static Answer sse() {
        return of(200).header("content-type", "text/event-stream").framing(Framing.CHUNKED);
    }

    /** The request is read, nothing is sent; the connection stays open until the client or the server closes it. */
    public static Answer none() {
        return raw("").ending(Ending.SILENCE);
    }

    /** The request is read, then the connection is reset. */
    public static Answer reset() {
        return raw("").ending(Ending.RESET);
    }

    /** Exactly these bytes (ISO 8859-1) in place of head and body, then the connection is closed. */
    public static Answer raw(String bytes) {
        return of(0).framing(Framing.RAW)
                .plus(new Part.Data(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .ending(Ending.CLOSE);
    }

    public Answer header(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new Answer(status, more, framing, beforeHead, parts, sendAtMost, ending);
    }

    /** Adds to a body sent with Content-Length. */
    public Answer body(String utf8) {
        return body(utf8.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds to a body sent with Content-Length. */
    public Answer body(byte[] bytes) {
        return plus(new Part.Data(bytes.clone()));
    }

    /** Adds one HTTP chunk; the body is sent chunked from now on. */
    public Answer chunk(String utf8) {
        return chunk(utf8.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds one HTTP chunk; the body is sent chunked from now on, unless it is {@linkplain #closeDelimited() ended by close}. */
    public Answer chunk(byte[] bytes) {
        Answer framed = framing == Framing.CONTENT_LENGTH ? framing(Framing.CHUNKED) : this;
        return framed.plus(new Part.Data(bytes.clone()));
    }

    /** Adds that many bytes, for bodies too large to be held in memory. */
    public Answer filler(long length) {
        return plus(new Part.Filler(length));
    }

    /** The server stops here until the gate is opened. */
    public Answer await(Gate gate) {
        return plus(new Part.Wait(gate));
    }

    /** The server sends nothing, not even the head, until the gate is opened. */
    public Answer after(Gate gate) {
        List<Gate> more = new ArrayList<>(beforeHead);
        more.add(gate);
        return new Answer(status, headers, framing, more, parts, sendAtMost, ending);
    }

    /** Neither Content-Length nor chunks: closing the connection ends the body, as in HTTP/1.0. */
    public Answer closeDelimited() {
        return framing(Framing.CLOSE).ending(Ending.CLOSE);
    }

    /** After the complete answer the connection is closed without having said so: a stale connection for the client. */
    public Answer thenClose() {
        return ending(Ending.CLOSE);
    }

    /** All parts are sent, but not the mark of the end: the connection is closed instead. Needs a chunked body. */
    public Answer cut() {
        if (framing != Framing.CHUNKED) {
            throw new IllegalStateException("cut() ends a chunked body early; use cutAfter(bodyBytes) for " + framing);
        }
        return cutAfter(bodyLength());
    }

    /** The connection is closed after that many bytes of the body, even when the body is no longer than that. */
    public Answer cutAfter(long bodyBytes) {
        return new Answer(status, headers, framing, beforeHead, parts, bodyBytes, Ending.CLOSE);
    }

    /** The connection is reset (TCP RST) after that many bytes of the body. */
    public Answer resetAfter(long bodyBytes) {
        return new Answer(status, headers, framing, beforeHead, parts, bodyBytes, Ending.RESET);
    }

    /** Length of the whole body, cut or not. */
    long bodyLength() {
        long length = 0;
        for (Part part : parts) {
            if (part instanceof Part.Data data) {
                length += data.bytes.length;
            } else if (part instanceof Part.Filler filler) {
                length += filler.length;
            }
        }
        return length;
    }

    boolean isCut() {
        return sendAtMost != WHOLE;
    }

    private Answer framing(Framing other) {
        return new Answer(status, headers, other, beforeHead, parts, sendAtMost, ending);
    }

    private Answer ending(Ending other) {
        return new Answer(status, headers, framing, beforeHead, parts, sendAtMost, other);
    }

    private Answer plus(Part part) {
        List<Part> more = new ArrayList<>(parts);
        more.add(part);
        return new Answer(status, headers, framing, beforeHead, more, sendAtMost, ending);
    }

    @Override
    public String toString() {
        return framing == Framing.RAW ? "raw answer, then " + ending : status + " with " + bodyLength() + " bytes";
    }
}
