package io.github.camelllm.examples.draftthenverify;

import io.github.camelllm.routes.failover.FailoverHeaders;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Header;

/** Receives what the large model says about the drafts, and writes each correction to a CSV file at once. Thread-safe. */
public final class Corrections {
    private final Path file;
    private final List<Correction> all = new ArrayList<>();
    private final List<String> unverified = new ArrayList<>();

    /** One corrected answer. */
    record Correction(String id, String answer) {}

    /** @param file is begun anew */
    Corrections(Path file) throws IOException {
        this.file = file;
        Files.writeString(file, "id,correction\n");
    }

    /** A better answer than the draft's. */
    public synchronized void corrected(@Header(FailoverHeaders.CORRELATION_ID) String id, @Body String answer)
            throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND)) {
            out.write(id + "," + quoted(answer) + "\n");
        }
        all.add(new Correction(id, answer));
    }

    /** A draft that could not be checked. */
    public synchronized void unverified(@Header(FailoverHeaders.CORRELATION_ID) String id) {
        unverified.add(id);
    }

    synchronized List<Correction> all() {
        return List.copyOf(all);
    }

    synchronized List<String> unverified() {
        return List.copyOf(unverified);
    }

    /** A field of a CSV file (RFC 4180). */
    static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
