package io.github.camelllm.cache;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.LaterHandle;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One question on its way through store, index and provider, and all who wait for its answer. One of them asks; a stream's
 * events are kept in order, and each participant reads them at its own pace. The provider is paused only while all are, so
 * what piles up is at most one answer.
 */
final class Flight<R> implements CallObserver<R> {
    private final ResponseCache<R> cache;
    private final String key;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Participant<R>> participants = new LinkedHashSet<>();
    private final List<StreamEvent> events = new ArrayList<>();
    private final LaterHandle upstream = new LaterHandle();
    private SemanticIndex.Found similar = SemanticIndex.Found.NOTHING;
    private volatile @Nullable Participant<R> asker;
    private @Nullable End<R> end;
    /** Whether nobody may join any more. */
    private boolean closed;

    private boolean telling;
    private boolean toldToPause;

    /** How it ended. */
    private record End<R>(@Nullable CachedAnswer<R> answer, CacheHit.Kind kind, Verdict<R> verdict) {}

    /** Tells a participant how it ended. */
    private interface Verdict<R> {
        void tell(Participant<R> participant);
    }

    Flight(ResponseCache<R> cache, String key) {
        this.cache = cache;
        this.key = key;
    }

    int size() {
        lock.lock();
        try {
            return participants.size();
        } finally {
            lock.unlock();
        }
    }

    /** Lets a call wait for the answer. @return null if it came too late, or too many wait already */
    @Nullable
    Participant<R> join(CachedCall<R> call, CallObserver<R> observer) {
        lock.lock();
        try {
            if (closed || participants.size() > cache.settings().maxWaiting()) {
                return null;
            }
            Participant<R> participant = new Participant<>(
                    this, call, observer, cache.now(), cache.timer().nanoTime(), end != null);
            participants.add(participant);
            return participant;
        } finally {
            lock.unlock();
        }
    }

    /** Brings one who has joined up to date, and sees to its deadline. */
    void board(Participant<R> participant) {
        participant.call.deadline().remaining(cache.timer()).ifPresent(left -> {
            Runnable callOff = cache.timer().schedule(left, () -> expire(participant));
            lock.lock();
            try {
                participant.callOff = callOff;
                if (participant.done) {
                    callOff.run();
                }
            } finally {
                lock.unlock();
            }
        });
        pump(participant);
        tellPace();
    }

    /**
     * Looks for the answer.
     *
     * @param starter who came first
     */
    void start(Participant<R> starter) {
        new Lookup<>(cache, this, key, starter.call).start();
    }

    /** The answer was kept. */
    void answer(CachedAnswer<R> kept, CacheHit.Kind kind) {
        cache.remove(key, this);
        end(new End<>(kept, kind, participant -> tellHit(participant, kept, kind)), true);
        pumpAll();
    }

    /**
     * No answer was found: has the provider asked by the one who waits the longest.
     *
     * @param searched the search for a similar question, which may remember this one
     */
    void ask(CachedCall.Passed why, SemanticIndex.Found searched) {
        similar = searched;
        Participant<R> first;
        lock.lock();
        try {
            if (participants.isEmpty()) {
                return;
            }
            first = participants.iterator().next();
            asker = first;
        } finally {
            lock.unlock();
        }
        CachedCall<R> call = first.call;
        cache.passed(call, why);
        try {
            call.upstream().send(this);
        } catch (RuntimeException e) {
            // A condition of a router that cannot be evaluated, say
            LlmException failure = FlightFailures.notSent(call, e);
            failed(failure, unanswered(first, CallOutcome.FAILED, failure.getErrorType()));
        }
    }

    @Override
    public void started(CallHandle handle) {
        upstream.set(handle);
    }

    @Override
    public void event(StreamEvent event) {
        lock.lock();
        try {
            events.add(event);
        } finally {
            lock.unlock();
        }
        pumpAll();
    }

    @Override
    public void completed(R response, CallRecord record) {
        CachedAnswer<R> answer = CachedAnswer.of(response, record, cache.now());
        boolean worthKeeping = cache.kind().isWhole(response);
        if (!worthKeeping) {
            cache.remove(key, this);
        }
        Participant<R> asking = asker;
        end(
                new End<>(answer, CacheHit.Kind.COALESCED, participant -> {
                    if (participant == asking) {
                        participant.observer.completed(response, record);
                    } else {
                        tellHit(participant, answer, participant.late ? CacheHit.Kind.EXACT : CacheHit.Kind.COALESCED);
                    }
                }),
                !worthKeeping);
        pumpAll();
        if (worthKeeping && asking != null) {
            // Who asks until it is kept joins this flight
            cache.keep(asking.call, answer, similar, () -> cache.remove(key, this));
        }
    }

    @Override
    public void failed(LlmException failure, CallRecord record) {
        cache.remove(key, this);
        Participant<R> asking = asker;
        List<Participant<R>> others = new ArrayList<>();
        lock.lock();
        try {
            if (FlightFailures.isOwn(failure)) {
                for (Participant<R> participant : participants) {
                    if (participant != asking && participant.given == 0 && participant.farewell == null) {
                        participant.movedOn = true;
                        others.add(participant);
                    }
                }
                others.forEach(this::finish);
            }
        } finally {
            lock.unlock();
        }
        end(
                new End<>(null, CacheHit.Kind.COALESCED, participant -> {
                    if (participant == asking) {
                        participant.observer.failed(failure, record);
                    } else {
                        participant.observer.failed(
                                FlightFailures.copy(failure),
                                unanswered(participant, CallOutcome.FAILED, failure.getErrorType()));
                    }
                }),
                true);
        pumpAll();
        cache.askAgain(others);
    }

    @Override
    public void cancelled(CallRecord record) {
        cache.remove(key, this);
        Participant<R> asking = asker;
        end(
                new End<>(
                        null,
                        CacheHit.Kind.COALESCED,
                        participant -> participant.observer.cancelled(
                                participant == asking
                                        ? record
                                        : unanswered(participant, CallOutcome.CANCELLED, "cancelled"))),
                true);
        pumpAll();
    }

    /** One gives up. The provider goes on being asked as long as another waits. */
    void cancel(Participant<R> participant) {
        leave(
                participant,
                () -> participant.observer.cancelled(unanswered(participant, CallOutcome.CANCELLED, "cancelled")),
                true);
    }

    private void expire(Participant<R> participant) {
        LlmException failure = FlightFailures.late(participant.call);
        leave(
                participant,
                () -> participant.observer.failed(
                        failure, unanswered(participant, CallOutcome.FAILED, failure.getErrorType())),
                false);
    }

    /** @param asFarAsAsked whether the asker is told what became of its call, if nobody else waits for it */
    private void leave(Participant<R> participant, Runnable farewell, boolean asFarAsAsked) {
        boolean last;
        boolean cancel;
        lock.lock();
        try {
            if (participant.movedOn || participant.done || participant.farewell != null) {
                last = false;
                cancel = false;
            } else {
                last = end == null && participants.size() == 1;
                cancel = last && asker != null;
                if (!(asFarAsAsked && cancel && participant == asker)) {
                    participant.farewell = farewell;
                }
                closed |= last;
            }
        } finally {
            lock.unlock();
        }
        if (participant.movedOn) {
            participant.again.cancel();
            return;
        }
        if (last) {
            cache.remove(key, this);
        }
        if (cancel) {
            upstream.cancel();
        }
        pump(participant);
        tellPace();
    }

    void pause(Participant<R> participant, boolean pause) {
        lock.lock();
        try {
            participant.paused = pause;
        } finally {
            lock.unlock();
        }
        if (pause) {
            participant.again.pause();
        } else {
            participant.again.resume();
            pump(participant);
        }
        tellPace();
    }

    private void end(End<R> how, boolean close) {
        lock.lock();
        try {
            end = how;
            closed |= close;
        } finally {
            lock.unlock();
        }
    }

    private void pumpAll() {
        List<Participant<R>> all;
        lock.lock();
        try {
            all = List.copyOf(participants);
        } finally {
            lock.unlock();
        }
        all.forEach(this::pump);
    }

    /** Gives a participant what it has not got yet, one thing at a time. What comes meanwhile is given by the same thread. */
    private void pump(Participant<R> participant) {
        while (true) {
            Runnable next;
            lock.lock();
            try {
                next = participant.delivering ? null : next(participant);
                if (next == null) {
                    return;
                }
                participant.delivering = true;
            } finally {
                lock.unlock();
            }
            try {
                next.run();
            } finally {
                lock.lock();
                try {
                    participant.delivering = false;
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private @Nullable Runnable next(Participant<R> participant) {
        if (participant.done) {
            return null;
        }
        Runnable farewell = participant.farewell;
        if (farewell != null) {
            finish(participant);
            return farewell;
        }
        End<R> ended = end;
        if (participant.call.stream()) {
            if (ended != null && ended.answer() != null && events.isEmpty()) {
                CachedAnswer.Origin origin = ended.answer().origin();
                events.add(StreamEvent.Answering.first(participant.callId, origin.provider(), origin.requestModel()));
                events.addAll(cache.kind().events(ended.answer().response()));
            }
            if (participant.given < events.size()) {
                if (participant.paused) {
                    return null;
                }
                StreamEvent event = told(events.get(participant.given++), participant);
                return () -> participant.observer.event(event);
            }
        }
        if (ended == null) {
            return null;
        }
        finish(participant);
        return () -> ended.verdict().tell(participant);
    }

    /** All but who asked the provider have calls of their own, which made no attempt. */
    private StreamEvent told(StreamEvent event, Participant<R> participant) {
        Participant<R> asking = asker;
        if (participant == asking || !(event instanceof StreamEvent.Answering who)) {
            return event;
        }
        CacheHit.Kind kind = participant.late ? CacheHit.Kind.EXACT : CacheHit.Kind.COALESCED;
        if (asking == null && end != null) {
            kind = end.kind();
        }
        return new StreamEvent.Answering(participant.callId, who.provider(), who.model(), 0, Optional.of(kind.word()));
    }

    private void finish(Participant<R> participant) {
        participant.done = true;
        participants.remove(participant);
        if (participant.callOff != null) {
            participant.callOff.run();
        }
    }

    private void tellHit(Participant<R> participant, CachedAnswer<R> answer, CacheHit.Kind kind) {
        CallRecord record = cache.hit(participant, answer, kind);
        participant.observer.completed(answer.response(), record);
    }

    private CallRecord unanswered(Participant<R> participant, CallOutcome outcome, String errorType) {
        return CacheRecords.unanswered(
                participant.callId,
                cache.kind().operation(),
                participant.call,
                outcome,
                errorType,
                participant.startedAt,
                cache.since(participant));
    }

    /** Pauses the provider while all are paused. One thread at a time and in order, so that no pause overtakes a resume. */
    private void tellPace() {
        while (true) {
            boolean pause;
            lock.lock();
            try {
                pause = asker != null
                        && end == null
                        && !participants.isEmpty()
                        && participants.stream().allMatch(each -> each.call.stream() && each.paused);
                if (telling || toldToPause == pause) {
                    return;
                }
                telling = true;
            } finally {
                lock.unlock();
            }
            if (pause) {
                upstream.pause();
            } else {
                upstream.resume();
            }
            lock.lock();
            try {
                toldToPause = pause;
                telling = false;
            } finally {
                lock.unlock();
            }
        }
    }
}
