package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which requests fail, and how. The first rule that matches decides; faults queued with {@link #next} go before all
 * rules. Requests are counted from 1 in the order they arrive, those for models and tokens included. Thread-safe.
 */
public final class FaultPlan {
    private static final int MAX_QUEUED = 1_000_000;

    private final List<Rule> rules;
    private final Deque<Fault> queued = new ArrayDeque<>();

    private FaultPlan(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A plan in which nothing fails by itself. */
    public static FaultPlan none() {
        return builder().build();
    }

    /** The next requests fail in this way. */
    public synchronized void next(int times, Fault fault) {
        if (times < 1 || times > MAX_QUEUED - queued.size()) {
            throw new IllegalArgumentException(
                    "times: expected 1 to " + (MAX_QUEUED - queued.size()) + " further faults, got " + times);
        }
        for (int i = 0; i < times; i++) {
            queued.add(fault);
        }
    }

    /** Forgets what {@link #next} queued and was not used yet. */
    public synchronized void clearNext() {
        queued.clear();
    }

    Optional<Fault> faultOf(Call call) {
        synchronized (this) {
            Fault next = queued.poll();
            if (next != null) {
                return Optional.of(next);
            }
        }
        for (Rule rule : rules) {
            if (rule.matches().test(call)) {
                return Optional.of(rule.fault());
            }
        }
        return Optional.empty();
    }

    /**
     * A request that may fail.
     *
     * @param number 1 for the simulator's first request
     * @param model the model asked; empty where the operation has none
     * @param request the decoded request of a chat
     */
    public record Call(
            long number, SimulatedDialect dialect, Operation operation, String model, Optional<ChatRequest> request) {}

    private record Rule(Predicate<Call> matches, Fault fault) {}

    /** Collects the rules of a plan. Not thread-safe. */
    public static final class Builder {
        private final List<Rule> rules = new ArrayList<>();

        private Builder() {}

        /** The nth request fails. */
        public Builder onCall(long number, Fault fault) {
            return onCalls(number, number, fault);
        }

        /** The requests from the first number to the last, both included, fail. */
        public Builder onCalls(long first, long last, Fault fault) {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("calls: expected 1 <= first <= last, got " + first + " and " + last);
            }
            return when(call -> call.number() >= first && call.number() <= last, fault);
        }

        /**
         * Some requests fail, the same ones for the same seed.
         *
         * @param probability 0 to 1
         */
        public Builder withProbability(double probability, long seed, Fault fault) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("probability: expected 0 to 1, got " + probability);
            }
            return when(
                    call -> new SplittableRandom(Hash.mix(seed ^ Hash.mix(call.number()))).nextDouble() < probability,
                    fault);
        }

        /**
         * Requests for these models fail.
         *
         * @param glob a model's name, in which {@code *} stands for any characters
         */
        public Builder forModel(String glob, Fault fault) {
            Pattern pattern = Globs.pattern(glob);
            return when(call -> pattern.matcher(call.model()).matches(), fault);
        }

        /** Chats whose last user message contains these words fail; case does not matter. */
        public Builder forWords(String words, Fault fault) {
            return when(
                    call -> call.request()
                            .filter(request -> Prompts.contains(request, words))
                            .isPresent(),
                    fault);
        }

        /** Requests that the test accepts fail. It is called on event loops and must not block. */
        public Builder when(Predicate<Call> test, Fault fault) {
            rules.add(new Rule(test, fault));
            return this;
        }

        public FaultPlan build() {
            return new FaultPlan(rules);
        }
    }
}
