package io.github.camelllm.routes.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The moment at which a worker is to be disturbed: it says so on its standard output and stands still, on the one thread that
 * came by, until it is told to go on or is no more. Thread-safe.
 */
final class CrashMoment {
    /** What the worker says. */
    static final String HERE = "HERE";

    private static final CrashMoment OF_THIS_PROCESS = new CrashMoment();

    private final String point = System.getProperty("crash.point", "");
    private final int at = Integer.getInteger("crash.at", 1);
    private final AtomicInteger passed = new AtomicInteger();

    static CrashMoment ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /** The worker comes by a point. */
    void pass(CrashPoint here) {
        if (point.equals(here.name()) && passed.incrementAndGet() == at) {
            System.out.println(HERE);
            System.out.flush();
            try {
                if (System.in.read() < 0) {
                    Runtime.getRuntime().halt(1);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
