package io.github.camelllm.routes.ledger;

/** What becomes of calls while they cannot be booked. */
enum OnFailure {
    /** They go on while the journal has room, and are refused after that. */
    JOURNAL,
    /** They are refused as soon as the database is known to be away. */
    FAIL_CLOSED,
    /** They go on, booked or not. */
    FAIL_OPEN
}
