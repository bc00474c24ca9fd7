package io.github.camelllm.examples.failover;

import io.github.camelllm.simulator.Fault;
import java.util.Optional;

/** What happens to the providers in one part of the day. */
enum Phase {
    MORNING("all is well", Optional.empty(), Optional.empty()),
    SLOW("the first is slow", Optional.of("delay=30s"), Optional.empty()),
    BUSY("the first is out of quota", Optional.of("status=429;retry-after=20"), Optional.empty()),
    DOWN("the first is down", Optional.of("reset"), Optional.empty()),
    WORSE("the second is down, too", Optional.of("reset"), Optional.of("status=503")),
    RECOVERED("both are back", Optional.empty(), Optional.empty());

    private final String title;
    private final Optional<Fault> first;
    private final Optional<Fault> second;

    Phase(String title, Optional<String> first, Optional<String> second) {
        this.title = title;
        this.first = first.map(Fault::parse);
        this.second = second.map(Fault::parse);
    }

    String title() {
        return title;
    }

    /** What is wrong with the first provider; empty if nothing is. */
    Optional<Fault> first() {
        return first;
    }

    Optional<Fault> second() {
        return second;
    }
}
