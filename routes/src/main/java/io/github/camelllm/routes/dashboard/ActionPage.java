package io.github.camelllm.routes.dashboard;

/** A page with forms that do something. They are sent to the page itself. Thread-safe. */
interface ActionPage extends Page {
    /**
     * Does what a form says. Whoever sent it may do so, and meant this page.
     *
     * @return address of the page that is shown then
     * @throws IllegalArgumentException if the form makes no sense; the message is shown
     */
    String act(DashboardRequest request, Visitor visitor) throws Exception;
}
