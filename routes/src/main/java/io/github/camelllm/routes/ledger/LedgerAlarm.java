package io.github.camelllm.routes.ledger;

import java.util.Locale;

/** A trouble of the ledger that somebody has to look after. */
public enum LedgerAlarm {
    /** The database does not answer; the journal grows. */
    DATABASE_DOWN,
    /** The journal has no room for more. */
    JOURNAL_FULL,
    /** The journal cannot be written. */
    JOURNAL_FAILED,
    /** A part of the journal cannot be read; its file is kept with the end {@code .damaged}. Stays until the next start. */
    JOURNAL_DAMAGED,
    /** Records were dropped. Stays until the next start. */
    RECORDS_LOST,
    /** The database refuses records; they are kept in files {@code rejected-….llmj}. Stays until the next start. */
    RECORDS_REJECTED;

    /** The name in messages, such as {@code database-down}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
