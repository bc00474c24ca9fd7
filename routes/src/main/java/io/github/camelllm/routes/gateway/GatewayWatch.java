package io.github.camelllm.routes.gateway;

import io.github.camelllm.routes.store.PrefixedProperties;
import io.github.camelllm.routes.telemetry.AccessLog;
import io.github.camelllm.routes.telemetry.AccessLogSettings;
import io.github.camelllm.routes.telemetry.ServerMeters;
import io.github.camelllm.routes.telemetry.ServerTracing;
import io.github.camelllm.routes.telemetry.Telemetry;
import java.util.Optional;
import org.apache.camel.CamelContext;

/** Who watches the gateway's requests. */
record GatewayWatch(Optional<ServerTracing> tracing, Optional<ServerMeters> meters, Optional<AccessLog> log) {
    /** Nobody. */
    static final GatewayWatch NONE = new GatewayWatch(Optional.empty(), Optional.empty(), Optional.empty());

    /** @throws io.github.camelllm.catalog.CatalogException if a setting is wrong */
    static GatewayWatch of(CamelContext context) throws Exception {
        Telemetry telemetry = Telemetry.of(context);
        AccessLogSettings settings = AccessLogSettings.of(PrefixedProperties.of(context, AccessLogSettings.PREFIX));
        Optional<AccessLog> log = Optional.empty();
        if (settings.isOn()) {
            AccessLog made = new AccessLog(context, settings);
            context.addService(made, true, true);
            telemetry.count("llm.access_log.dropped", "Lines of the access log that were dropped.", made::dropped);
            log = Optional.of(made);
        }
        GatewayWatch watch = new GatewayWatch(telemetry.serverTracing(), telemetry.serverMeters(), log);
        return watch.equals(NONE) ? NONE : watch;
    }
}
