package io.github.camelllm.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.ManualTimer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose store is put right while calls begin and end. */
class DegradingLimitStoreTest {
    private static final String ACCOUNT = "key";
    private static final Duration BEAT = Duration.ofSeconds(2);

    private final ManualTimer timer = new ManualTimer();
    private final Shared shared = new Shared();
    private DegradingLimitStore store;

    @BeforeEach
    void start() {
        store = new DegradingLimitStore(shared, timer, timer.clock(), LimitSettings.DEFAULT);
    }

    private boolean enter() {
        return store.enter(ACCOUNT, 4).join();
    }

    private void lose() {
        shared.away = true;
        store.level(new LimitBucket("any", 1, Duration.ofHours(1), 10, Instant.MAX))
                .join();
        assertThat(store.state()).startsWith("lost");
    }

    /** Until the store has been told what places there are, and has not answered yet. */
    private void beginToPutRight() {
        shared.away = false;
        shared.slow = true;
        timer.advance(BEAT);
    }

    private void endToPutRight() {
        shared.slow = false;
        shared.answer();
        assertThat(store.state()).startsWith("up");
    }

    @Test
    void aPlaceGivenBackWhileTheStoreIsPutRightIsFree() {
        for (int i = 0; i < 4; i++) {
            assertThat(enter()).isTrue();
        }
        lose();
        beginToPutRight();
        store.leave(ACCOUNT).join();
        endToPutRight();

        assertThat(shared.held(ACCOUNT)).isEqualTo(3);
        assertThat(enter()).isTrue();
        assertThat(enter()).isFalse();
    }

    @Test
    void aPlaceTakenWhileTheStoreIsPutRightIsNotGivenToAnother() {
        assertThat(enter()).isTrue();
        lose();
        beginToPutRight();
        assertThat(enter()).isTrue();
        endToPutRight();

        assertThat(shared.held(ACCOUNT)).isEqualTo(2);
    }

    @Test
    void aPlaceThatTheStoreGaveBeforeItWasLostIsNotForgotten() {
        shared.slow = true;
        CompletableFuture<Boolean> entered = store.enter(ACCOUNT, 4);
        Runnable late = shared.waiting.remove();
        shared.slow = false;
        lose();
        shared.away = false;
        timer.advance(BEAT);
        late.run();

        assertThat(entered.join()).isTrue();
        assertThat(shared.held(ACCOUNT)).isEqualTo(1);
        store.leave(ACCOUNT).join();
        assertThat(shared.held(ACCOUNT)).isZero();
    }

    @Test
    void whatEndsAfterwardsIsToldAfterWhatTheStoreMissed() {
        lose();
        beginToPutRight();
        assertThat(enter()).isTrue();
        // The store is back, but has not heard of the place yet
        Runnable restored = shared.waiting.remove();
        restored.run();
        assertThat(store.state()).startsWith("up");
        CompletableFuture<Void> left = store.leave(ACCOUNT);
        endToPutRight();

        assertThat(left).isCompleted();
        assertThat(shared.held(ACCOUNT)).isZero();
    }

    /** A store that fails while it is away, and while it is slow does and answers what it is asked only when told so. */
    private static final class Shared implements SharedLimitStore {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private final Map<String, Long> places = new HashMap<>();
        private int node;
        private boolean away;
        private boolean slow;

        long held(String account) {
            return places.getOrDefault(node + account, 0L);
        }

        void answer() {
            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }
        }

        private <T> CompletableFuture<T> ask(Supplier<T> answer) {
            if (away) {
                return CompletableFuture.failedFuture(new LimitStoreException("away", null));
            }
            CompletableFuture<T> asked = new CompletableFuture<>();
            Runnable done = () -> asked.complete(answer.get());
            if (slow) {
                waiting.add(done);
            } else {
                done.run();
            }
            return asked;
        }

        @Override
        public CompletableFuture<Integer> alive() {
            return CompletableFuture.completedFuture(1);
        }

        @Override
        public CompletableFuture<Void> restore(Map<String, Long> held) {
            return ask(() -> {
                node++;
                held.forEach((account, number) -> places.put(node + account, number));
                return null;
            });
        }

        @Override
        public CompletableFuture<Boolean> enter(String account, long most) {
            String place = node + account;
            return ask(() -> {
                long before = places.getOrDefault(place, 0L);
                places.put(place, Math.min(most, before + 1));
                return before < most;
            });
        }

        @Override
        public CompletableFuture<Void> leave(String account) {
            String place = node + account;
            return ask(() -> {
                places.merge(place, 0L, (before, none) -> Math.max(0, before - 1));
                return null;
            });
        }

        @Override
        public CompletableFuture<Long> reserve(LimitBucket bucket, long amount) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Taken> take(LimitBucket bucket, long amount) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> adjust(LimitBucket bucket, long amount) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Long> level(LimitBucket bucket) {
            return ask(() -> 0L);
        }

        @Override
        public String kind() {
            return "scripted";
        }

        @Override
        public void close() {}
    }
}
