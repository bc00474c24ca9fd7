package io.github.camelllm.routes.ledger;

import java.util.Comparator;

/**
 * A place in the journal.
 *
 * @param offset in bytes from the begin of the segment
 */
record Position(long segment, long offset) implements Comparable<Position> {
    static final Position BEGIN = new Position(0, 0);

    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::segment).thenComparingLong(Position::offset);

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
