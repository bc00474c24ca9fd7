package io.github.camelllm.routes.gateway;

import org.apache.camel.builder.RouteBuilder;

/** The routes of docs/gateway.md; their twins in YAML are on the page. */
final class GatewayDocsRoutes {
    private GatewayDocsRoutes() {}

    static final class Stage extends RouteBuilder {
        @Override
        public void configure() {
            from("direct:llm-gateway-route")
                    .routeId("llm-gateway-route")
                    .setHeader(
                            "CamelLlmWireFormat", simple("${exchangeProperty.CamelLlmGatewayRequest.api.wireFormat}"))
                    .choice()
                    .when(simple("${date:now:HH} < 6"))
                    .setProperty("CamelLlmGatewayTarget", constant("openai/gpt-5-nano"))
                    .otherwise()
                    .setProperty("CamelLlmGatewayTarget", simple("${exchangeProperty.CamelLlmGatewayRequest.model}"))
                    .end();
        }
    }

    static final class Guardrail extends RouteBuilder {
        @Override
        public void configure() {
            from("direct:no-secrets")
                    .routeId("no-secrets")
                    .filter(simple("${body} contains 'confidential'"))
                    .setHeader("CamelLlmRefused", constant("this text is confidential"))
                    .end();
        }
    }
}
