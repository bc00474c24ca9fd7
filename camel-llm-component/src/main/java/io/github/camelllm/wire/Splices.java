package io.github.camelllm.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Changes to be made to some bytes: ranges that are replaced. Not thread-safe. */
public final class Splices {
    private final List<Splice> splices = new ArrayList<>(4);

    private record Splice(int from, int to, byte[] with) {}

    /** Ranges must not overlap. */
    public void replace(RequestScan.Range range, byte[] with) {
        splices.add(new Splice(range.from(), range.to(), with));
    }

    public void insert(int at, byte[] more) {
        splices.add(new Splice(at, at, more));
    }

    /** The bytes with all changes made; the bytes themselves if there are none. */
    public byte[] applyTo(byte[] bytes) {
        if (splices.isEmpty()) {
            return bytes;
        }
        splices.sort(Comparator.comparingInt(Splice::from).thenComparingInt(Splice::to));
        int length = bytes.length;
        for (Splice splice : splices) {
            length += splice.with.length - (splice.to - splice.from);
        }
        byte[] out = new byte[length];
        int read = 0;
        int written = 0;
        for (Splice splice : splices) {
            int kept = splice.from - read;
            System.arraycopy(bytes, read, out, written, kept);
            System.arraycopy(splice.with, 0, out, written + kept, splice.with.length);
            written += kept + splice.with.length;
            read = splice.to;
        }
        System.arraycopy(bytes, read, out, written, bytes.length - read);
        return out;
    }
}
