package io.github.camelllm.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * Gemini's stream as it comes without {@code alt=sse}: the payloads of the events as the items of one JSON array, which
 * stays open if the stream is cut.
 */
final class JsonArraySteps implements Iterator<Step> {
    private static final String DATA = "data: ";

    private final Iterator<Step> steps;
    private boolean begun;
    private boolean closed;

    JsonArraySteps(Iterator<Step> steps) {
        this.steps = steps;
    }

    @Override
    public boolean hasNext() {
        return steps.hasNext() || closed;
    }

    @Override
    public Step next() {
        if (closed) {
            closed = false;
            return new Step.End();
        }
        Step step = steps.next();
        if (step instanceof Step.Write write && write.place() != Step.Place.BODY) {
            return new Step.Write(items(write.bytes()), write.place());
        } else if (step instanceof Step.End) {
            closed = true;
            return new Step.Write((begun ? "]" : "[]").getBytes(StandardCharsets.UTF_8), Step.Place.CLOSING);
        }
        return step;
    }

    private byte[] items(byte[] events) {
        StringBuilder items = new StringBuilder(events.length);
        for (String event : new String(events, StandardCharsets.UTF_8).split("\\r?\\n\\r?\\n")) {
            items.append(begun ? ",\r\n" : "[").append(event.startsWith(DATA) ? event.substring(DATA.length()) : event);
            begun = true;
        }
        return items.toString().getBytes(StandardCharsets.UTF_8);
    }
}
