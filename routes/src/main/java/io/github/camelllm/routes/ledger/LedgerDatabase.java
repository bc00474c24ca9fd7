package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.service.ServiceSupport;

/** Finds the ledger's database for the routes of a Camel context: one for all of them. Thread-safe. */
public final class LedgerDatabase {
    private static final String PROPERTIES = "llm.jdbc.";

    private LedgerDatabase() {}

    /**
     * The {@link LlmDatabase} of the registry if there is one, else that of the properties {@code llm.jdbc.…}, which is then
     * closed with the context.
     *
     * @throws IllegalStateException if the registry holds several
     */
    public static LlmDatabase of(CamelContext context) {
        Set<LlmDatabase> known = context.getRegistry().findByType(LlmDatabase.class);
        if (known.size() > 1) {
            throw new IllegalStateException(
                    "expected at most one LlmDatabase in the registry but there are " + known.size());
        }
        return known.isEmpty() ? opened(context) : known.iterator().next();
    }

    private static synchronized LlmDatabase opened(CamelContext context) {
        Opened service = context.hasService(Opened.class);
        if (service == null) {
            service = new Opened(LlmDatabase.open(properties(context)));
            try {
                context.addService(service);
            } catch (Exception e) {
                service.database.close();
                throw RuntimeCamelException.wrapRuntimeCamelException(e);
            }
        }
        return service.database;
    }

    private static Map<String, String> properties(CamelContext context) {
        Properties found = context.getPropertiesComponent().loadProperties(name -> name.startsWith(PROPERTIES));
        Map<String, String> properties = new TreeMap<>();
        for (String name : found.stringPropertyNames()) {
            properties.put(
                    name.substring(PROPERTIES.length()), context.resolvePropertyPlaceholders(found.getProperty(name)));
        }
        return properties;
    }

    private static final class Opened extends ServiceSupport {
        private final LlmDatabase database;

        Opened(LlmDatabase database) {
            this.database = database;
        }

        @Override
        protected void doShutdown() {
            database.close();
        }

        @Override
        protected void doStop() {
            database.close();
        }
    }
}
