package io.github.camelllm.wire.sse;

import io.github.camelllm.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A frame whose payload outlives the call that gave it, and the ways in which tests decode. */
record Event(String type, String data) {
    static final int ROOMY = 1 << 20;

    static Event of(String type, String data) {
        return new Event(type, data);
    }

    static Event of(String data) {
        return new Event("", data);
    }

    static Consumer<Frame> into(List<Event> events) {
        return frame -> events.add(new Event(frame.type(), frame.text()));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static List<Event> decodeWhole(byte[] stream) {
        return decodeEvery(stream, Math.max(1, stream.length));
    }

    /** The stream in chunks of one size, each in an array of its own that is wiped once it was decoded. */
    static List<Event> decodeEvery(byte[] stream, int chunkBytes) {
        List<Integer> cuts = new ArrayList<>();
        for (int cut = chunkBytes; cut < stream.length; cut += chunkBytes) {
            cuts.add(cut);
        }
        return decodeAt(stream, cuts, ROOMY, false);
    }

    /**
     * The stream cut at these ascending positions.
     *
     * @param direct whether the chunks are buffers without an array
     */
    static List<Event> decodeAt(byte[] stream, List<Integer> cuts, int maxEventBytes, boolean direct) {
        List<Event> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(maxEventBytes);
        int from = 0;
        for (int i = 0; i <= cuts.size(); i++) {
            int to = i < cuts.size() ? cuts.get(i) : stream.length;
            ByteBuffer chunk = direct ? ByteBuffer.allocateDirect(to - from) : ByteBuffer.allocate(to - from + 2);
            chunk.position(direct ? 0 : 1);
            chunk.limit(chunk.position() + to - from);
            chunk.put(chunk.position(), stream, from, to - from);
            decoder.decode(chunk, into(events));
            if (chunk.hasRemaining()) {
                throw new AssertionError("left " + chunk.remaining() + " bytes");
            }
            for (int at = 0; at < chunk.capacity(); at++) {
                chunk.clear().put(at, (byte) '#');
            }
            from = to;
        }
        decoder.end(into(events));
        return events;
    }

    /** The standard's rules, and ours for the end of the stream, over the whole text at once. */
    static List<Event> splitNaively(byte[] stream) {
        String text = new String(stream, StandardCharsets.UTF_8);
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        String[] lines = text.split("\r\n|\n|\r", -1);
        List<Event> events = new ArrayList<>();
        List<String> data = new ArrayList<>();
        String type = "";
        for (int i = 0; i < lines.length - 1; i++) {
            int colon = lines[i].indexOf(':');
            String field = colon < 0 ? lines[i] : lines[i].substring(0, colon);
            String value = colon < 0 ? "" : lines[i].substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (lines[i].isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(new Event(type, String.join("\n", data)));
                }
                data.clear();
                type = "";
            } else if (field.equals("data")) {
                data.add(value);
            } else if (field.equals("event")) {
                type = value;
            }
        }
        if (lines[lines.length - 1].isEmpty() && !data.isEmpty()) {
            events.add(new Event(type, String.join("\n", data)));
        }
        return events;
    }
}
