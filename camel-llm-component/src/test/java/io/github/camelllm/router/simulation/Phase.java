package io.github.camelllm.router.simulation;

import java.util.Arrays;
import java.util.Optional;

/** What happens when: requests a second, and what befalls the first target. */
enum Phase {
    CALM("calm", 120, 8, "All three targets are well."),
    DYING("dying", 60, 8, "The share of requests that `swift` fails rises evenly from none to all."),
    DEAD("dead", 120, 8, "`swift` fails every request."),
    WELL_AGAIN("well again", 120, 8, "`swift` answers as before."),
    SLOW("slow", 120, 8, "`swift` takes ten times as long."),
    FAST_AGAIN("fast again", 120, 8, "`swift` is as fast as before."),
    RUSH("rush", 120, 24, "Three times as many requests come, and `swift` takes 300 a minute.");

    private final String title;
    private final int seconds;
    private final double requestsPerSecond;
    private final String story;

    Phase(String title, int seconds, double requestsPerSecond, String story) {
        this.title = title;
        this.seconds = seconds;
        this.requestsPerSecond = requestsPerSecond;
        this.story = story;
    }

    String title() {
        return title;
    }

    int seconds() {
        return seconds;
    }

    double requestsPerSecond() {
        return requestsPerSecond;
    }

    String story() {
        return story;
    }

    /** Seconds from the beginning of all to the beginning of this. */
    int from() {
        return Arrays.stream(values()).limit(ordinal()).mapToInt(Phase::seconds).sum();
    }

    /** Empty after the last. */
    static Optional<Phase> at(double seconds) {
        return Arrays.stream(values())
                .filter(phase -> seconds < phase.from() + phase.seconds)
                .findFirst();
    }
}
