package io.github.camelllm.routes.dashboard;

/** A page of the dashboard. Thread-safe. */
interface Page {
    /** Its name in addresses; empty for the first page. */
    String name();

    /**
     * What it shows.
     *
     * @throws IllegalArgumentException if a parameter makes no sense; the message is shown
     */
    View view(DashboardRequest request) throws Exception;

    /**
     * What it shows to a visitor; the same to everybody, unless a page says otherwise.
     *
     * @throws IllegalArgumentException as {@link #view(DashboardRequest)} does
     */
    default View view(DashboardRequest request, Visitor visitor) throws Exception {
        return view(request);
    }
}
