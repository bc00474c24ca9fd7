package io.github.camelllm.router;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallChannel;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.LaterHandle;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.call.Timer;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.router.RouterDefinition.Streams.OnBreak;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One routed request on its way through its targets. Normally one target is asked at a time; with hedging a further one may
 * be under way. The first that delivers anything of its answer wins, and the others are cancelled.
 *
 * <p>The lock guards the decisions. Calls out, to channels and the observer, are made without it, but for the pace of
 * reading: a decision returns what is to be done, and its caller does it.
 *
 * @param <Q> type of the request
 * @param <R> type of the result
 */
final class RoutedCall<Q, R> implements CallHandle {
    private static final Runnable NOTHING = () -> {};
    private static final Set<String> NOT_SENT_THERE = Set.of("unsupported_option", "budget_exceeded", "cost_unknown");

    private final RoutedRequest<Q, R> routed;
    private final CallObserver<R> observer;
    private final CallChannel<Q, R> channel;
    private final RoutedForm<Q, R> form;
    private final Timer timer;
    private final Optional<ContinuedAnswer> continuation;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Leg> remaining;
    private final List<Running> running = new ArrayList<>();
    private final List<LlmException> failures = new ArrayList<>();
    /** Passed over because their circuits are open. */
    private final List<Leg> unavailable = new ArrayList<>();

    private volatile @Nullable Running winner;
    private @Nullable CallRecord spent;
    private Runnable callOffHedge = NOTHING;
    private int hedged;
    private boolean testing;
    private boolean cancelled;
    private boolean paused;
    private boolean ended;

    RoutedCall(
            RoutedRequest<Q, R> routed,
            CallObserver<R> observer,
            CallChannel<Q, R> channel,
            RoutedForm<Q, R> form,
            Timer timer) {
        this.routed = routed;
        this.observer = observer;
        this.channel = channel;
        this.form = form;
        this.timer = timer;
        remaining = new ArrayDeque<>(routed.legs());
        continuation = routed.stream() && routed.onBreak() == OnBreak.CONTINUE
                ? Optional.of(form.continued(routed.request()))
                : Optional.empty();
    }

    void start() {
        decide(this::next);
    }

    private interface Decision {
        /** Called with the lock held. @return what is to be done without it */
        Runnable take();
    }

    private void decide(Decision decision) {
        Runnable action;
        lock.lock();
        try {
            action = ended ? NOTHING : decision.take();
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** Asks the next target that may be asked; gives up if there is none and none is under way. */
    private Runnable next() {
        if (cancelled) {
            return running.isEmpty() ? endCancelled() : NOTHING;
        }
        if (!routed.deadline().hasPassed(timer)) {
            while (!remaining.isEmpty()) {
                Leg leg = remaining.removeFirst();
                if (leg.target().health().tryAcquire()) {
                    return ask(leg);
                }
                unavailable.add(leg);
            }
        }
        return running.isEmpty() ? giveUp() : NOTHING;
    }

    private Runnable ask(Leg leg) {
        Running leading = new Running(leg, routed.acceptance().isPresent() && !remaining.isEmpty());
        running.add(leading);
        Runnable callOff = callOffHedge;
        callOffHedge = NOTHING;
        Runnable hedge = scheduleHedge(leg);
        return () -> {
            callOff.run();
            hedge.run();
            leading.send();
        };
    }

    /** The time after which the next target is asked as well. */
    private Runnable scheduleHedge(Leg leg) {
        if (routed.hedging().isEmpty()
                || hedged >= routed.hedging().get().maxExtra()
                || routed.acceptance().isPresent()) {
            return NOTHING;
        }
        TargetSnapshot snapshot = leg.target().health().snapshot();
        Optional<Duration> delay = routed.hedging()
                .get()
                .after()
                .or(() -> routed.stream() ? snapshot.p95FirstChunk() : snapshot.p95Latency());
        return delay.<Runnable>map(time -> () -> {
                    Runnable callOff = timer.schedule(time, () -> decide(this::hedge));
                    decide(() -> {
                        callOffHedge = callOff;
                        return winner == null ? NOTHING : callOff;
                    });
                })
                .orElse(NOTHING);
    }

    private Runnable hedge() {
        if (winner != null || running.isEmpty() || cancelled) {
            return NOTHING;
        }
        hedged++;
        return next();
    }

    private Runnable failed(Running leg, LlmException failure, CallRecord record) {
        running.remove(leg);
        add(record);
        failures.add(failure);
        List<Leg> following = fallback(failure, leg.leg);
        if (winner == leg) {
            if (following.isEmpty()
                    || !continuation.map(ContinuedAnswer::isPossible).orElse(false)) {
                CallRecord total = total();
                return end(() -> observer.failed(failure, total));
            }
            winner = null;
        }
        remaining.clear();
        remaining.addAll(following);
        if (!running.isEmpty()) {
            // Another one is under way already.
            return NOTHING;
        }
        return next();
    }

    private List<Leg> fallback(LlmException failure, Leg leg) {
        List<Leg> left = new ArrayList<>(remaining);
        if (isOfThisTargetOnly(failure)) {
            return left;
        }
        return routed.fallback().after(failure.kind(), leg, left);
    }

    /** A request that was not sent because this target lacks what it asks for, or costs more than a budget has left. */
    private static boolean isOfThisTargetOnly(LlmException failure) {
        return NOT_SENT_THERE.contains(failure.getErrorType())
                && failure.statusCode().isEmpty();
    }

    private Runnable cancelled(Running leg, CallRecord record) {
        running.remove(leg);
        add(record);
        return cancelled && running.isEmpty() ? endCancelled() : NOTHING;
    }

    private Runnable endCancelled() {
        CallRecord total = spent == null ? notAsked() : spent;
        return testing ? NOTHING : end(() -> observer.cancelled(total));
    }

    /** This leg has the answer: all others are called off. */
    private Runnable win(Running leg) {
        winner = leg;
        List<Running> losers = new ArrayList<>(running);
        losers.remove(leg);
        Runnable callOff = callOffHedge;
        if (paused) {
            leg.handle.pause();
        }
        return () -> {
            callOff.run();
            losers.forEach(loser -> loser.handle.cancel());
        };
    }

    private Runnable completed(Running leg, R response, CallRecord record) {
        running.remove(leg);
        if (winner != null && winner != leg) {
            add(record);
            return NOTHING;
        }
        Runnable others = winner == null ? win(leg) : NOTHING;
        add(record);
        R whole = continuation.isPresent() && leg.streams() ? form.whole(continuation.get(), response) : response;
        CallRecord total = total();
        Runnable told = end(() -> {
            if (routed.stream() && !leg.streams()) {
                observer.event(StreamEvent.Answering.first(total.callId(), total.provider(), total.requestModel())
                        .after(total.attempts() - 1));
                form.events(whole).forEach(observer::event);
            }
            observer.completed(whole, total);
        });
        return () -> {
            others.run();
            told.run();
        };
    }

    private Runnable rejected(Running leg, CallRecord record, Optional<CallRecord> spentOnTest) {
        running.remove(leg);
        add(record);
        spentOnTest.ifPresent(this::add);
        testing = false;
        return next();
    }

    private Runnable giveUp() {
        CallRecord total = spent;
        LlmException failure = Failures.sum(
                routed.router(), failures, unavailable, routed.deadline().hasPassed(timer));
        return end(() -> observer.failed(failure, total == null ? notAsked() : total));
    }

    private CallRecord notAsked() {
        return RoutingChannel.notAsked(routed.router(), routed.stream(), routed.tags());
    }

    private Runnable end(Runnable told) {
        ended = true;
        Runnable callOff = callOffHedge;
        return () -> {
            callOff.run();
            told.run();
        };
    }

    private void add(CallRecord record) {
        spent = spent == null ? record : record.plus(spent);
    }

    /** Requests to providers whose ends are known. */
    private int attempts() {
        lock.lock();
        try {
            return spent == null ? 0 : spent.attempts();
        } finally {
            lock.unlock();
        }
    }

    private CallRecord total() {
        CallRecord total = spent;
        if (total == null) {
            throw new AssertionError("no attempt has ended");
        }
        return total;
    }

    @Override
    public void cancel() {
        List<Running> toCancel = new ArrayList<>();
        decide(() -> {
            cancelled = true;
            toCancel.addAll(running);
            return callOffHedge;
        });
        toCancel.forEach(leg -> leg.handle.cancel());
    }

    @Override
    public void pause() {
        setPaused(true);
    }

    @Override
    public void resume() {
        setPaused(false);
    }

    /** With the lock held to the end: a pause that overtook the resume after it would hold the stream forever. */
    private void setPaused(boolean value) {
        decide(() -> {
            paused = value;
            Running leading = winner;
            if (leading != null && value) {
                leading.handle.pause();
            } else if (leading != null) {
                leading.handle.resume();
            }
            return NOTHING;
        });
    }

    /** One target under way. */
    private final class Running implements CallObserver<R> {
        final Leg leg;
        final LaterHandle handle = new LaterHandle();
        private final boolean tested;

        /** @param tested whether its answer must be accepted first */
        Running(Leg leg, boolean tested) {
            this.leg = leg;
            this.tested = tested;
        }

        /** An answer that must be tested is needed whole. */
        boolean streams() {
            return routed.stream() && !tested;
        }

        void send() {
            Q request = continuation
                    .filter(ContinuedAnswer::hasBegun)
                    .map(begun -> form.continuing(routed.request(), begun))
                    .orElse(routed.request());
            Call<Q> call = Call.of(Operation.CHAT, form.adapt(request, leg), leg.target(), streams(), routed.tags())
                    .withDeadline(routed.deadline())
                    .withTrace(routed.trace())
                    .begunAt(routed.begunNanos());
            channel.send(call, this);
        }

        @Override
        public void started(CallHandle call) {
            handle.set(call);
        }

        @Override
        public void event(StreamEvent event) {
            if (winner == null) {
                decide(() -> winner == null && !cancelled ? win(this) : NOTHING);
            }
            if (winner == this) {
                if (continuation.isEmpty() || continuation.get().forwards(event)) {
                    observer.event(event instanceof StreamEvent.Answering who ? who.after(attempts()) : event);
                }
            }
        }

        @Override
        public void completed(R response, CallRecord record) {
            Optional<Acceptance<Q, R>> acceptance = routed.acceptance();
            if (!tested || acceptance.isEmpty()) {
                decide(() -> RoutedCall.this.completed(this, response, record));
                return;
            }
            decide(() -> {
                testing = true;
                return NOTHING;
            });
            test(acceptance.get(), response).whenComplete((verdict, error) -> {
                if (error == null && verdict.accepted()) {
                    decide(() -> {
                        testing = false;
                        verdict.spent().ifPresent(RoutedCall.this::add);
                        return RoutedCall.this.completed(this, response, record);
                    });
                } else {
                    Optional<CallRecord> spentOnTest = error == null ? verdict.spent() : Optional.empty();
                    decide(() -> rejected(this, record, spentOnTest));
                }
            });
        }

        private CompletionStage<Acceptance.Verdict> test(Acceptance<Q, R> acceptance, R response) {
            try {
                return acceptance.test(routed.request(), response, leg);
            } catch (RuntimeException e) {
                return CompletableFuture.failedStage(e);
            }
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            decide(() -> RoutedCall.this.failed(this, failure, record));
        }

        @Override
        public void cancelled(CallRecord record) {
            leg.target().health().release();
            decide(() -> RoutedCall.this.cancelled(this, record));
        }
    }
}
