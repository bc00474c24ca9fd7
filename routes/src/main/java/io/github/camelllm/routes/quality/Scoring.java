package io.github.camelllm.routes.quality;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.quality.QualityCounters.Event;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** All that judges answers by itself. Thread-safe; never waits. */
public final class Scoring {
    private final List<Scorer> scorers;

    Scoring(Quality quality, CamelContext context, List<ScorerSettings> settings) {
        scorers = settings.stream()
                .map(each -> new Scorer(quality, context, each))
                .toList();
    }

    /** Whether there is nothing that judges. */
    public boolean isOff() {
        return scorers.isEmpty();
    }

    /** Whether an answer came from our own cache. It was judged when it was given, and this time no model was asked. */
    public static boolean isFromCache(Message message) {
        String status = message.getHeader(LlmConstants.CACHE_STATUS, String.class);
        return Arrays.stream(CacheHit.Kind.values())
                .anyMatch(kind -> kind.word().equals(status));
    }

    /** Whether the answer of a call is to be judged. */
    public boolean wants(UUID callId, Optional<String> task) {
        for (Scorer scorer : scorers) {
            if (scorer.wants(callId, task)) {
                return true;
            }
        }
        return false;
    }

    /** Longest request or answer that is judged. */
    public int maxBytes() {
        return scorers.isEmpty() ? 0 : scorers.get(0).maxBytes();
    }

    /**
     * Has an answer judged later, by those that want it.
     *
     * @param bytes that wait with it; more than {@link #maxBytes()} are not judged
     * @param answer makes the answer of them, on another thread
     */
    public void offer(UUID callId, Optional<String> task, long bytes, Supplier<ScoredAnswer> answer) {
        Supplier<ScoredAnswer> once = new Once(answer);
        for (Scorer scorer : scorers) {
            if (scorer.wants(callId, task)) {
                if (bytes > scorer.maxBytes()) {
                    scorer.count(Event.SKIPPED);
                } else {
                    scorer.offer(callId, task, bytes, once);
                }
            }
        }
    }

    void close() {
        scorers.forEach(Scorer::close);
    }

    /** Makes a value when it is first asked for. */
    private static final class Once implements Supplier<ScoredAnswer> {
        private final Supplier<ScoredAnswer> maker;
        private @Nullable ScoredAnswer made;

        Once(Supplier<ScoredAnswer> maker) {
            this.maker = maker;
        }

        @Override
        public synchronized ScoredAnswer get() {
            ScoredAnswer known = made;
            if (known == null) {
                known = maker.get();
                made = known;
            }
            return known;
        }
    }
}
