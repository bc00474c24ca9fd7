package io.github.camelllm.routes.crash;

/**
 * One case: what is killed, when, and where the budget is kept.
 *
 * @param store {@code jdbc} or {@code redis}
 * @param at which attempt of the point it is
 */
record Crash(Victim victim, CrashPoint point, String store, int at) {
    /** What is killed. */
    enum Victim {
        WORKER,
        DATABASE,
        REDIS
    }

    @Override
    public String toString() {
        return victim + " " + point + " (budget in " + store + ", at " + at + ")";
    }
}
