package io.github.camelllm.routes.testing;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;

/** The two forms of each template. A test that takes this as its parameter proves that both do the same. */
public enum Dsl {
    YAML {
        @Override
        public void load(CamelContext context, String templateId, RouteBuilder twin) throws Exception {
            loadUse(context, "camel-llm/templates/" + templateId + ".camel.yaml", twin);
        }

        @Override
        public void loadUse(CamelContext context, String file, RouteBuilder twin) throws Exception {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("classpath:" + file));
        }
    },
    JAVA {
        @Override
        public void load(CamelContext context, String templateId, RouteBuilder twin) throws Exception {
            context.addRoutes(twin);
        }

        @Override
        public void loadUse(CamelContext context, String file, RouteBuilder twin) throws Exception {
            context.addRoutes(twin);
            context.addTemplatedRoutes(twin);
        }
    };

    /**
     * Loads a template into a context.
     *
     * @param twin the template in Java; not used for YAML
     */
    public abstract void load(CamelContext context, String templateId, RouteBuilder twin) throws Exception;

    /**
     * Loads routes that use templates.
     *
     * @param file YAML on the class path
     * @param twin the same routes in Java; not used for YAML
     */
    public abstract void loadUse(CamelContext context, String file, RouteBuilder twin) throws Exception;
}
