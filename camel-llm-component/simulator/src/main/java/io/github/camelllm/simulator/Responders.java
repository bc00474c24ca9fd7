package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The answers that come with the simulator. */
public final class Responders {
    private Responders() {}

    /**
     * Answers as a model might: prose, JSON that conforms to the schema asked for, tool calls, reasoning; always the
     * same answer to the same question. See {@link DeterministicResponder}.
     */
    public static DeterministicResponder deterministic() {
        return DeterministicResponder.DEFAULT;
    }

    /** Repeats the text of the last user message. Limits and stop strings of the request hold. */
    public static Responder echo() {
        return request -> OutputLimits.apply(request, ScriptedAnswer.text(Prompts.lastUserText(request)));
    }

    /** Always the same answer. */
    public static Responder always(ScriptedAnswer answer) {
        return request -> answer;
    }

    /** These answers one after the other, in the order in which requests come, and then the deterministic ones. */
    public static Responder scripted(ScriptedAnswer... answers) {
        return scripted(List.of(answers), deterministic());
    }

    /** These answers one after the other, in the order in which requests come, and then another responder's. */
    public static Responder scripted(List<ScriptedAnswer> answers, Responder then) {
        List<ScriptedAnswer> copy = List.copyOf(answers);
        AtomicInteger next = new AtomicInteger();
        return request -> {
            int index = next.getAndUpdate(i -> Math.min(i + 1, copy.size()));
            return index < copy.size() ? copy.get(index) : then.answer(request);
        };
    }

    /** A builder of rules: the first that matches answers. */
    public static Rules rules() {
        return new Rules();
    }

    /** Rules that choose an answer by what is asked. Not thread-safe; what it builds is. */
    public static final class Rules {
        private final List<Rule> rules = new ArrayList<>();

        private Rules() {}

        /** Requests that the test accepts. It is called on event loops and must not block. */
        public Rules when(Predicate<ChatRequest> test, ScriptedAnswer answer) {
            return when(test, always(answer));
        }

        public Rules when(Predicate<ChatRequest> test, Responder responder) {
            rules.add(new Rule(test, responder, Long.MAX_VALUE, new AtomicLong()));
            return this;
        }

        /** As {@link #when(Predicate, Responder)}, but only for the first so many requests that match. */
        public Rules when(Predicate<ChatRequest> test, long times, Responder responder) {
            if (times < 1) {
                throw new IllegalArgumentException("times: expected at least 1, got " + times);
            }
            rules.add(new Rule(test, responder, times, new AtomicLong()));
            return this;
        }

        /**
         * Requests for these models.
         *
         * @param glob a model's name, in which {@code *} stands for any characters
         */
        public Rules model(String glob, ScriptedAnswer answer) {
            Pattern pattern = Globs.pattern(glob);
            return when(request -> pattern.matcher(request.model()).matches(), answer);
        }

        /** Requests whose last user message contains these words; case does not matter. */
        public Rules contains(String words, ScriptedAnswer answer) {
            return when(request -> Prompts.contains(request, words), answer);
        }

        /** Requests whose last user message has a match of this expression. */
        public Rules matches(Pattern pattern, ScriptedAnswer answer) {
            return when(
                    request -> pattern.matcher(Prompts.lastUserText(request)).find(), answer);
        }

        /**
         * The responder that these rules make.
         *
         * @param otherwise answers where no rule matches
         */
        public Responder otherwise(Responder otherwise) {
            List<Rule> copy = List.copyOf(rules);
            return request -> {
                for (Rule rule : copy) {
                    if (rule.test().test(request) && rule.take()) {
                        return rule.responder().answer(request);
                    }
                }
                return otherwise.answer(request);
            };
        }

        public Responder build() {
            return otherwise(deterministic());
        }
    }

    private record Rule(Predicate<ChatRequest> test, Responder responder, long times, AtomicLong used) {
        boolean take() {
            return times == Long.MAX_VALUE || used.getAndIncrement() < times;
        }
    }
}
