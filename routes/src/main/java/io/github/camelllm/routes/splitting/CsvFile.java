package io.github.camelllm.routes.splitting;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.util.Iterator;
import java.util.Map;

/** Records of a CSV file with a header, one after the other, in constant memory. Not thread-safe. */
public final class CsvFile implements Iterator<Map<String, String>>, Closeable {
    private static final int MAX_RECORD_CHARS = 1_000_000;

    private final CsvRecords records;
    private long line;

    /**
     * @param text closed with this
     * @throws IllegalArgumentException if the header cannot be read
     */
    public CsvFile(Reader text, char delimiter) throws IOException {
        records = new CsvRecords(text, delimiter, true, MAX_RECORD_CHARS);
    }

    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    /**
     * Values by the names of the header.
     *
     * @throws IllegalArgumentException if the record cannot be read; the message names its line
     */
    @Override
    @SuppressWarnings("unchecked")
    public Map<String, String> next() {
        SplitRecord record = records.next();
        line = record.line();
        if (record.problem().isPresent()) {
            throw new IllegalArgumentException(
                    "line " + line + " of the CSV: " + record.problem().get());
        }
        return (Map<String, String>) record.value();
    }

    /** Line of the file in which the record began that was read last, counted from 1. */
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
