package io.github.camelllm.routes.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** How the journal's files are written. Thread-safe. */
interface JournalFiles {
    /** Files of the operating system. Written without channels: an interrupted thread would close those. */
    JournalFiles OF_SYSTEM = path -> {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        return new JournalFile() {
            @Override
            public void write(byte[] bytes, int length) throws IOException {
                file.write(bytes, 0, length);
            }

            @Override
            public void truncate(long length) throws IOException {
                file.setLength(length);
                file.seek(length);
            }

            @Override
            public void sync() throws IOException {
                file.getFD().sync();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    };

    /** Opens a file that is not there yet, for writing. */
    JournalFile create(Path path) throws IOException;

    /** A file that is only written at its end. Not thread-safe, but for {@link #sync}. */
    interface JournalFile extends Closeable {
        void write(byte[] bytes, int length) throws IOException;

        void truncate(long length) throws IOException;

        /** Returns when all that was written is on the device. */
        void sync() throws IOException;
    }
}
