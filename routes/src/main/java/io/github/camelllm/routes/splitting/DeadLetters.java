package io.github.camelllm.routes.splitting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.LlmException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The records of files that could not be processed: one file of JSON lines for each source, one line for each record. A
 * record that is in the file is not written again, also not after a crash: half a line at the end is taken away. Moving the
 * file away makes its records new. One process at a time. Thread-safe.
 */
final class DeadLetters {
    private static final String ENDING = ".bad.jsonl";
    private static final int SOURCES_REMEMBERED = 64;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;
    /** Numbers of the records in the files of the sources used last, a bit each. */
    private final Map<String, BitSet> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, BitSet> eldest) {
            return size() > SOURCES_REMEMBERED;
        }
    };

    DeadLetters(Path folder) {
        this.folder = folder;
    }

    /** The file of a source; it need not exist. */
    Path file(String source) {
        return folder.resolve(source.replaceAll("[^\\p{L}\\p{N}._-]", "_") + ENDING);
    }

    synchronized boolean contains(String source, long number) throws IOException {
        return known(source).get(Math.toIntExact(number));
    }

    /** Writes a record, unless it is there already. */
    synchronized void add(String source, SplitRecord record, Throwable reason) throws IOException {
        BitSet numbers = known(source);
        int number = Math.toIntExact(record.number());
        if (numbers.get(number)) {
            return;
        }
        Files.createDirectories(folder);
        try (FileChannel channel =
                FileChannel.open(file(source), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(line(source, record, reason));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
        numbers.set(number);
    }

    private static byte[] line(String source, SplitRecord record, Throwable reason) throws JsonProcessingException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("source", source);
        line.put("record", record.number());
        if (record.line() > 0) {
            line.put("line", record.line());
        }
        line.put("reason", reason.getClass().getSimpleName());
        line.put("message", message(reason));
        line.put("data", record.value());
        return (MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** What these say is known to be without content; others may quote what they failed at. */
    private static String message(Throwable reason) {
        String message = reason.getMessage();
        return (reason instanceof LlmException || reason instanceof BadRecordException) && message != null
                ? message
                : "";
    }

    private BitSet known(String source) throws IOException {
        BitSet numbers = known.get(source);
        if (numbers == null) {
            numbers = read(file(source));
            known.put(source, numbers);
        }
        return numbers;
    }

    private static BitSet read(Path file) throws IOException {
        BitSet numbers = new BitSet();
        if (!Files.exists(file)) {
            return numbers;
        }
        cutHalfLine(file);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int at = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                at++;
                try {
                    numbers.set(MAPPER.readTree(line).required("record").intValue());
                } catch (JsonProcessingException | IllegalArgumentException e) {
                    throw new IOException(
                            file + ", line " + at + ": expected a JSON object with the number of a record", e);
                }
            }
        }
        return numbers;
    }

    private static void cutHalfLine(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long end = bytes.length();
            while (end > 0) {
                bytes.seek(end - 1);
                if (bytes.read() == '\n') {
                    break;
                }
                end--;
            }
            bytes.setLength(end);
        }
    }
}
