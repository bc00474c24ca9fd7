package io.github.camelllm.routes.http;

import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with one {@code llm-http} route on a free port. */
final class HttpServer implements AutoCloseable {
    private final DefaultCamelContext context = new DefaultCamelContext();

    /** @param options of the endpoint, such as {@code ?worker=true} */
    HttpServer(String options, Processor route) throws Exception {
        context.getShutdownStrategy().setTimeout(20);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("llm-http:127.0.0.1:0" + options).routeId("served").process(route);
            }
        });
        context.start();
    }

    DefaultCamelContext context() {
        return context;
    }

    LlmHttpConsumer consumer() {
        return (LlmHttpConsumer) context.getRoute("served").getConsumer();
    }

    int port() {
        return consumer().getPort();
    }

    RawClient client() throws Exception {
        return new RawClient(port());
    }

    @Override
    public void close() {
        context.stop();
    }
}
