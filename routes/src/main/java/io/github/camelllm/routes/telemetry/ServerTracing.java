package io.github.camelllm.routes.telemetry;

import java.util.Optional;
import org.apache.camel.Exchange;

/** Follows requests to a server. Thread-safe; does not block. */
public interface ServerTracing {
    /**
     * A request has come.
     *
     * @param method one of the known ones; {@code _OTHER} for others
     * @param route path with names in place of what differs; empty if there is none
     */
    void begin(Exchange exchange, String method, String route);

    /**
     * A request has ended.
     *
     * @param whole whether the answer went out to its end
     * @param keyId id of the caller's key; empty if nobody is known
     */
    void end(Exchange exchange, int status, boolean whole, Optional<String> keyId);

    /** The trace that a request is part of; empty if it is not followed. */
    Optional<String> traceId(Exchange exchange);
}
