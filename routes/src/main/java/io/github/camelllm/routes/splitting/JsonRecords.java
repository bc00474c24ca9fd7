package io.github.camelllm.routes.splitting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of a JSON array, or one JSON value a line (JSON lines): which of the two, the first character tells.
 * A line that is no JSON is given back as a bad record; an array that is no JSON cannot be read further and ends in an
 * {@link IllegalArgumentException} that says where. Not thread-safe.
 */
final class JsonRecords extends RecordReader {
    private static final ObjectMapper MAPPER =
            new ObjectMapper(JsonFactory.builder().build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final PushbackReader in;
    private final int maxRecordChars;
    private final @Nullable JsonParser array;
    private long number;
    private long line = 1;

    JsonRecords(Reader in, int maxRecordChars) throws IOException {
        this.in = new PushbackReader(in);
        this.maxRecordChars = maxRecordChars;
        array = firstChar() == '[' ? MAPPER.createParser(this.in) : null;
        if (array != null) {
            array.nextToken();
        }
    }

    private int firstChar() throws IOException {
        int c = in.read();
        while (c != -1 && Character.isWhitespace(c)) {
            if (c == '\n') {
                line++;
            }
            c = in.read();
        }
        if (c != -1) {
            in.unread(c);
        }
        return c;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    @Override
    @Nullable
    SplitRecord read() throws IOException {
        return array == null ? readLine() : readElement(array);
    }

    private @Nullable SplitRecord readElement(JsonParser parser) throws IOException {
        long start = number + 1;
        try {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                if (parser.nextToken() != null) {
                    throw new IllegalArgumentException("expected the end of the file after the array of " + number
                            + " records, got more at " + place(parser));
                }
                return null;
            }
            number = start;
            long firstLine = line - 1 + parser.currentTokenLocation().getLineNr();
            long from = parser.currentTokenLocation().getCharOffset();
            try (TokenBuffer record = new TokenBuffer(parser)) {
                int depth = 0;
                while (true) {
                    if (token == null) {
                        throw new IllegalArgumentException(
                                "record " + start + ": the file ends before the array does, at " + place(parser));
                    }
                    record.copyCurrentEvent(parser);
                    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                    if (depth == 0) {
                        break;
                    }
                    if (parser.currentLocation().getCharOffset() - from > maxRecordChars) {
                        throw new IllegalArgumentException("record " + start + " (line " + firstLine + "): longer than "
                                + maxRecordChars + " characters");
                    }
                    token = parser.nextToken();
                }
                return SplitRecord.of(start, firstLine, MAPPER.readValue(record.asParserOnFirstToken(), Object.class));
            }
        } catch (JsonProcessingException e) {
            // Its message quotes the file
            throw new IllegalArgumentException("record " + start + ": no JSON at " + place(e.getLocation()));
        }
    }

    private String place(JsonParser parser) {
        return place(parser.currentLocation());
    }

    private String place(@Nullable JsonLocation at) {
        return at == null ? "an unknown place" : "line " + (line - 1 + at.getLineNr()) + ", column " + at.getColumnNr();
    }

    private @Nullable SplitRecord readLine() throws IOException {
        if (firstChar() == -1) {
            return null;
        }
        long start = line;
        number++;
        StringBuilder text = new StringBuilder();
        int c = in.read();
        boolean tooLong = false;
        while (c != -1 && c != '\n') {
            tooLong |= text.length() >= maxRecordChars;
            if (!tooLong) {
                text.append((char) c);
            }
            c = in.read();
        }
        if (c == '\n') {
            line++;
        }
        String record = text.toString().strip();
        if (tooLong) {
            return SplitRecord.bad(number, start, record, "longer than " + maxRecordChars + " characters");
        }
        if (TextInput.isUnreadable(record)) {
            return SplitRecord.bad(number, start, record, "bytes that are not of the character set");
        }
        try {
            return SplitRecord.of(number, start, MAPPER.readValue(record, Object.class));
        } catch (JsonProcessingException e) {
            return SplitRecord.bad(
                    number,
                    start,
                    record,
                    "no JSON at column " + e.getLocation().getColumnNr());
        }
    }
}
