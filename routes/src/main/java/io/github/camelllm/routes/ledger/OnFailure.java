package io.github.camelllm.routes.ledger;

/** What becomes of calls while they cannot be booked. */
enum OnFailure {
    /** They go on while the journal has room, and are refused after that. */
    JOURNAL,
    /** They are refused as soon as the database is known to be away. */
    FAIL_CLOSED,
    /** They go on, booked or not. */
    FAIL_OPEN;

    /** Whether no call is let through while something is wrong. */
    boolean refusesCallsAt(LedgerAlarm alarm) {
        boolean isJournal = alarm == LedgerAlarm.JOURNAL_FULL || alarm == LedgerAlarm.JOURNAL_FAILED;
        return this != FAIL_OPEN && isJournal || this == FAIL_CLOSED && alarm == LedgerAlarm.DATABASE_DOWN;
    }
}
