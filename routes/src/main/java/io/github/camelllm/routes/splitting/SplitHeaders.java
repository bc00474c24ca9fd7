package io.github.camelllm.routes.splitting;

/** Names of the headers that the templates set. They cross JMS and Kafka. */
public final class SplitHeaders {
    /** On a record: its number in the file, 1 for the first (Long). */
    public static final String NUMBER = "LlmRecordNumber";

    /** On a record: the file that it is from, as the parameter {@code source} names it (String). */
    public static final String SOURCE = "LlmRecordSource";

    /** On the file, afterwards: records that came to their end in this run (Long). */
    public static final String RECORDS = "LlmRecords";

    /** On the file, afterwards: those that became dead letters in this run (Long). */
    public static final String BAD = "LlmRecordsBad";

    /** On the file, afterwards: those that an earlier run had finished (Long). */
    public static final String SKIPPED = "LlmRecordsSkipped";

    /** On the file, afterwards: calls that were answered in this run (Long). */
    public static final String CALLS = "LlmCalls";

    private SplitHeaders() {}
}
