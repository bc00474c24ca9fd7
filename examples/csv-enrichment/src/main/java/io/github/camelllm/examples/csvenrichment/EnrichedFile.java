package io.github.camelllm.examples.csvenrichment;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.util.IOHelper;

/** Writes rows of the database as CSV, one after the other, to a file that is there whole or not at all. */
public final class EnrichedFile {
    private final Path file;

    EnrichedFile(Path file) {
        this.file = file;
    }

    /** @param exchange its body is an iterator of rows, as {@code outputType=StreamList} gives it */
    public void write(Exchange exchange) throws IOException {
        Iterator<?> rows = exchange.getMessage().getBody(Iterator.class);
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8)) {
            boolean first = true;
            while (rows.hasNext()) {
                Map<?, ?> row = (Map<?, ?>) rows.next();
                if (first) {
                    out.write(line(row.keySet()));
                    first = false;
                }
                out.write(line(row.values()));
            }
        } finally {
            IOHelper.closeIterator(rows);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String line(Iterable<?> fields) {
        StringBuilder line = new StringBuilder();
        for (Object field : fields) {
            line.append(line.isEmpty() ? "" : ",").append(quoted(Objects.toString(field, "")));
        }
        return line.append("\r\n").toString();
    }

    private static String quoted(String field) {
        return field.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + field.replace("\"", "\"\"") + '"'
                : field;
    }
}
