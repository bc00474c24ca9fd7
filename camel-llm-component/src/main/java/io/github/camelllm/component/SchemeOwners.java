package io.github.camelllm.component;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is registered for the scheme {@code llm}. Camel takes the first component that it finds for a scheme and says nothing
 * of others, and newer Camel may have an {@code llm} of its own. So this says it.
 */
final class SchemeOwners {
    private static final Logger LOG = LoggerFactory.getLogger(SchemeOwners.class);
    private static final String REGISTRATION = "META-INF/services/org/apache/camel/component/llm";
    private static final String OURS = LlmComponent.class.getName();

    private SchemeOwners() {}

    /** Logs an error for each other class that is registered for the scheme. */
    static void reportOthers(CamelContext camel) throws IOException {
        for (String other : others(camel)) {
            LOG.error(
                    "The scheme llm: also belongs to {}, and which of the two answers depends on the class path. Write"
                            + " camel-llm:provider/model to mean {} for sure",
                    other,
                    OURS);
        }
    }

    /** Other classes that are registered for the scheme. */
    static Set<String> others(CamelContext camel) throws IOException {
        ClassLoader loader = camel.getApplicationContextClassLoader();
        Set<String> others = new TreeSet<>();
        for (URL file : Collections.list(
                (loader == null ? LlmComponent.class.getClassLoader() : loader).getResources(REGISTRATION))) {
            Properties registered = new Properties();
            try (InputStream in = file.openStream()) {
                registered.load(in);
            }
            others.add(registered.getProperty("class", "unknown"));
        }
        others.remove(OURS);
        return others;
    }
}
