package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal from its oldest record on. After the last record of earlier processes come the ends of those attempts that
 * these began and did not end. For one thread.
 */
final class JournalReader {
    /** A whole segment, so that the unused end of one whose process was killed is seen at once. */
    private static final int WINDOW = LedgerSettings.MOST_SEGMENT_BYTES;

    private final Journal journal;
    private final Troubles troubles;
    private final Map<UUID, Unfinished> unfinished = new HashMap<>();
    private final Map<Long, Integer> unfinishedIn = new HashMap<>();
    private final Set<Long> damaged = new HashSet<>();
    private final List<Segment> finished = new ArrayList<>();
    private final KnownTexts texts = new KnownTexts();
    private @Nullable Segment current;
    private Position position = Position.BEGIN;
    private byte[] window = new byte[0];
    private int at;
    private boolean earlierDone;

    /** Hears of what cannot be read. */
    interface Troubles {
        /** Bytes that are no records were passed over. */
        void damaged(Segment segment, long from, long bytes);

        /** A record is whole and cannot be understood. */
        void notUnderstood(byte[] frame, MalformedRecordException why);
    }

    /** @param reserved only of earlier processes: this one's will end by themselves */
    private record Unfinished(@Nullable Reserved reserved, long segment) {}

    JournalReader(Journal journal, Troubles troubles) {
        this.journal = journal;
        this.troubles = troubles;
        this.earlierDone = journal.segments().stream().noneMatch(Segment::earlier);
    }

    /** The next records, as many as there are now; none if all were read. */
    List<JournalRecord> next(int most) throws IOException {
        List<JournalRecord> found = new ArrayList<>();
        while (found.size() < most) {
            if (at == window.length && !fill()) {
                if (!earlierDone && ended(current)) {
                    interrupted(found, most);
                    continue;
                }
                break;
            }
            if (at < window.length) {
                JournalRecord value = parse();
                if (value != null) {
                    found.add(value);
                }
            }
        }
        return found;
    }

    /** What follows the records read so far. */
    Position position() {
        return position;
    }

    /** Whether all of earlier processes was read, and what they did not end was ended. */
    boolean earlierDone() {
        return earlierDone;
    }

    /** Attempts that have begun and not ended, as far as was read. */
    int unfinished() {
        return unfinished.size();
    }

    /** Takes away segments that were read to their end and begin nothing that is not ended. All that was read must be booked. */
    void cleanUp() throws IOException {
        Segment last = current;
        if (last != null && ended(last) && !finished.contains(last)) {
            finished.add(last);
        }
        for (Iterator<Segment> all = finished.iterator(); all.hasNext(); ) {
            Segment segment = all.next();
            if (unfinishedIn.containsKey(segment.number()) || segment.earlier() && !earlierDone) {
                continue;
            }
            if (damaged.remove(segment.number())) {
                journal.setAside(segment);
            } else {
                journal.delete(segment);
            }
            all.remove();
        }
    }

    private boolean ended(@Nullable Segment segment) {
        return segment == null || segment.sealed() && position.offset() >= segment.length();
    }

    private void interrupted(List<JournalRecord> found, int most) {
        Iterator<Map.Entry<UUID, Unfinished>> all = unfinished.entrySet().iterator();
        while (all.hasNext()) {
            Unfinished one = all.next().getValue();
            if (one.reserved() == null) {
                continue;
            }
            if (found.size() == most) {
                return;
            }
            found.add(one.reserved().interrupted());
            release(one.segment());
            all.remove();
        }
        earlierDone = true;
    }

    /** Loads what follows. @return false if there is nothing now, or nothing before the end of earlier processes is booked */
    private boolean fill() throws IOException {
        while (true) {
            Segment segment = current;
            // In this order: what is sealed does not grow any more
            boolean sealed = segment != null && segment.sealed();
            if (segment != null && position.offset() < segment.length()) {
                load(segment);
                return true;
            }
            if (segment != null && !sealed) {
                return false;
            }
            Segment next = following();
            if (next == null || !next.earlier() && !earlierDone) {
                return false;
            }
            if (segment != null && !finished.contains(segment)) {
                finished.add(segment);
            }
            current = next;
            position = new Position(next.number(), 0);
        }
    }

    private @Nullable Segment following() {
        for (Segment segment : journal.segments()) {
            if (segment.number() > position.segment()) {
                return segment;
            }
        }
        return null;
    }

    private void load(Segment segment) throws IOException {
        int length = (int) Math.min(WINDOW, segment.length() - position.offset());
        byte[] bytes = new byte[length];
        try (RandomAccessFile file = new RandomAccessFile(segment.path().toFile(), "r")) {
            file.seek(position.offset());
            file.readFully(bytes);
        }
        window = bytes;
        at = 0;
        if (position.offset() == 0 && startsWithMagic()) {
            advance(Frames.MAGIC.length);
        }
    }

    private boolean startsWithMagic() {
        if (window.length < Frames.MAGIC.length) {
            return false;
        }
        for (int i = 0; i < Frames.MAGIC.length; i++) {
            if (window[i] != Frames.MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    private void advance(int bytes) {
        at += bytes;
        position = new Position(position.segment(), position.offset() + bytes);
    }

    /** One record; null if there was none, and more is to be loaded or was passed over. */
    private @Nullable JournalRecord parse() {
        Segment segment = current;
        if (segment == null) {
            throw new AssertionError("a window without a segment");
        }
        int left = window.length - at;
        boolean whole = position.offset() + left >= segment.length();
        if (left >= Frames.HEAD) {
            int length = Frames.payloadLength(window, at);
            if (length >= 0 && Frames.HEAD + length <= left && Frames.isIntact(window, at, length)) {
                return record(segment, length);
            }
            if (!whole && length >= 0 && Frames.HEAD + length > left) {
                reload();
                return null;
            }
        } else if (!whole) {
            reload();
            return null;
        }
        passOver(segment, whole);
        return null;
    }

    private void reload() {
        at = window.length;
    }

    private @Nullable JournalRecord record(Segment segment, int length) {
        int begin = at;
        advance(Frames.HEAD + length);
        try {
            JournalRecord value = RecordCodec.decode(window, begin + Frames.HEAD, length, texts);
            follow(value, segment);
            return value;
        } catch (MalformedRecordException e) {
            troubles.notUnderstood(Arrays.copyOfRange(window, begin, at), e);
            return null;
        }
    }

    /** Remembers what has begun until it ends. */
    private void follow(JournalRecord value, Segment segment) {
        if (value instanceof Reserved reserved) {
            Unfinished before =
                    unfinished.put(value.id(), new Unfinished(segment.earlier() ? reserved : null, segment.number()));
            if (before != null) {
                release(before.segment());
            }
            unfinishedIn.merge(segment.number(), 1, Integer::sum);
        } else if (value instanceof Settled) {
            Unfinished begun = unfinished.remove(value.id());
            if (begun != null) {
                release(begun.segment());
            }
        }
    }

    private void release(long segment) {
        unfinishedIn.computeIfPresent(segment, (number, count) -> count == 1 ? null : count - 1);
    }

    /** Looks for the next record after bytes that are none. */
    private void passOver(Segment segment, boolean whole) {
        if (whole && isBlank()) {
            // Room that was taken and not used
            advance(window.length - at);
            return;
        }
        int next = at + 1;
        while (next + Frames.HEAD < window.length && !beginsAt(next)) {
            next++;
        }
        boolean found = next + Frames.HEAD < window.length;
        if (!found) {
            next = whole ? window.length : Math.max(at + 1, window.length - Frames.HEAD - Frames.MAX_PAYLOAD);
        }
        long from = position.offset();
        // The end of its process cut the last record
        boolean torn = !found && whole && isLastOfItsProcess(segment);
        advance(next - at);
        if (!torn) {
            damaged.add(segment.number());
            troubles.damaged(segment, from, position.offset() - from);
        }
    }

    /** A process numbers its segments one after the other, and begins above the time in milliseconds. */
    private boolean isLastOfItsProcess(Segment segment) {
        return segment.earlier()
                && journal.segments().stream().noneMatch(other -> other.number() == segment.number() + 1);
    }

    private boolean isBlank() {
        for (int i = at; i < window.length; i++) {
            if (window[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean beginsAt(int place) {
        int length = Frames.payloadLength(window, place);
        return length >= 0
                && place + Frames.HEAD + length <= window.length
                && window[place + Frames.HEAD] == RecordCodec.VERSION
                && Frames.isIntact(window, place, length);
    }
}
