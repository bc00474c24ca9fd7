package io.github.camelllm.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;

/** Lets go wrong what faults say, by changing the steps of an answer. */
final class FaultSteps implements Iterator<Step> {
    private static final int DRIP_PIECE = 1;

    private final Iterator<Step> steps;
    private final int afterChunks;
    private final List<Step> tail;
    private final boolean goesOn;
    /** Whether buffered bodies are struck too. */
    private final boolean bodies;

    private final Deque<Step> ready = new ArrayDeque<>();
    private int chunks;
    private boolean struck;
    private boolean ended;

    private FaultSteps(Iterator<Step> steps, int afterChunks, List<Step> tail, boolean goesOn, boolean bodies) {
        this.steps = steps;
        this.afterChunks = afterChunks;
        this.tail = tail;
        this.goesOn = goesOn;
        this.bodies = bodies;
    }

    /**
     * The steps of an answer with which something goes wrong; the same steps if the fault is of another kind.
     *
     * @param requestId goes into the error event
     */
    static Iterator<Step> apply(Fault fault, SimulatedDialect dialect, String requestId, Iterator<Step> steps) {
        if (fault instanceof Fault.Cut cut) {
            List<Step> end = List.of(cut.reset() ? new Step.Reset() : new Step.Close());
            return cut.afterChunks().isEmpty() ? end.iterator() : after(cut.afterChunks(), steps, end, false);
        } else if (fault instanceof Fault.RefuseConnections refuse) {
            return List.<Step>of(new Step.Refuse(refuse.duration()), new Step.Reset())
                    .iterator();
        } else if (fault instanceof Fault.Stall stall) {
            return stall.afterChunks().isEmpty()
                    ? Replies.first(new Step.Stall(), steps)
                    : after(stall.afterChunks(), steps, List.of(new Step.Stall()), true);
        } else if (fault instanceof Fault.Garbage garbage) {
            Step write = new Step.Write(garbageEvent(dialect, garbage.kind()), Step.Place.FRAME);
            return after(OptionalInt.of(garbage.afterChunks()), steps, List.of(write), true);
        } else if (fault instanceof Fault.ErrorEvent event) {
            byte[] bytes = ErrorAnswers.event(dialect, ErrorAnswers.Problem.of(dialect, event.status()), requestId);
            return after(
                    OptionalInt.of(event.afterChunks()),
                    steps,
                    List.of(new Step.Write(bytes, Step.Place.CLOSING), new Step.End()),
                    false);
        } else if (fault instanceof Fault.Oversized oversized) {
            return after(
                    OptionalInt.of(0),
                    steps,
                    List.of(new Step.Flood("data: {\"padding\":\"", oversized.bytes(), "\"}\n\n")),
                    true);
        } else if (fault instanceof Fault.EndEarly end) {
            return new FaultSteps(steps, end.afterChunks(), List.of(new Step.End()), false, false);
        } else if (fault instanceof Fault.Drip drip) {
            return new Dripping(steps, drip.perByte());
        } else if (fault instanceof Fault.Delay delay) {
            return Replies.after(delay.duration(), steps);
        } else if (fault instanceof Fault.DuplicateFinish) {
            return new FrameFilter(steps, dialect, true);
        } else if (fault instanceof Fault.NoEndMarker) {
            return new FrameFilter(steps, dialect, false);
        }
        return steps;
    }

    private static Iterator<Step> after(OptionalInt chunks, Iterator<Step> steps, List<Step> tail, boolean goesOn) {
        return new FaultSteps(steps, chunks.orElse(0), tail, goesOn, true);
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public Step next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        if (ready.isEmpty()) {
            advance();
        }
        Step step = ready.remove();
        ended = ready.isEmpty() && (struck && !goesOn || !steps.hasNext());
        return step;
    }

    private void advance() {
        Step step = steps.next();
        if (struck) {
            ready.add(step);
            return;
        }
        if (step instanceof Step.Write write) {
            if (write.place() == Step.Place.BODY && !bodies) {
                ready.add(step);
                return;
            }
            if (write.place() == Step.Place.BODY) {
                int half = write.bytes().length / 2;
                ready.add(new Step.Write(Arrays.copyOfRange(write.bytes(), 0, half), Step.Place.BODY));
                strike();
                if (goesOn) {
                    byte[] rest = Arrays.copyOfRange(write.bytes(), half, write.bytes().length);
                    ready.add(new Step.Write(rest, Step.Place.BODY));
                }
                return;
            }
            boolean content = write.place() == Step.Place.CONTENT;
            if (content && afterChunks == 0 || write.place() == Step.Place.CLOSING) {
                strike();
                if (goesOn) {
                    ready.add(step);
                }
                return;
            }
            ready.add(step);
            chunks += content ? 1 : 0;
            if (content && chunks == afterChunks) {
                strike();
            }
        } else if (step instanceof Step.End) {
            strike();
            if (goesOn) {
                ready.add(step);
            }
        } else {
            ready.add(step);
        }
    }

    private void strike() {
        struck = true;
        ready.addAll(tail);
    }

    /** A chunk that a stream's reader cannot read. Anthropic's readers skip events of names that they do not know. */
    private static byte[] garbageEvent(SimulatedDialect dialect, Fault.GarbageKind kind) {
        String name = dialect == SimulatedDialect.ANTHROPIC ? "event: content_block_delta\n" : "";
        return join(
                (name + "data: ").getBytes(StandardCharsets.US_ASCII),
                garbage(kind),
                "\n\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** A body that nobody can read. */
    static byte[] garbage(Fault.GarbageKind kind) {
        switch (kind) {
            case TEXT:
                return "upstream connect error or disconnect before headers".getBytes(StandardCharsets.US_ASCII);
            case UTF8:
                return join(
                        "{\"text\":\"".getBytes(StandardCharsets.US_ASCII),
                        new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff, (byte) 0xfe},
                        "\"}".getBytes(StandardCharsets.US_ASCII));
            default:
                return "{\"id\":\"cut\",\"choices\":[{\"index\":0,\"delta\":{\"conte"
                        .getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** One byte at a time. */
    private static final class Dripping implements Iterator<Step> {
        private final Iterator<Step> steps;
        private final Duration perByte;
        private final Deque<Step> ready = new ArrayDeque<>();
        private byte[] bytes = new byte[0];
        private Step.Place place = Step.Place.FRAME;
        private int at;

        Dripping(Iterator<Step> steps, Duration perByte) {
            this.steps = steps;
            this.perByte = perByte;
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || at < bytes.length || steps.hasNext();
        }

        @Override
        public Step next() {
            if (!ready.isEmpty()) {
                return ready.remove();
            }
            if (at < bytes.length) {
                // Only the first byte of a chunk counts as one, so that chunks are not counted by their bytes.
                Step.Place own = at == 0 || place != Step.Place.CONTENT ? place : Step.Place.FRAME;
                ready.add(new Step.Write(Arrays.copyOfRange(bytes, at, at + DRIP_PIECE), own));
                at += DRIP_PIECE;
                return new Step.Pause(perByte);
            }
            Step step = steps.next();
            if (step instanceof Step.Write write) {
                bytes = write.bytes();
                place = write.place();
                at = 0;
                return next();
            }
            return step;
        }
    }

    /** Looks at single events of a stream and doubles the one with the finish, or drops the one that marks the end. */
    private static final class FrameFilter implements Iterator<Step> {
        private final Iterator<Step> steps;
        private final SimulatedDialect dialect;
        private final boolean duplicate;
        private final Deque<Step> ready = new ArrayDeque<>();

        FrameFilter(Iterator<Step> steps, SimulatedDialect dialect, boolean duplicate) {
            this.steps = steps;
            this.dialect = dialect;
            this.duplicate = duplicate;
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || steps.hasNext();
        }

        @Override
        public Step next() {
            if (!ready.isEmpty()) {
                return ready.remove();
            }
            Step step = steps.next();
            if (!(step instanceof Step.Write write) || write.place() == Step.Place.BODY) {
                return step;
            }
            for (String event : events(write.bytes())) {
                List<Step> kept = new ArrayList<>();
                Step.Write one = new Step.Write(event.getBytes(StandardCharsets.UTF_8), write.place());
                if (duplicate || !isEnd(event)) {
                    kept.add(one);
                }
                if (duplicate && isFinish(event)) {
                    kept.add(one);
                }
                ready.addAll(kept);
            }
            return ready.isEmpty() ? new Step.Pause(Duration.ZERO) : ready.remove();
        }

        private static List<String> events(byte[] bytes) {
            String newline = "\n\n";
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.contains("\r\n\r\n")) {
                newline = "\r\n\r\n";
            }
            List<String> events = new ArrayList<>();
            int from = 0;
            for (int end = text.indexOf(newline); end >= 0; end = text.indexOf(newline, from)) {
                events.add(text.substring(from, end + newline.length()));
                from = end + newline.length();
            }
            if (from < text.length()) {
                events.add(text.substring(from));
            }
            return events;
        }

        private boolean isFinish(String event) {
            switch (dialect) {
                case OPENAI:
                    return event.contains("\"finish_reason\":\"");
                case ANTHROPIC:
                    return event.contains("\"type\":\"message_delta\"");
                default:
                    return event.contains("\"finishReason\":\"");
            }
        }

        private boolean isEnd(String event) {
            switch (dialect) {
                case OPENAI:
                    return event.startsWith("data: [DONE]");
                case ANTHROPIC:
                    return event.contains("\"type\":\"message_stop\"");
                default:
                    return event.contains("\"finishReason\":\"");
            }
        }
    }
}
