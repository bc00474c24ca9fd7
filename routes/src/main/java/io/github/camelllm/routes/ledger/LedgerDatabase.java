package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.PrefixedProperties;
import io.github.camelllm.routes.store.Shared;
import io.github.camelllm.routes.store.SharedDatabase;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.service.ServiceSupport;

/** Finds the ledger's database for the routes of a Camel context: one for all of them. Thread-safe. */
public final class LedgerDatabase {
    private LedgerDatabase() {}

    /**
     * The {@link LlmDatabase} of the registry if there is one, else the one that the context shares, by the properties
     * {@code llm.jdbc.…}.
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
            service = new Opened(SharedDatabase.of(context, PrefixedProperties.of(context, SharedDatabase.PREFIX)));
            try {
                context.addService(service);
            } catch (Exception e) {
                service.stop();
                throw RuntimeCamelException.wrapRuntimeCamelException(e);
            }
        }
        return service.part.get();
    }

    /** Names of the tags that the ledger keeps sums for, by the property {@code llm.ledger.tags}. */
    public static List<String> summedTags(CamelContext context) {
        return LedgerSettings.tags(PrefixedProperties.of(context, "llm.ledger."));
    }

    /** A part in the context's database, until the context stops. */
    private static final class Opened extends ServiceSupport {
        private final Shared<LlmDatabase> part;

        Opened(Shared<LlmDatabase> part) {
            this.part = part;
        }

        @Override
        protected void doStop() {
            part.close();
        }

        @Override
        protected void doShutdown() {
            part.close();
        }
    }
}
