package io.github.camelllm.examples.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.hc.client5.http.async.methods.AbstractBinResponseConsumer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;

/** Cuts server-sent events at their line ends and takes the text out of each with Jackson's streaming parser. */
final class RawStream extends AbstractBinResponseConsumer<Integer> {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int PREFIX = "data: ".length();

    private final Consumer<String> piece;
    private byte[] line = new byte[16 * 1024];
    private int length;
    private int pieces;

    RawStream(Consumer<String> piece) {
        this.piece = piece;
    }

    @Override
    protected void start(HttpResponse response, ContentType type) throws HttpException {
        if (response.getCode() != 200) {
            throw new HttpException("HTTP " + response.getCode());
        }
    }

    @Override
    protected int capacityIncrement() {
        return 16 * 1024;
    }

    @Override
    protected void data(ByteBuffer bytes, boolean endOfStream) throws IOException {
        int read = bytes.remaining();
        if (length + read > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + read));
        }
        bytes.get(line, length, read);
        int start = 0;
        for (int i = length; i < length + read; i++) {
            if (line[i] == '\n') {
                endLine(start, i - start);
                start = i + 1;
            }
        }
        length += read - start;
        System.arraycopy(line, start, line, 0, length);
    }

    private void endLine(int start, int size) throws IOException {
        if (size > PREFIX && line[start + PREFIX] == '{') {
            String text = text(line, start + PREFIX, size - PREFIX);
            if (!text.isEmpty()) {
                pieces++;
                piece.accept(text);
            }
        }
    }

    private static String text(byte[] bytes, int offset, int size) throws IOException {
        try (JsonParser parser = JSON.createParser(bytes, offset, size)) {
            String text = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("content")) {
                    parser.nextToken();
                    text = parser.getText();
                }
            }
            return text;
        }
    }

    @Override
    protected Integer buildResult() {
        return pieces;
    }

    @Override
    public void releaseResources() {
        line = new byte[0];
    }
}
