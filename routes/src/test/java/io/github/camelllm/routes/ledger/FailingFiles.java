package io.github.camelllm.routes.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Files on a disk that is full while a test says so. Room that is given up can be used. */
final class FailingFiles implements JournalFiles {
    private volatile boolean full;
    private volatile boolean broken;
    private volatile boolean syncFails;
    private final AtomicInteger syncs = new AtomicInteger();

    /** Nothing can be written any more but what the ballast had taken. */
    void fill() {
        full = true;
    }

    void free() {
        full = false;
    }

    /** From now on every write fails half-way, and cannot be taken back either. */
    void breakDown() {
        broken = true;
    }

    void repair() {
        broken = false;
    }

    /** How often something was written to the device. */
    int syncs() {
        return syncs.get();
    }

    void failSyncs(boolean fail) {
        syncFails = fail;
    }

    @Override
    public JournalFile create(Path path) throws IOException {
        boolean ballast = path.getFileName().toString().startsWith("room");
        if (full && ballast) {
            throw new IOException("No space left on device");
        }
        return failing(path, OF_SYSTEM.create(path));
    }

    @Override
    public JournalFile create(Path path, int room) throws IOException {
        return failing(path, OF_SYSTEM.create(path, room));
    }

    private JournalFile failing(Path path, JournalFile file) {
        return new JournalFile() {
            @Override
            public void write(byte[] bytes, int length) throws IOException {
                if (broken) {
                    file.write(bytes, length / 2);
                    throw new IOException("Input/output error");
                }
                if (full && path.resolveSibling("room-for-settlements").toFile().exists()) {
                    file.write(bytes, length / 2);
                    throw new IOException("No space left on device");
                }
                file.write(bytes, length);
            }

            @Override
            public void truncate(long length) throws IOException {
                if (broken) {
                    throw new IOException("Input/output error");
                }
                file.truncate(length);
            }

            @Override
            public void sync() throws IOException {
                if (syncFails) {
                    throw new IOException("Input/output error");
                }
                syncs.incrementAndGet();
                file.sync();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
