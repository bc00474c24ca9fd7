package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmExtension;
import java.util.Map;
import org.apache.camel.CamelContext;

/** The one database of a Camel context, by the properties {@code llm.jdbc.…}. */
public final class SharedDatabase {
    /** Before the names of the properties. */
    public static final String PREFIX = "llm.jdbc.";

    private SharedDatabase() {}

    /**
     * @throws IllegalArgumentException if the properties name no database that can be used
     * @throws IllegalStateException if libraries for it are missing
     */
    public static Shared<LlmDatabase> of(LlmExtension.Context context) {
        return of(context.camelContext(), context.properties(PREFIX));
    }

    /** @param properties those of {@link #PREFIX}, without it; only looked at if the database is not open yet */
    public static Shared<LlmDatabase> of(CamelContext context, Map<String, String> properties) {
        return Shared.of(context, LlmDatabase.class, () -> open(properties));
    }

    private static LlmDatabase open(Map<String, String> properties) {
        try {
            return LlmDatabase.open(properties);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "A database (llm.jdbc.url) needs com.zaxxer:HikariCP, org.flywaydb:flyway-core and a driver on"
                            + " the class path, but there is no " + e.getMessage(),
                    e);
        }
    }
}
