package io.github.camelllm.examples.quickstart;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a CSV file (RFC 4180: a quoted field may hold line breaks) in batches, each with the header line on top. The
 * rows stay as they are written, so it does not matter whether a comma, a semicolon or a tab parts the fields.
 */
final class CsvBatches {
    private CsvBatches() {}

    /**
     * @param maxChars upper bound of a batch's length, header included
     * @throws UnreadableDocumentException if a quoted field does not end, or one row alone is longer than a batch
     */
    static List<String> of(String csv, int rowsPerBatch, int maxChars) throws UnreadableDocumentException {
        List<String> rows = rows(csv);
        if (rows.size() < 2) {
            return rows.isEmpty() ? List.of() : List.of(fitting(rows.get(0), 1, maxChars));
        }
        String header = fitting(rows.get(0), 1, maxChars / 2);
        List<String> batches = new ArrayList<>();
        StringBuilder batch = new StringBuilder(header);
        int inBatch = 0;
        for (int i = 1; i < rows.size(); i++) {
            String row = fitting(rows.get(i), i + 1, maxChars - header.length() - 1);
            if (inBatch == rowsPerBatch || inBatch > 0 && batch.length() + 1 + row.length() > maxChars) {
                batches.add(batch.toString());
                batch = new StringBuilder(header);
                inBatch = 0;
            }
            batch.append('\n').append(row);
            inBatch++;
        }
        batches.add(batch.toString());
        return batches;
    }

    private static String fitting(String row, int number, int maxChars) throws UnreadableDocumentException {
        if (row.length() > maxChars) {
            throw new UnreadableDocumentException(
                    "row " + number + " has " + row.length() + " characters; at most " + maxChars + " are asked about");
        }
        return row;
    }

    private static List<String> rows(String csv) throws UnreadableDocumentException {
        List<String> rows = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        int quotedFromRow = 0;
        for (int i = 0; i <= csv.length(); i++) {
            boolean atEnd = i == csv.length();
            char c = atEnd ? '\n' : csv.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                quotedFromRow = rows.size() + 1;
            } else if (atEnd && quoted) {
                throw new UnreadableDocumentException(
                        "a quoted field that begins in row " + quotedFromRow + " does not end");
            } else if (c == '\n' && !quoted) {
                String row = csv.substring(from, i).stripTrailing();
                if (!row.isBlank()) {
                    rows.add(row);
                }
                from = i + 1;
            }
        }
        return rows;
    }
}
