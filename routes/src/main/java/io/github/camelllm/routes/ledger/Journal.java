package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.ledger.JournalFiles.JournalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in files, written by the threads of calls and read by one other. What {@link #append} has returned from is in the
 * system's page cache: it outlives the process. Thread-safe.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final JournalFolder folder;
    private final JournalFiles files;
    private final LedgerSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ReentrantLock syncing = new ReentrantLock();
    private final List<Segment> segments;
    private final List<JournalFile> full = new ArrayList<>();
    private @Nullable JournalFile file;
    private @Nullable Segment active;
    private int room;
    private long nextNumber;
    private long records;
    private long synced;
    private int unread;
    private boolean hurry;
    private boolean closed;
    private final AtomicLong bytesOnDisk = new AtomicLong();

    /** @param nowMillis numbers of new segments are above it, so that none comes twice even if files were lost */
    Journal(JournalFolder folder, JournalFiles files, LedgerSettings settings, long nowMillis) throws IOException {
        this.folder = folder;
        this.files = files;
        this.settings = settings;
        this.segments = new ArrayList<>(folder.left());
        long newest = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).number();
        this.nextNumber = Math.max(newest + 1, nowMillis);
        bytesOnDisk.set(segments.stream().mapToLong(Segment::length).sum());
    }

    /** @throws IOException if the record is not in the journal now, or not on the device though it shall be */
    void append(ByteWriter frame) throws IOException {
        long mine;
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the ledger is closed");
            }
            write(frame.bytes(), frame.length());
            mine = ++records;
            if (++unread == settings.batchSize()) {
                work.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (settings.fsync() == Fsync.ALWAYS) {
            sync(mine);
        }
    }

    private void write(byte[] bytes, int length) throws IOException {
        Segment segment = active;
        JournalFile out = file;
        if (segment == null || out == null || segment.length() + length > room) {
            begin(length);
            segment = active;
            out = file;
        }
        if (segment == null || out == null) {
            throw new AssertionError("no segment was begun");
        }
        try {
            out.write(bytes, length);
        } catch (IOException e) {
            undo(segment, out, e);
            throw e;
        }
        segment.grownTo(segment.length() + length);
        bytesOnDisk.addAndGet(length);
    }

    /** A record that was written in part must not stand before others. */
    private void undo(Segment segment, JournalFile out, IOException cause) {
        try {
            out.truncate(segment.length());
        } catch (IOException e) {
            cause.addSuppressed(e);
            segment.seal();
            ended(out);
            active = null;
            file = null;
        }
    }

    /** @param least bytes of the first record */
    private void begin(int least) throws IOException {
        Segment segment = Segment.begun(nextNumber++, folder.path(), Frames.MAGIC.length);
        int wanted = Math.max(settings.segmentBytes(), Frames.MAGIC.length + least);
        JournalFile created = files.create(segment.path(), wanted);
        try {
            created.write(Frames.MAGIC, Frames.MAGIC.length);
        } catch (IOException e) {
            created.close();
            Files.deleteIfExists(segment.path());
            throw e;
        }
        if (active != null && file != null) {
            active.seal();
            ended(file);
        }
        active = segment;
        file = created;
        room = wanted;
        segments.add(segment);
        bytesOnDisk.addAndGet(Frames.MAGIC.length);
    }

    /** A file that nothing is added to. Its bytes may have to be brought to the device first, which takes time. */
    private void ended(JournalFile out) {
        if (settings.fsync() != Fsync.NEVER) {
            full.add(out);
            return;
        }
        try {
            out.close();
        } catch (IOException e) {
            LOG.warn("A file of the journal was not closed well", e);
        }
    }

    /** Writes to the device what is not there yet. */
    void sync() throws IOException {
        sync(Long.MAX_VALUE);
    }

    /** Of many that wait for the device, one asks it for all. */
    private void sync(long upTo) throws IOException {
        syncing.lock();
        try {
            if (synced >= upTo) {
                return;
            }
            long target;
            JournalFile current;
            List<JournalFile> ended;
            lock.lock();
            try {
                target = records;
                current = file;
                ended = List.copyOf(full);
                full.clear();
            } finally {
                lock.unlock();
            }
            if (synced == target && ended.isEmpty()) {
                return;
            }
            for (JournalFile one : ended) {
                try (one) {
                    one.sync();
                }
            }
            if (current != null) {
                current.sync();
            }
            synced = target;
        } finally {
            syncing.unlock();
        }
    }

    /** Waits until there is a batch of records to read, somebody is in a hurry, or a time is over. */
    void awaitWork(long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (unread < settings.batchSize() && !hurry && !closed && left > 0) {
                left = work.awaitNanos(left);
            }
            unread = 0;
            hurry = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a time, or until somebody is in a hurry. */
    void awaitHurry(long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!hurry && left > 0) {
                left = work.awaitNanos(left);
            }
            hurry = false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait of the reader. */
    void hurry() {
        lock.lock();
        try {
            hurry = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All that are there, the oldest first. */
    List<Segment> segments() {
        lock.lock();
        try {
            return List.copyOf(segments);
        } finally {
            lock.unlock();
        }
    }

    /** Records appended by this process. */
    long records() {
        lock.lock();
        try {
            return records;
        } finally {
            lock.unlock();
        }
    }

    /** What follows the newest record. */
    Position end() {
        lock.lock();
        try {
            if (segments.isEmpty()) {
                return Position.BEGIN;
            }
            Segment newest = segments.get(segments.size() - 1);
            return new Position(newest.number(), newest.length());
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of all segments that are there. */
    long bytesOnDisk() {
        return bytesOnDisk.get();
    }

    /** Takes away a segment that nobody needs. */
    void delete(Segment segment) throws IOException {
        Files.deleteIfExists(segment.path());
        forget(segment);
    }

    /** Takes a damaged segment out of the journal and keeps its file. */
    void setAside(Segment segment) throws IOException {
        folder.setAside(segment);
        forget(segment);
    }

    private void forget(Segment segment) {
        lock.lock();
        try {
            if (segments.remove(segment)) {
                bytesOnDisk.addAndGet(-segment.length());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is appended any more; what is there can still be read. */
    void closeForAppends() {
        lock.lock();
        try {
            closed = true;
            if (active != null) {
                active.seal();
            }
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        closeForAppends();
        try {
            if (settings.fsync() != Fsync.NEVER) {
                sync();
            }
        } finally {
            lock.lock();
            try {
                if (file != null) {
                    file.close();
                    file = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
