package io.github.camelllm.cache;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Timer;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests that were answered before, and lets equal requests under way share one answer. What fails in it never
 * fails a call: the provider is asked instead. Thread-safe.
 */
public final class ResponseCache {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseCache.class);

    private final StoreAccess store;
    private final CacheSettings settings;
    private final Timer timer;
    private final Clock clock;
    private final Consumer<CallRecord> records;
    private final Supplier<String> prices;
    private final CacheStatistics statistics = new CacheStatistics();
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();
    private final AtomicBoolean searchFailureSaid = new AtomicBoolean();

    /**
     * @param workers runs what may take a while; bounded by the calls under way
     * @param records gets the record of each call answered here
     * @param prices version of the price book
     */
    public ResponseCache(
            CacheStore store,
            CacheSettings settings,
            Timer timer,
            Clock clock,
            Executor workers,
            Consumer<CallRecord> records,
            Supplier<String> prices) {
        this.store = new StoreAccess(store, settings, timer, workers, statistics);
        this.settings = settings;
        this.timer = timer;
        this.clock = clock;
        this.records = records;
        this.prices = prices;
    }

    /** Starts a call and returns at once. It may be over then. */
    public CallHandle send(CachedCall call, CallObserver<ChatResponse> observer) {
        if (call.control() != CacheControl.USE) {
            passed(call, CachedCall.Passed.BYPASS);
            return call.upstream()
                    .send(
                            call.request(),
                            call.stream(),
                            call.control() == CacheControl.NO_CACHE ? new Keeping(call, observer) : observer);
        }
        @Nullable Participant[] boarded = new Participant[1];
        boolean[] first = new boolean[1];
        flights.compute(call.key(), (key, flight) -> {
            if (flight != null) {
                boarded[0] = flight.join(call, observer);
                return flight;
            }
            Flight own = new Flight(this, key);
            boarded[0] = own.join(call, observer);
            first[0] = true;
            return own;
        });
        Participant participant = boarded[0];
        if (participant == null) {
            // Too many wait already: this one goes by itself
            passed(call, CachedCall.Passed.BYPASS);
            return call.upstream().send(call.request(), call.stream(), observer);
        }
        observer.started(participant);
        if (first[0]) {
            participant.flight().start(participant);
        } else {
            participant.flight().board(participant);
        }
        return participant;
    }

    public CacheStatistics.Counts counts() {
        return statistics.counts();
    }

    /** Calls that are looked up now, or wait for an answer under way. */
    public int waiting() {
        return flights.values().stream().mapToInt(Flight::size).sum();
    }

    /** Whether an answer is one that may be given again: whole, not withheld, and not bound to what a provider keeps. */
    static boolean isWhole(ChatResponse response) {
        return !response.choices().isEmpty() && response.choices().stream().allMatch(ResponseCache::isWhole);
    }

    private static boolean isWhole(Choice choice) {
        FinishReason reason = choice.finish().map(finish -> finish.reason()).orElse(FinishReason.OTHER);
        boolean ended =
                reason == FinishReason.STOP || reason == FinishReason.LENGTH || reason == FinishReason.TOOL_CALLS;
        return ended
                && choice.message().audioId().isEmpty()
                && choice.message().content().stream().noneMatch(ContentPart.Refusal.class::isInstance);
    }

    StoreAccess store() {
        return store;
    }

    CacheSettings settings() {
        return settings;
    }

    Timer timer() {
        return timer;
    }

    Instant now() {
        return clock.instant();
    }

    /** Time since it was answered; zero if clocks of nodes differ the other way. */
    Duration age(CachedAnswer answer) {
        Duration age = Duration.between(answer.answeredAt(), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    Duration since(Participant participant) {
        return Duration.ofNanos(timer.nanoTime() - participant.startNanos);
    }

    void remove(String key, Flight flight) {
        flights.remove(key, flight);
    }

    void passed(CachedCall call, CachedCall.Passed why) {
        (why == CachedCall.Passed.MISS ? statistics.misses : statistics.bypassed).increment();
        call.told().accept(why);
    }

    /** The record of a call that was answered from here, after all have got it. */
    CallRecord hit(Participant participant, CachedAnswer answer, CacheHit.Kind kind) {
        (kind == CacheHit.Kind.EXACT
                        ? statistics.hits
                        : kind == CacheHit.Kind.SEMANTIC ? statistics.semanticHits : statistics.coalesced)
                .increment();
        CallRecord record = CacheRecords.hit(
                participant.call,
                answer,
                new CacheHit(kind, answer.cost(), age(answer)),
                prices.get(),
                participant.startedAt,
                since(participant));
        records.accept(record);
        return record;
    }

    /** Calls that got no answer because somebody else's call for it failed by that one's own fault go on by themselves. */
    void askAgain(List<Participant> participants) {
        for (Participant each : participants) {
            // Not here: a failure that comes at once would go down a call deeper for each
            store.workers().execute(() -> each.again.set(send(each.call, each.observer)));
        }
    }

    void searchFailed(@Nullable Throwable error) {
        if (searchFailureSaid.compareAndSet(false, true)) {
            LOG.warn(
                    "Similar questions could not be looked for ({}); such calls go to their providers. Said once",
                    String.valueOf(error));
        }
    }

    /**
     * Keeps an answer, not on this thread.
     *
     * @param done runs when that is over, whether it was kept or not
     */
    void keep(CachedCall call, CachedAnswer answer, SemanticIndex.Found similar, Runnable done) {
        store.workers().execute(() -> {
            Optional<byte[]> bytes = encoded(call, answer);
            if (bytes.isEmpty()) {
                done.run();
                return;
            }
            Duration ttl = call.retention().ttl();
            store.put(call.key(), bytes.get(), ttl, done);
            similar.remember(call.key(), ttl);
        });
    }

    /** Empty if it is not worth keeping. */
    private static Optional<byte[]> encoded(CachedCall call, CachedAnswer answer) {
        try {
            if (!call.retention().acceptable().test(answer.response())) {
                return Optional.empty();
            }
            byte[] bytes = CachedAnswerCodec.encode(answer);
            return bytes.length > call.retention().maxBytes() ? Optional.empty() : Optional.of(bytes);
        } catch (RuntimeException e) {
            LOG.warn("An answer of {} could not be kept", call.asked(), e);
            return Optional.empty();
        }
    }

    /** Keeps the answer of a call that went by the cache. */
    private final class Keeping implements CallObserver<ChatResponse> {
        private final CachedCall call;
        private final CallObserver<ChatResponse> observer;

        Keeping(CachedCall call, CallObserver<ChatResponse> observer) {
            this.call = call;
            this.observer = observer;
        }

        @Override
        public void started(CallHandle handle) {
            observer.started(handle);
        }

        @Override
        public void event(StreamEvent event) {
            observer.event(event);
        }

        @Override
        public void completed(ChatResponse result, CallRecord record) {
            if (isWhole(result)) {
                keep(call, CachedAnswer.of(result, record, now()), SemanticIndex.Found.NOTHING, () -> {});
            }
            observer.completed(result, record);
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            observer.failed(failure, record);
        }

        @Override
        public void cancelled(CallRecord record) {
            observer.cancelled(record);
        }
    }
}
