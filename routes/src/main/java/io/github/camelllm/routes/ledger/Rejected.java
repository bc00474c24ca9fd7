package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.DatabaseErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Keeps records that the database refuses, in a file of the journal's folder. For one thread. */
final class Rejected implements AutoCloseable {
    private static final long MOST_BYTES = 64 << 20;

    private final JournalFiles files;
    private final Path path;
    private JournalFiles.@Nullable JournalFile file;
    private long bytes;

    /** @param nowMillis names the file, which is made when it is needed */
    Rejected(JournalFiles files, Path folder, long nowMillis) {
        this.files = files;
        this.path = folder.resolve("rejected-" + nowMillis + ".llmj");
    }

    /** Why the database refused a record, without the words of the failure: those quote the row. */
    static String reason(Throwable refusal) {
        return refusal instanceof SQLException sql ? "SQL state " + DatabaseErrors.stateOf(sql) : "a sum is too large";
    }

    /** @throws IOException if it cannot be kept */
    void keep(byte[] frame, int length) throws IOException {
        if (bytes + length > MOST_BYTES) {
            throw new IOException(path.getFileName() + " has " + bytes + " bytes already");
        }
        JournalFiles.JournalFile out = file;
        if (out == null) {
            out = files.create(path);
            file = out;
            out.write(Frames.MAGIC, Frames.MAGIC.length);
        }
        out.write(frame, length);
        bytes += length;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
