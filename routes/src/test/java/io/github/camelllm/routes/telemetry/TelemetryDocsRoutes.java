package io.github.camelllm.routes.telemetry;

import org.apache.camel.builder.RouteBuilder;

/** The routes of docs/telemetry.md in Java. */
public class TelemetryDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("platform-http:/metrics").process(new PrometheusPage());
    }
}
