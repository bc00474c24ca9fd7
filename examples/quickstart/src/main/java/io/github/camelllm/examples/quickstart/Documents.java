package io.github.camelllm.examples.quickstart;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** Reads files into parts that a model can be asked about. A bean of the routes; thread-safe. */
public final class Documents {
    /** Larger files are refused. */
    static final long MAX_FILE_BYTES = 20L << 20;

    /** Length of a part in characters: some 3,000 tokens, which even small local models take. */
    static final int MAX_PART_CHARS = 12_000;

    /** Rows of a CSV file that are asked about at once, unless {@link #MAX_PART_CHARS} comes first. */
    static final int ROWS_PER_PART = 25;

    private static final int NOT_FOUND = 404;

    /**
     * The parts of a file, in order; at least one.
     *
     * @param name path below the inbox
     * @throws UnreadableDocumentException if there is no text in it that can be read
     */
    public List<Part> parts(@Body File file, @Variable("file") String name)
            throws UnreadableDocumentException, IOException {
        long size = Files.size(file.toPath());
        if (size > MAX_FILE_BYTES) {
            throw new UnreadableDocumentException(
                    "the file has " + size + " bytes; at most " + MAX_FILE_BYTES + " are read");
        }
        return parts(name, Files.readAllBytes(file.toPath()));
    }

    List<Part> parts(String name, byte[] bytes) throws UnreadableDocumentException {
        if (bytes.length == 0) {
            throw new UnreadableDocumentException("the file is empty");
        }
        String lowerCaseName = name.toLowerCase(Locale.ROOT);
        String kind;
        List<String> texts;
        if (lowerCaseName.endsWith(".eml")) {
            kind = "email";
            texts = TextPieces.of(EmailText.of(bytes), MAX_PART_CHARS);
        } else if (lowerCaseName.endsWith(".csv")) {
            kind = "table";
            texts = CsvBatches.of(TextDecoder.decode(bytes), ROWS_PER_PART, MAX_PART_CHARS);
        } else if (lowerCaseName.endsWith(".txt") || lowerCaseName.endsWith(".md")) {
            kind = "text";
            texts = TextPieces.of(TextDecoder.decode(bytes), MAX_PART_CHARS);
        } else {
            throw new UnreadableDocumentException("not a kind of file that this example reads: .eml, .txt, .md, .csv");
        }
        if (texts.isEmpty()) {
            throw new UnreadableDocumentException("there is no text in it");
        }
        List<Part> parts = new ArrayList<>();
        for (String text : texts) {
            parts.add(new Part(name.replace('\\', '/'), parts.size() + 1, kind, text));
        }
        return parts;
    }

    /**
     * Why a file goes to the dead-letter folder, in one line.
     *
     * @throws LlmInvalidRequestException the failure itself if it is not the file's: there is no such model
     */
    public String reason(
            @ExchangeProperty("CamelExceptionCaught") Throwable failure,
            @ExchangeProperty("CamelSplitIndex") @Nullable Integer failedPart) {
        Throwable cause = failure;
        while (!(cause instanceof LlmException || cause instanceof UnreadableDocumentException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof LlmInvalidRequestException refused && refused.getStatusCode() == NOT_FOUND) {
            throw refused;
        }
        String where = cause instanceof LlmException && failedPart != null ? "part " + (failedPart + 1) + ": " : "";
        return where + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    }
}
