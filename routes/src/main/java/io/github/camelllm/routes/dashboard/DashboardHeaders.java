package io.github.camelllm.routes.dashboard;

import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * Lets the dashboard's headers out as they are: an option of the consumer before it, such as
 * {@code headerFilterStrategy=#class:io.github.camelllm.routes.dashboard.DashboardHeaders}. The usual strategy of HTTP consumers
 * takes {@code Cache-Control} away, so that browsers ask for files again that they have, and may keep pages.
 */
public final class DashboardHeaders extends DefaultHeaderFilterStrategy {
    public DashboardHeaders() {
        setLowerCase(true);
        // What the HTTP server writes itself
        getOutFilter().add("content-length");
        getOutFilter().add("connection");
        getOutFilter().add("transfer-encoding");
        setInFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
        setOutFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
    }
}
