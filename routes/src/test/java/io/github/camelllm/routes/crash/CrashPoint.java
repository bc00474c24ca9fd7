package io.github.camelllm.routes.crash;

/** When something is killed. */
enum CrashPoint {
    /** The attempt is in the journal, but not on its way. */
    BEFORE_SEND,
    /** The first piece of a streamed answer is here. */
    MID_STREAM,
    /** The answer is whole, but not in the journal. */
    AFTER_ANSWER,
    /** The answer is in the journal, but not in the database. */
    AFTER_JOURNAL,
    /** The transaction that books answers is about to add up its sums. */
    DURING_ROLLUP,
    /** The transaction that takes the cost from a budget is under way; for Redis, some settlement. */
    DURING_SETTLE;

    /** Whether the worker itself comes by; the others are moments in the database. */
    boolean isInWorker() {
        return this != DURING_ROLLUP && this != DURING_SETTLE;
    }
}
