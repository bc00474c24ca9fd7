package io.github.camelllm.routes.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** How the journal's files are written. Thread-safe. */
interface JournalFiles {
    /** Files of the operating system. Written without channels: an interrupted thread would close those. */
    JournalFiles OF_SYSTEM = new JournalFiles() {
        @Override
        public JournalFile create(Path path) throws IOException {
            return new GrowingFile(path);
        }

        @Override
        public JournalFile create(Path path, int room) throws IOException {
            return MappedFile.create(path, room);
        }
    };

    /** Opens a file that is not there yet, for a few writes. */
    JournalFile create(Path path) throws IOException;

    /**
     * Opens a file that is not there yet, for many writes, and takes its room on the disk.
     *
     * @param room most bytes that it will have
     */
    JournalFile create(Path path, int room) throws IOException;

    /** A file that is only written at its end. Not thread-safe, but for {@link #sync}. */
    interface JournalFile extends Closeable {
        void write(byte[] bytes, int length) throws IOException;

        void truncate(long length) throws IOException;

        /** Returns when all that was written is on the device. */
        void sync() throws IOException;
    }
}
