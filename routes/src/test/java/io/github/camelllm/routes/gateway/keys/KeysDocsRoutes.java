package io.github.camelllm.routes.gateway.keys;

import org.apache.camel.builder.RouteBuilder;

/** The route of docs/keys.md in Java. */
final class KeysDocsRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("platform-http:/admin?matchOnUriPrefix=true").routeId("key-admin").process(new KeyAdmin());
    }
}
