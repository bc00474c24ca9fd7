package io.github.camelllm.cache;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Timer;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.EmbeddingsResponse;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests that were answered before, and lets equal requests under way share one answer. What fails in it never
 * fails a call: the provider is asked instead. Thread-safe.
 *
 * @param <R> type of the answers
 */
public final class ResponseCache<R> {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseCache.class);

    private final AnswerKind<R> kind;
    private final StoreAccess store;
    private final CacheSettings settings;
    private final Timer timer;
    private final Clock clock;
    private final Consumer<CallRecord> records;
    private final Supplier<String> prices;
    private final CacheStatistics statistics;
    private final ConcurrentHashMap<String, Flight<R>> flights = new ConcurrentHashMap<>();
    private final AtomicBoolean searchFailureSaid = new AtomicBoolean();

    /**
     * A cache of answers of chats.
     *
     * @param workers runs what may take a while; bounded by the calls under way
     * @param records gets the record of each call answered here
     * @param prices version of the price book
     */
    public static ResponseCache<ChatResponse> ofChats(
            CacheStore store,
            CacheSettings settings,
            Timer timer,
            Clock clock,
            Executor workers,
            Consumer<CallRecord> records,
            Supplier<String> prices) {
        CacheStatistics statistics = new CacheStatistics();
        return new ResponseCache<>(
                ChatAnswers.INSTANCE,
                new StoreAccess(store, settings, timer, workers, statistics),
                settings,
                timer,
                clock,
                records,
                prices,
                statistics);
    }

    private ResponseCache(
            AnswerKind<R> kind,
            StoreAccess store,
            CacheSettings settings,
            Timer timer,
            Clock clock,
            Consumer<CallRecord> records,
            Supplier<String> prices,
            CacheStatistics statistics) {
        this.kind = kind;
        this.store = store;
        this.settings = settings;
        this.timer = timer;
        this.clock = clock;
        this.records = records;
        this.prices = prices;
        this.statistics = statistics;
    }

    /** A cache of embeddings, in the same store. What it does is counted here. */
    public ResponseCache<EmbeddingsResponse> ofEmbeddings() {
        return new ResponseCache<>(
                EmbeddingsAnswers.INSTANCE, store, settings, timer, clock, records, prices, statistics);
    }

    /** Starts a call and returns at once. It may be over then. */
    public CallHandle send(CachedCall<R> call, CallObserver<R> observer) {
        if (call.control() != CacheControl.USE) {
            passed(call, CachedCall.Passed.BYPASS);
            return call.upstream()
                    .send(call.control() == CacheControl.NO_CACHE ? new Keeping(call, observer) : observer);
        }
        AtomicReference<@Nullable Participant<R>> boarded = new AtomicReference<>();
        boolean[] first = new boolean[1];
        flights.compute(call.key(), (key, flight) -> {
            if (flight != null) {
                boarded.set(flight.join(call, observer));
                return flight;
            }
            Flight<R> own = new Flight<>(this, key);
            boarded.set(own.join(call, observer));
            first[0] = true;
            return own;
        });
        Participant<R> participant = boarded.get();
        if (participant == null) {
            // Too many wait already: this one goes by itself
            passed(call, CachedCall.Passed.BYPASS);
            return call.upstream().send(observer);
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

    AnswerKind<R> kind() {
        return kind;
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
    Duration age(CachedAnswer<R> answer) {
        Duration age = Duration.between(answer.origin().answeredAt(), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    Duration since(Participant<R> participant) {
        return Duration.ofNanos(timer.nanoTime() - participant.startNanos);
    }

    void remove(String key, Flight<R> flight) {
        flights.remove(key, flight);
    }

    void passed(CachedCall<?> call, CachedCall.Passed why) {
        (why == CachedCall.Passed.MISS ? statistics.misses : statistics.bypassed).increment();
        call.told().accept(why);
    }

    /** The record of a call that was answered from here, after all have got it. */
    CallRecord hit(Participant<R> participant, CachedAnswer<R> answer, CacheHit.Kind how) {
        (how == CacheHit.Kind.EXACT
                        ? statistics.hits
                        : how == CacheHit.Kind.SEMANTIC ? statistics.semanticHits : statistics.coalesced)
                .increment();
        CallRecord record = CacheRecords.hit(
                participant.callId,
                kind,
                participant.call,
                answer,
                new CacheHit(how, answer.origin().cost(), age(answer)),
                prices.get(),
                participant.startedAt,
                since(participant));
        records.accept(record);
        return record;
    }

    /** Calls that got no answer because somebody else's call for it failed by that one's own fault go on by themselves. */
    void askAgain(List<Participant<R>> participants) {
        for (Participant<R> each : participants) {
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
    void keep(CachedCall<R> call, CachedAnswer<R> answer, SemanticIndex.Found similar, Runnable done) {
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
    private Optional<byte[]> encoded(CachedCall<R> call, CachedAnswer<R> answer) {
        try {
            if (!call.retention().acceptable().test(answer.response())) {
                return Optional.empty();
            }
            byte[] bytes = kind.codec().encode(answer);
            return bytes.length > call.retention().maxBytes() ? Optional.empty() : Optional.of(bytes);
        } catch (RuntimeException e) {
            LOG.warn("An answer of {} could not be kept", call.asked(), e);
            return Optional.empty();
        }
    }

    /** Keeps the answer of a call that went by the cache. */
    private final class Keeping implements CallObserver<R> {
        private final CachedCall<R> call;
        private final CallObserver<R> observer;

        Keeping(CachedCall<R> call, CallObserver<R> observer) {
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
        public void completed(R result, CallRecord record) {
            if (kind.isWhole(result)) {
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
