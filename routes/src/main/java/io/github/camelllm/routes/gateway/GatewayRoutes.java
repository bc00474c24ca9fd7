package io.github.camelllm.routes.gateway;

import io.github.camelllm.routes.deadletters.DeadLetters;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * Adds the gateway's routes to an application of Camel: those of {@code classpath:camel-llm/gateway/} for which it has no route of
 * the same id. The one for administrators is added if {@code llm.gateway.admin.port} says where, and the one that sends failed calls
 * again if {@code llm.deadLetters.gateway} keeps them.
 *
 * <p>{@code main.addMainListener(new GatewayRoutes())} does it after the application's own routes were found; without Camel Main,
 * {@link #addTo} does it.
 */
public final class GatewayRoutes extends MainListenerSupport {
    private static final List<String> IDS =
            List.of("llm-gateway-policy", "llm-gateway-route", "llm-gateway-call", "llm-gateway-out", "llm-gateway-in");

    private static final String ADMIN = "admin/llm-gateway-admin";
    private static final String REPLAY = "replay/llm-gateway-replay";
    private static final String ADMIN_PORT = GatewayConfig.PREFIX + "admin.port";

    /**
     * Adds the routes; to be called after the application's own were added.
     *
     * @throws Exception if one of them cannot be added
     */
    public static void addTo(CamelContext context) throws Exception {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        List<String> ids = new ArrayList<>(IDS);
        if (context.getPropertiesComponent().resolveProperty(ADMIN_PORT).isPresent()) {
            ids.add(ADMIN);
        }
        if (DeadLetters.keepsGateway(context)) {
            ids.add(REPLAY);
        }
        List<Resource> missing = new ArrayList<>();
        for (String id : ids) {
            if (model.getRouteDefinition(id.substring(id.indexOf('/') + 1)) == null) {
                missing.add(PluginHelper.getResourceLoader(context)
                        .resolveResource("classpath:camel-llm/gateway/" + id + ".camel.yaml"));
            }
        }
        PluginHelper.getRoutesLoader(context).loadRoutes(missing);
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        try {
            addTo(main.getCamelContext());
        } catch (Exception e) {
            throw new IllegalStateException("the gateway's routes cannot be added: " + e.getMessage(), e);
        }
    }
}
