package io.github.camelllm.routes.ledger;

/** Bytes of the journal that are no record, although their checksum is right: another version wrote them. */
final class MalformedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedRecordException(String message) {
        super("journal: " + message);
    }
}
