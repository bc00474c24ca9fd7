package io.github.camelllm.routes.dashboard;

/**
 * Who looks at the dashboard.
 *
 * @param name for records of what was done
 * @param administers whether the visitor may do more than look
 */
record Visitor(String name, boolean administers) {
    /** Who knows the secret, or whoever comes where everybody may. */
    static Visitor administrator(String name) {
        return new Visitor(name, true);
    }
}
