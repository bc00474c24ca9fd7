package io.github.camelllm.limit;

import io.github.camelllm.call.CallScope;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A limit as its user wrote it.
 *
 * @param scope which attempts it is for, and whose account each falls into
 * @param rates may be empty
 * @param maxConcurrent how many attempts may be under way at once; empty for any number
 * @param fromProvider whether what the provider states for everyone holds too, where this says nothing
 * @param maxWait how long an attempt waits for its turn at most; zero for not at all
 * @param maxWaiting how many may wait; the next one is refused
 * @param learn whether the provider's headers about its limits are believed
 * @param reserve how much output is reckoned with
 * @param zone where days begin
 * @param definedIn file or properties that it came from, for people
 */
public record LimitDefinition(
        String name,
        CallScope scope,
        List<Rate> rates,
        OptionalLong maxConcurrent,
        boolean fromProvider,
        Duration maxWait,
        int maxWaiting,
        boolean learn,
        Pace pace,
        Reserve reserve,
        ZoneId zone,
        String definedIn) {
    public static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);
    public static final int DEFAULT_MAX_WAITING = 1000;

    public LimitDefinition {
        rates = List.copyOf(rates);
    }

    /** How much output an attempt takes before it is known. */
    public enum Reserve {
        /** One and a half times what answers had lately; what was not used is given back. */
        EXPECTED,
        /** The most that it may have; nothing is given back. So do providers count that look at {@code max_tokens}. */
        MOST
    }

    /** The definition in a line, for the audit: all of it that is not as usual. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        rates.forEach(rate -> words.add(rate.toString()));
        maxConcurrent.ifPresent(most -> words.add(most + " at once"));
        if (fromProvider) {
            words.add("and what the provider states");
        }
        if (!scope.dimensions().isEmpty()) {
            words.add("scope " + scope.dimensions());
        }
        words.add("wait " + maxWait);
        if (maxWaiting != DEFAULT_MAX_WAITING) {
            words.add("at most " + maxWaiting + " wait");
        }
        if (!learn) {
            words.add("learns nothing");
        }
        if (pace != Pace.EVEN) {
            words.add("pace " + pace.name().toLowerCase(Locale.ROOT));
        }
        if (reserve != Reserve.EXPECTED) {
            words.add("reserves " + reserve.name().toLowerCase(Locale.ROOT));
        }
        if (!zone.equals(ZoneOffset.UTC)) {
            words.add("days of " + zone);
        }
        return String.join(", ", words);
    }
}
