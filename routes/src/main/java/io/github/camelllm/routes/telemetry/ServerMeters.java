package io.github.camelllm.routes.telemetry;

import java.time.Duration;

/** Counts requests to a server. Thread-safe; does not block. */
public interface ServerMeters {
    /**
     * A request has ended.
     *
     * @param method one of the known ones; {@code _OTHER} for others
     * @param route path with names in place of what differs; empty if there is none
     * @param whole whether the answer went out to its end
     */
    void ended(String method, String route, int status, boolean whole, Duration duration);
}
