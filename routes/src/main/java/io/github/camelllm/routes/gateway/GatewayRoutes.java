package io.github.camelllm.routes.gateway;

import io.github.camelllm.routes.deadletters.DeadLetters;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
    private static final List<Shipped> STAGES = Stream.of("policy", "route", "call", "out", "in")
            .map(stage -> new Shipped("llm-gateway-" + stage, ""))
            .toList();

    private static final Shipped ADMIN = new Shipped("llm-gateway-admin", "admin/");
    private static final Shipped REPLAY = new Shipped("llm-gateway-replay", "replay/");
    private static final String ADMIN_PORT = GatewayConfig.PREFIX + "admin.port";

    /** A route as it is shipped, in a file of its name. */
    private record Shipped(String id, String folder) {
        String location() {
            return "classpath:camel-llm/gateway/" + folder + id + ".camel.yaml";
        }
    }

    /**
     * Adds the routes; to be called after the application's own were added.
     *
     * @throws Exception if one of them cannot be added
     */
    public static void addTo(CamelContext context) throws Exception {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        List<Shipped> routes = new ArrayList<>(STAGES);
        if (context.getPropertiesComponent().resolveProperty(ADMIN_PORT).isPresent()) {
            routes.add(ADMIN);
        }
        if (DeadLetters.keepsGateway(context)) {
            routes.add(REPLAY);
        }
        List<Resource> missing = new ArrayList<>();
        for (Shipped route : routes) {
            if (model.getRouteDefinition(route.id()) == null) {
                missing.add(PluginHelper.getResourceLoader(context).resolveResource(route.location()));
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
