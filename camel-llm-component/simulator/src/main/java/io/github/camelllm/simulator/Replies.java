package io.github.camelllm.simulator;

import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatServerCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/** Answers as steps, before anything goes wrong with them. */
final class Replies {
    private Replies() {}

    /** A whole body. */
    static Iterator<Step> buffered(int status, Map<String, String> headers, byte[] body) {
        return List.<Step>of(
                        new Step.Head(status, headers, body.length),
                        new Step.Write(body, Step.Place.BODY),
                        new Step.End())
                .iterator();
    }

    /** A pause, and then the rest. */
    static Iterator<Step> after(Duration pause, Iterator<Step> rest) {
        return pause.isZero() ? rest : first(new Step.Pause(pause), rest);
    }

    /** A step, and then the rest. */
    static Iterator<Step> first(Step step, Iterator<Step> rest) {
        return new Iterator<>() {
            private boolean given;

            @Override
            public boolean hasNext() {
                return !given || rest.hasNext();
            }

            @Override
            public Step next() {
                if (given) {
                    return rest.next();
                }
                given = true;
                return step;
            }
        };
    }

    /** A stream, each event encoded when its turn comes. */
    static Iterator<Step> streamed(
            Map<String, String> headers,
            Iterator<StreamEvent> events,
            ChatServerCodec.StreamEncoder encoder,
            Latency gap,
            SplittableRandom random) {
        return new Streamed(headers, events, encoder, gap, random);
    }

    private static final class Streamed implements Iterator<Step> {
        private final Deque<Step> ready = new ArrayDeque<>();
        private final Iterator<StreamEvent> events;
        private final ChatServerCodec.StreamEncoder encoder;
        private final Latency gap;
        private final SplittableRandom random;
        private boolean content;
        private boolean ended;

        Streamed(
                Map<String, String> headers,
                Iterator<StreamEvent> events,
                ChatServerCodec.StreamEncoder encoder,
                Latency gap,
                SplittableRandom random) {
            this.events = events;
            this.encoder = encoder;
            this.gap = gap;
            this.random = random;
            ready.add(new Step.Head(200, headers, -1));
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
            while (ready.isEmpty()) {
                advance();
            }
            Step step = ready.remove();
            ended = step instanceof Step.End;
            return step;
        }

        private void advance() {
            if (!events.hasNext()) {
                ready.add(new Step.End());
                return;
            }
            StreamEvent event = events.next();
            byte[] bytes = encoder.encode(event);
            if (AnswerEvents.isContent(event)) {
                Duration pause = content ? gap.sample(random) : Duration.ZERO;
                content = true;
                if (!pause.isZero()) {
                    ready.add(new Step.Pause(pause));
                }
                if (bytes.length > 0) {
                    ready.add(new Step.Write(bytes, Step.Place.CONTENT));
                }
            } else if (bytes.length > 0) {
                ready.add(new Step.Write(bytes, isClosing(event) ? Step.Place.CLOSING : Step.Place.FRAME));
            }
        }

        private boolean isClosing(StreamEvent event) {
            return event instanceof StreamEvent.Finished
                    || event instanceof StreamEvent.Completed
                    || content && event instanceof StreamEvent.UsageReported;
        }
    }
}
