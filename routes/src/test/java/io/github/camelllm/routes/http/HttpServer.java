package io.github.camelllm.routes.http;

import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** A Camel context with one {@code llm-http} route on a free port. */
final class HttpServer implements AutoCloseable {
    private final DefaultCamelContext context;

    /** @param options of the endpoint, such as {@code ?worker=true} */
    HttpServer(String options, Processor route) throws Exception {
        this(options, null, route);
    }

    /** @param tls of the server; null for one without TLS */
    HttpServer(String options, @Nullable SSLContextParameters tls, Processor route) throws Exception {
        this(new DefaultCamelContext(), options, tls, route);
    }

    /** @param context that is not started yet */
    HttpServer(DefaultCamelContext context, String options, @Nullable SSLContextParameters tls, Processor route)
            throws Exception {
        this.context = context;
        if (tls != null) {
            context.getRegistry().bind("tls", tls);
        }
        context.getShutdownStrategy().setTimeout(20);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("llm-http:127.0.0.1:0"
                                + (tls == null
                                        ? options
                                        : options + (options.isEmpty() ? "?" : "&") + "sslContextParameters=#tls"))
                        .routeId("served")
                        .process(route);
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

    RequestRoom room() {
        return context.getComponent("llm-http", LlmHttpComponent.class).room();
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
