package io.github.camelllm.routes.testing;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;

/** The two forms of each template. A test that takes this as its parameter proves that both do the same. */
public enum Dsl {
    YAML {
        @Override
        public void load(CamelContext context, String templateId, RouteBuilder twin) throws Exception {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(PluginHelper.getResourceLoader(context)
                            .resolveResource("classpath:camel-llm/templates/" + templateId + ".camel.yaml"));
        }
    },
    JAVA {
        @Override
        public void load(CamelContext context, String templateId, RouteBuilder twin) throws Exception {
            context.addRoutes(twin);
        }
    };

    /**
     * Loads a template into a context.
     *
     * @param twin the template in Java; not used for YAML
     */
    public abstract void load(CamelContext context, String templateId, RouteBuilder twin) throws Exception;
}
