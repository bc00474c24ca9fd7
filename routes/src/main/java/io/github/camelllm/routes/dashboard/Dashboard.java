package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.store.PrefixedProperties;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard: pages about what the ledger holds and how this process is doing. A step of a route behind any HTTP consumer,
 * such as {@code platform-http:/llm?matchOnUriPrefix=true} with {@link DashboardHeaders}; the properties
 * {@code llm.dashboard.…} say who is let in.
 *
 * <p>It reads the method, path, query and headers that Camel's HTTP consumers set, and replaces body and headers. It only
 * reads, with a time limit for each query. It blocks while the database answers, so its consumer must use a worker thread.
 * Thread-safe.
 *
 * <p>It does not start without {@code llm.dashboard.secret}, unless {@code llm.dashboard.auth} is {@code none}.
 */
public final class Dashboard extends ServiceSupport implements Processor, CamelContextAware {
    private static final int MOST_FORM_CHARS = 10_000;
    /** Everything from this server, and nothing written into a page: what comes from callers can run nowhere. */
    private static final Map<String, String> SECURITY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private static final List<String> HEADERS =
            List.of("authorization", "cookie", "sec-fetch-site", "x-forwarded-proto", "if-none-match");
    /** Camel has no common header for it; those of the consumers that are known. */
    private static final List<String> REMOTE_ADDRESSES =
            List.of("CamelVertxPlatformHttpRemoteAddress", "CamelHttpRemoteAddress", "CamelNettyRemoteAddress");

    private @Nullable CamelContext context;
    private Clock clock = Clock.systemUTC();
    private volatile @Nullable Started started;

    private record Started(DashboardSite site, String path) {}

    /** For tests. */
    public void setClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.context = camelContext;
    }

    /** @throws IllegalArgumentException if there is no secret, or a property makes no sense */
    @Override
    protected void doStart() {
        CamelContext known = context;
        if (known != null) {
            started = start(known);
        }
    }

    /** Where it is mounted, such as {@code /llm}; without a slash at its end. It is known once this has started. */
    public String path() {
        Started ready = started;
        return ready == null ? "" : ready.path();
    }

    private Started start(CamelContext known) {
        DashboardSettings settings = DashboardSettings.of(PrefixedProperties.of(known, DashboardSettings.PREFIX));
        try {
            return new Started(new DashboardSite(known, settings, clock), settings.path());
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "The dashboard needs io.pebbletemplates:pebble, com.zaxxer:HikariCP and org.flywaydb:flyway-core on the"
                            + " class path; add what is missing to the dependencies",
                    e);
        }
    }

    @Override
    public void process(Exchange exchange) {
        Started ready = started(exchange);
        DashboardResponse response = answer(ready, exchange.getMessage());
        boolean isHead = "HEAD".equals(method(exchange.getMessage()));
        Message message = exchange.getMessage();
        // What came in must not go out: a form's secret is a header at some consumers
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, response.status());
        SECURITY.forEach(message::setHeader);
        message.setHeader(DashboardResponse.CACHE_CONTROL, "no-store");
        // For consumers that take the other one away
        message.setHeader("Expires", "0");
        response.headers().forEach(message::setHeader);
        message.setBody(isHead ? new byte[0] : response.body());
    }

    private Started started(Exchange exchange) {
        Started ready = started;
        if (ready == null) {
            synchronized (this) {
                ready = started;
                if (ready == null) {
                    ready = start(exchange.getContext());
                    started = ready;
                }
            }
        }
        return ready;
    }

    private static DashboardResponse answer(Started ready, Message message) {
        DashboardRequest request;
        try {
            request = request(ready.path(), message);
        } catch (IllegalArgumentException e) {
            return DashboardResponse.text(400, String.valueOf(e.getMessage()));
        }
        return ready.site().answer(request);
    }

    private static String method(Message message) {
        return Optional.ofNullable(message.getHeader(Exchange.HTTP_METHOD, String.class))
                .orElse("GET")
                .toUpperCase(Locale.ROOT);
    }

    private static DashboardRequest request(String mounted, Message message) {
        String path = Optional.ofNullable(message.getHeader(Exchange.HTTP_PATH, String.class))
                .orElse("");
        if (path.equals(mounted) || path.startsWith(mounted + "/")) {
            path = path.substring(mounted.length());
        }
        String query = Optional.ofNullable(message.getHeader(Exchange.HTTP_RAW_QUERY, String.class))
                .or(() -> Optional.ofNullable(message.getHeader(Exchange.HTTP_QUERY, String.class)))
                .orElse("");
        Map<String, String> headers = new HashMap<>();
        for (String name : HEADERS) {
            Object value = message.getHeader(name);
            if (value != null) {
                headers.put(name, value instanceof Collection<?> lines ? joined(name, lines) : value.toString());
            }
        }
        String method = method(message);
        return new DashboardRequest(
                method.equals("HEAD") ? "GET" : method,
                path,
                DashboardRequest.parameters(query),
                headers,
                method.equals("POST") ? form(message) : Map.of(),
                remoteAddress(message));
    }

    /** A header of several lines: HTTP/2 splits cookies (RFC 9113 section 8.2.3). */
    private static String joined(String name, Collection<?> lines) {
        return lines.stream().map(String::valueOf).collect(Collectors.joining(name.equals("cookie") ? "; " : ", "));
    }

    /** Some consumers have read the form already. */
    private static Map<String, String> form(Message message) {
        if (message.getBody() instanceof Map<?, ?> fields) {
            Map<String, String> form = new HashMap<>();
            fields.forEach((name, value) -> form.put(String.valueOf(name), String.valueOf(value)));
            return form;
        }
        String text = Optional.ofNullable(message.getBody(byte[].class))
                .map(bytes -> new String(bytes, 0, Math.min(bytes.length, MOST_FORM_CHARS), StandardCharsets.UTF_8))
                .orElse("");
        return DashboardRequest.parameters(text);
    }

    /** Without its port, which is another one for each connection. */
    private static String remoteAddress(Message message) {
        for (String name : REMOTE_ADDRESSES) {
            String address = message.getHeader(name, String.class);
            if (address != null) {
                int port = address.lastIndexOf(':');
                return port < 0 ? address : address.substring(0, port);
            }
        }
        return "";
    }
}
