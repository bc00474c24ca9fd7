package io.github.camelllm.routes.telemetry;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.gateway.keys.AdminSecret;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * The page that Prometheus reads, as the last step of a route behind any HTTP consumer. With {@code llm.telemetry.secret} it wants
 * to see that as {@code Authorization: Bearer}. Thread-safe.
 */
public final class PrometheusPage extends ServiceSupport implements Processor, CamelContextAware {
    private static final String TEXT = "text/plain; charset=utf-8";

    private @Nullable CamelContext context;
    private volatile @Nullable Ready ready;

    private record Ready(Supplier<String> scrape, Optional<AdminSecret> secret) {}

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.context = camelContext;
    }

    /** @throws CatalogException if metrics do not go to Prometheus */
    @Override
    protected void doStart() {
        CamelContext known = context;
        if (known != null) {
            ready = ready(known);
        }
    }

    private static Ready ready(CamelContext context) {
        Telemetry telemetry = Telemetry.of(context);
        return new Ready(
                telemetry
                        .scrape()
                        .orElseThrow(() -> TelemetrySettings.wrong(
                                "metrics", "prometheus among them for a page that it reads", "none of this kind")),
                telemetry.settings().secret().map(AdminSecret::new));
    }

    @Override
    public void process(Exchange exchange) {
        Ready known = ready;
        if (known == null) {
            known = ready(exchange.getContext());
            ready = known;
        }
        Message message = exchange.getMessage();
        String method = message.getHeader(Exchange.HTTP_METHOD, "GET", String.class);
        boolean allowed = isAllowed(known, message.getHeader("Authorization", String.class));
        message.removeHeaders("*");
        if (!allowed) {
            answer(
                    message,
                    401,
                    TEXT,
                    "Expected the header 'Authorization: Bearer' with " + TelemetrySettings.PREFIX + "secret.");
            message.setHeader("WWW-Authenticate", "Bearer");
        } else if (!method.equals("GET") && !method.equals("HEAD")) {
            answer(message, 405, TEXT, "Expected GET.");
            message.setHeader("Allow", "GET, HEAD");
        } else {
            answer(
                    message,
                    200,
                    "text/plain; version=0.0.4; charset=utf-8",
                    known.scrape().get());
        }
    }

    private static boolean isAllowed(Ready ready, @Nullable String authorization) {
        return ready.secret().isEmpty() || ready.secret().get().isIn(authorization);
    }

    private static void answer(Message message, int status, String type, String text) {
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setHeader("Cache-Control", "no-store");
        message.setBody(text);
    }
}
