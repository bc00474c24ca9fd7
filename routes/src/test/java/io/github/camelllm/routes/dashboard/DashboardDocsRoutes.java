package io.github.camelllm.routes.dashboard;

import org.apache.camel.builder.RouteBuilder;

/** The Java route of docs/dashboard.md. */
final class DashboardDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("platform-http:/llm?matchOnUriPrefix=true"
                        + "&headerFilterStrategy=#class:io.github.camelllm.routes.dashboard.DashboardHeaders")
                .process(new Dashboard());
    }
}
