package io.github.camelllm.routes.ledger;

/** When the journal is written to the device. A killed process loses nothing either way; this is about the machine's power. */
enum Fsync {
    /** When the system pleases. */
    NEVER,
    /** Once in an interval. */
    INTERVAL,
    /** Before each call goes on. */
    ALWAYS
}
