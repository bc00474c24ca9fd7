package io.github.camelllm.call;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Ids of calls: UUID version 7 (RFC 9562 §5.7), so that they sort by the time they were made. */
public final class CallId {
    private CallId() {}

    public static UUID next() {
        return of(
                System.currentTimeMillis(),
                ThreadLocalRandom.current().nextLong(),
                ThreadLocalRandom.current().nextLong());
    }

    static UUID of(long epochMillis, long randomHigh, long randomLow) {
        long high = epochMillis << 16 | 0x7000L | randomHigh & 0x0FFFL;
        long low = randomLow & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
