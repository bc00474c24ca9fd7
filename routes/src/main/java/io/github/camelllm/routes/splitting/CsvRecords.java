package io.github.camelllm.routes.splitting;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV as <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a> has it: quoted fields may hold delimiters, line
 * breaks and doubled quotes; lines end with CR LF, LF or CR. Blank lines are skipped.
 *
 * <p>A record that breaks the rules is given back as a bad one, and reading goes on with the line after the one in which it
 * began: a quote that is never closed costs one record and not the rest of the file. That is why this is no library. At most {@code maxRecordChars} characters
 * are held at a time. Not thread-safe.
 */
final class CsvRecords extends RecordReader {
    private static final char QUOTE = '"';
    private static final int END = -1;

    private enum State {
        FIELD_START,
        PLAIN,
        QUOTED,
        QUOTE_SEEN
    }

    private final Reader in;
    private final char delimiter;
    private final int maxRecordChars;
    private final char[] buffer = new char[1 << 14];
    private int at;
    private int end;
    /** Characters to be read again before those of the buffer. */
    private String again = "";

    private int againAt;
    private final StringBuilder raw = new StringBuilder();
    private final StringBuilder field = new StringBuilder();
    private long line = 1;
    private long number;
    private @Nullable List<String> header;

    /**
     * @param hasHeader whether the first record names the fields
     * @throws IllegalArgumentException if the header cannot be read or names a field twice
     */
    CsvRecords(Reader in, char delimiter, boolean hasHeader, int maxRecordChars) throws IOException {
        this.in = in;
        this.delimiter = delimiter;
        this.maxRecordChars = maxRecordChars;
        if (hasHeader) {
            number = -1;
            SplitRecord first = read();
            header = first == null ? List.of() : names(first);
            number = 0;
        }
    }

    private static List<String> names(SplitRecord first) {
        if (first.problem().isPresent() || !(first.value() instanceof List<?> fields)) {
            throw new IllegalArgumentException("the header in line " + first.line() + " cannot be read: "
                    + first.problem().orElse(""));
        }
        List<String> names = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Object field : fields) {
            String name = field.toString().strip();
            names.add(name.isEmpty() ? "column" + (names.size() + 1) : name);
            if (!known.add(names.get(names.size() - 1))) {
                throw new IllegalArgumentException("the header in line " + first.line() + " has one name twice: column "
                        + names.size() + " is called like an earlier one");
            }
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    @Override
    @Nullable
    SplitRecord read() throws IOException {
        List<String> fields = new ArrayList<>();
        State state = State.FIELD_START;
        long start = line;
        long quoteLine = line;
        raw.setLength(0);
        field.setLength(0);
        while (true) {
            int c = readChar();
            boolean atLineEnd = c == '\n' || c == '\r';
            if (c == END && raw.length() == 0) {
                return null;
            }
            if (c == END && state == State.QUOTED) {
                return broken(start, "the quoted field that begins in line " + quoteLine + " does not end");
            }
            if (c == END || atLineEnd && state != State.QUOTED) {
                if (atLineEnd) {
                    lineEnd(c);
                }
                if (raw.length() == 0) {
                    start = line;
                    quoteLine = line;
                    continue;
                }
                fields.add(field.toString());
                return record(start, fields);
            }
            raw.append((char) c);
            if (raw.length() > maxRecordChars) {
                return broken(
                        start,
                        state == State.QUOTED
                                ? "the quoted field that begins in line " + quoteLine + " does not end within "
                                        + maxRecordChars + " characters"
                                : "longer than " + maxRecordChars + " characters");
            }
            if (state == State.QUOTED) {
                if (c == QUOTE) {
                    state = State.QUOTE_SEEN;
                } else {
                    field.append((char) c);
                    if (atLineEnd && lineEnd(c)) {
                        raw.append('\n');
                        field.append('\n');
                    }
                }
            } else if (c == delimiter) {
                fields.add(field.toString());
                field.setLength(0);
                state = State.FIELD_START;
            } else if (c == QUOTE && state == State.FIELD_START) {
                state = State.QUOTED;
                quoteLine = line;
            } else if (c == QUOTE && state == State.QUOTE_SEEN) {
                field.append(QUOTE);
                state = State.QUOTED;
            } else if (state == State.QUOTE_SEEN) {
                return broken(
                        start, "a character other than a quote or delimiter follows a closing quote in line " + line);
            } else {
                field.append((char) c);
                state = State.PLAIN;
            }
        }
    }

    private SplitRecord record(long start, List<String> fields) {
        number++;
        if (TextInput.isUnreadable(raw)) {
            return SplitRecord.bad(
                    number, start, raw.toString(), "bytes that are not of the character set" + in(raw, start));
        }
        if (header == null) {
            return new SplitRecord(number, start, List.copyOf(fields), Optional.empty());
        }
        if (fields.size() != header.size()) {
            return SplitRecord.bad(
                    number,
                    start,
                    raw.toString(),
                    "expected " + header.size() + " fields as in the header, got " + fields.size());
        }
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            named.put(header.get(i), fields.get(i));
        }
        return SplitRecord.of(number, start, named);
    }

    private static String in(CharSequence text, long start) {
        long found = start;
        for (int i = 0; text.charAt(i) != TextInput.UNREADABLE; i++) {
            if (text.charAt(i) == '\n' || text.charAt(i) == '\r' && text.charAt(i + 1) != '\n') {
                found++;
            }
        }
        return " in line " + found;
    }

    /** Takes the line in which the record began for all of it, and goes on with the next. */
    private SplitRecord broken(long start, String problem) throws IOException {
        number++;
        int lineEnd = 0;
        while (lineEnd < raw.length() && raw.charAt(lineEnd) != '\n' && raw.charAt(lineEnd) != '\r') {
            lineEnd++;
        }
        String text = raw.substring(0, lineEnd);
        if (lineEnd < raw.length()) {
            again = raw.substring(lineEnd + 1) + again.substring(againAt);
            againAt = 0;
            line = start;
            lineEnd(raw.charAt(lineEnd));
        } else {
            skipLine();
        }
        return SplitRecord.bad(number, start, text, problem);
    }

    private void skipLine() throws IOException {
        int c = readChar();
        while (c != END && c != '\n' && c != '\r') {
            c = readChar();
        }
        if (c != END) {
            lineEnd(c);
        }
    }

    /** Counts the line, and takes the LF after a CR. @return whether there was one */
    private boolean lineEnd(int c) throws IOException {
        line++;
        if (c == '\r' && peek() == '\n') {
            readChar();
            return true;
        }
        return false;
    }

    private int peek() throws IOException {
        if (againAt < again.length()) {
            return again.charAt(againAt);
        }
        return fill() ? buffer[at] : END;
    }

    private int readChar() throws IOException {
        if (againAt < again.length()) {
            char c = again.charAt(againAt++);
            if (againAt == again.length()) {
                again = "";
                againAt = 0;
            }
            return c;
        }
        return fill() ? buffer[at++] : END;
    }

    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return at < end;
    }
}
