package io.github.camelllm.routes.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * One span for each request to a server. It goes on the trace that the client names, and the calls that the route makes are below
 * it: the message's own {@code traceparent} names it from then on.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server">Semantic conventions for HTTP spans</a>
 */
final class OtelServerTracing implements ServerTracing {
    private static final String SPAN = "CamelLlmServerSpan";
    private static final int SERVER_ERROR = 500;

    private final Tracer tracer;
    private final TextMapPropagator propagator;

    OtelServerTracing(OpenTelemetry telemetry) {
        tracer = telemetry.getTracer(OtelTracing.SCOPE);
        propagator = telemetry.getPropagators().getTextMapPropagator();
    }

    @Override
    public void begin(Exchange exchange, String method, String route) {
        Message message = exchange.getMessage();
        Context parent =
                OtelTracing.parent(propagator, name -> Optional.ofNullable(message.getHeader(name, String.class)));
        Span span = tracer.spanBuilder(route.isEmpty() ? method : method + " " + route)
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(GenAi.HTTP_METHOD, method)
                .setAttribute(GenAi.URL_SCHEME, "http")
                .startSpan();
        if (!route.isEmpty()) {
            span.setAttribute(GenAi.HTTP_ROUTE, route);
        }
        String path = message.getHeader(Exchange.HTTP_PATH, String.class);
        if (path != null) {
            span.setAttribute(GenAi.URL_PATH, path);
        }
        exchange.setProperty(SPAN, span);
        propagator.inject(parent.with(span), message, (carrier, name, value) -> message.setHeader(name, value));
    }

    @Override
    public void end(Exchange exchange, int status, boolean whole, Optional<String> keyId) {
        Span span = exchange.getProperty(SPAN, Span.class);
        if (span == null) {
            return;
        }
        span.setAttribute(GenAi.HTTP_STATUS, (long) status);
        keyId.ifPresent(id -> span.setAttribute(GenAi.KEY_ID, id));
        if (status >= SERVER_ERROR) {
            span.setAttribute(GenAi.ERROR_TYPE, Integer.toString(status));
            span.setStatus(StatusCode.ERROR);
        } else if (!whole) {
            span.setAttribute(GenAi.ERROR_TYPE, "broken_off");
        }
        span.end();
    }

    @Override
    public Optional<String> traceId(Exchange exchange) {
        Span span = exchange.getProperty(SPAN, Span.class);
        return span == null || !span.getSpanContext().isValid()
                ? Optional.empty()
                : Optional.of(span.getSpanContext().getTraceId());
    }
}
