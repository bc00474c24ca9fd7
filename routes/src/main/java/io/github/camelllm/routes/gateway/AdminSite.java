package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.dashboard.Dashboard;
import io.github.camelllm.routes.gateway.keys.KeyAdmin;
import io.github.camelllm.routes.quality.RouterAdmin;
import io.github.camelllm.routes.store.PrefixedProperties;
import io.github.camelllm.routes.telemetry.PrometheusPage;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the port for administrators serves: the APIs of keys and of routers under {@code /admin} if there is {@code llm.gateway.keys.adminSecret},
 * the dashboard, where {@code llm.dashboard.path} says, if there is {@code llm.dashboard.secret} or
 * {@code llm.dashboard.auth}, and {@code /metrics} if {@code llm.telemetry.metrics} names Prometheus.
 *
 * <p>It does not start with nothing to serve, nor where other machines reach it and the dashboard lets everybody in.
 */
public final class AdminSite extends ServiceSupport implements Processor, CamelContextAware {
    private static final String PREFIX = GatewayConfig.PREFIX + "admin.";
    private static final String KEYS = "/admin";
    private static final String ROUTERS = KEYS + "/" + RouterAdmin.SEGMENT + "/";
    private static final String DASHBOARD = "llm.dashboard.";
    private static final String TELEMETRY = "llm.telemetry.";
    private static final String METRICS = "/metrics";

    private @Nullable CamelContext context;
    private Optional<KeyAdmin> keys = Optional.empty();
    private Optional<RouterAdmin> routers = Optional.empty();
    private Optional<Dashboard> dashboard = Optional.empty();
    private Optional<PrometheusPage> metrics = Optional.empty();
    private String dashboardPath = "";

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    @Override
    protected void doStart() {
        CamelContext known = Objects.requireNonNull(context, "the Camel context is set first");
        Map<String, String> pages = PrefixedProperties.of(known, DASHBOARD);
        boolean hasKeys =
                PrefixedProperties.of(known, GatewayConfig.PREFIX + "keys.").containsKey("adminSecret");
        boolean hasPages = pages.containsKey("secret") || pages.containsKey("auth");
        Map<String, String> telemetry = PrefixedProperties.of(known, TELEMETRY);
        boolean hasMetrics = telemetry.getOrDefault("metrics", "").contains("prometheus");
        if (!hasKeys && !hasPages && !hasMetrics) {
            throw new CatalogException("property " + PREFIX + "port: there is nothing to serve; expected " + DASHBOARD
                    + "secret for the dashboard, " + GatewayConfig.PREFIX
                    + "keys.adminSecret for the API of keys, " + TELEMETRY + "metrics=prometheus, or several of them");
        }
        checkHost(
                PrefixedProperties.of(known, PREFIX),
                isOpen(pages),
                hasMetrics && telemetry.getOrDefault("secret", "").isBlank() && !isOpen(telemetry));
        if (hasKeys) {
            keys = Optional.of(started(new KeyAdmin(), known));
            routers = Optional.of(started(new RouterAdmin(), known));
        }
        if (hasPages) {
            Dashboard started = started(new Dashboard(), known);
            dashboard = Optional.of(started);
            dashboardPath = started.path();
        }
        if (hasMetrics) {
            metrics = Optional.of(started(new PrometheusPage(), known));
        }
    }

    /** Settings read it without the blanks that a line of a file may end with. */
    private static boolean isOpen(Map<String, String> properties) {
        return properties.getOrDefault("auth", "").strip().equals("none");
    }

    private static void checkHost(Map<String, String> properties, boolean openToAll, boolean openMetrics) {
        TreeSet<String> unknown = new TreeSet<>(properties.keySet());
        unknown.remove("host");
        unknown.remove("port");
        if (!unknown.isEmpty()) {
            throw new CatalogException(
                    "property " + PREFIX + unknown.first() + ": there is no such setting; known are host and port");
        }
        String host = properties.getOrDefault("host", GatewayConfig.THIS_MACHINE);
        if (openToAll && !GatewayConfig.isLoopback(host)) {
            throw new CatalogException("property " + PREFIX + "host: " + host
                    + " is reached from other machines, so the" + " dashboard needs a secret (" + DASHBOARD
                    + "secret in place of " + DASHBOARD + "auth=none)");
        }
        if (openMetrics && !GatewayConfig.isLoopback(host)) {
            throw new CatalogException("property " + PREFIX + "host: " + host
                    + " is reached from other machines, so metrics need a secret (" + TELEMETRY + "secret), or "
                    + TELEMETRY + "auth=none if everybody may read them");
        }
    }

    private static <S extends CamelContextAware> S started(S service, CamelContext context) {
        service.setCamelContext(context);
        ServiceHelper.startService(service);
        return service;
    }

    @Override
    protected void doStop() {
        keys.ifPresent(ServiceHelper::stopService);
        routers.ifPresent(ServiceHelper::stopService);
        dashboard.ifPresent(ServiceHelper::stopService);
        metrics.ifPresent(ServiceHelper::stopService);
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        if (path.equals(METRICS) && metrics.isPresent()) {
            metrics.get().process(exchange);
        } else if (path.startsWith(ROUTERS) && routers.isPresent()) {
            routers.get().process(exchange);
        } else if (path.equals(KEYS) || path.startsWith(KEYS + "/")) {
            if (keys.isPresent()) {
                keys.get().process(exchange);
            } else {
                answer(
                        exchange.getMessage(),
                        404,
                        "The API of keys is off: " + GatewayConfig.PREFIX + "keys.adminSecret is not set.");
            }
        } else if (dashboard.isEmpty()) {
            answer(exchange.getMessage(), 404, "The dashboard is off: " + DASHBOARD + "secret is not set.");
        } else if (path.equals("/") && !dashboardPath.isEmpty()) {
            answer(exchange.getMessage(), 302, "");
            exchange.getMessage().setHeader("Location", dashboardPath + "/");
        } else {
            dashboard.get().process(exchange);
        }
    }

    private static void answer(Message message, int status, String text) {
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
        message.setBody(text);
    }
}
