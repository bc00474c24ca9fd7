package io.github.camelllm.routes.ledger;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file in memory that is the system's page cache: a write is a copy of bytes, and outlives the process as one by the system
 * does. All its room is filled with zeros when it is made, so that a full disk is an error then and not a fault in the memory
 * later. What it does not use is cut off when it is closed; a process that is killed leaves the zeros.
 */
final class MappedFile implements JournalFiles.JournalFile {
    private static final byte[] ZEROS = new byte[64 * 1024];
    private static final Unmapping UNMAPPING = Unmapping.find();

    private final RandomAccessFile file;
    private final int room;
    private @Nullable MappedByteBuffer memory;
    private int length;
    /** Up to where something may have been written, also by a write that failed. */
    private int touched;

    private MappedFile(RandomAccessFile file, int room, MappedByteBuffer memory) {
        this.file = file;
        this.room = room;
        this.memory = memory;
    }

    /** @throws IOException if the disk has no such room; then there is no file */
    static MappedFile create(Path path, int room) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                // A channel is closed when its thread is interrupted
                interrupted |= Thread.interrupted();
                try {
                    return open(path, room);
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static MappedFile open(Path path, int room) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            for (int at = 0; at < room; at += ZEROS.length) {
                file.write(ZEROS, 0, Math.min(ZEROS.length, room - at));
            }
            return new MappedFile(file, room, file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, room));
        } catch (IOException e) {
            try (file) {
                Files.deleteIfExists(path);
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }

    @Override
    public void write(byte[] bytes, int count) throws IOException {
        MappedByteBuffer open = open();
        if (count > room - length) {
            throw new IOException("expected at most " + (room - length) + " bytes, got " + count);
        }
        touched = Math.max(touched, length + count);
        put(open, length, bytes, count);
        length += count;
    }

    private static void put(MappedByteBuffer open, int at, byte[] bytes, int count) throws IOException {
        try {
            open.put(at, bytes, 0, count);
        } catch (InternalError e) {
            // So the JVM calls a page that the system cannot provide
            throw new IOException("the disk does not take what was written", e);
        }
    }

    @Override
    public void truncate(long shorter) throws IOException {
        MappedByteBuffer open = open();
        for (int at = (int) shorter; at < touched; at += ZEROS.length) {
            put(open, at, ZEROS, Math.min(ZEROS.length, touched - at));
        }
        length = (int) shorter;
        touched = length;
    }

    private MappedByteBuffer open() throws IOException {
        MappedByteBuffer open = memory;
        if (open == null) {
            throw new IOException("the file is closed");
        }
        return open;
    }

    /** May be called while others write, and after the end. */
    @Override
    public synchronized void sync() throws IOException {
        MappedByteBuffer open = memory;
        if (open == null) {
            file.getFD().sync();
            return;
        }
        try {
            open.force();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        MappedByteBuffer open = memory;
        if (open == null) {
            return;
        }
        memory = null;
        UNMAPPING.unmap(open);
        try (file) {
            file.setLength(length);
        }
    }
}
