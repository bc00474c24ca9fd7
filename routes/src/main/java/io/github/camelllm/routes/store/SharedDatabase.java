package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmExtension;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * A part in the one database of a Camel context. The first part opens it by the properties {@code llm.jdbc.…}, and the last one
 * that is closed closes it, in whatever order that happens. Thread-safe.
 */
public final class SharedDatabase implements AutoCloseable {
    private final Holder holder;
    private final LlmDatabase database;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SharedDatabase(Holder holder, LlmDatabase database) {
        this.holder = holder;
        this.database = database;
    }

    /**
     * @throws IllegalArgumentException if the properties name no database that can be used
     * @throws IllegalStateException if libraries for it are missing
     */
    public static SharedDatabase of(LlmExtension.Context context) {
        return holder(context.camelContext()).take(context);
    }

    private static synchronized Holder holder(CamelContext context) {
        Holder known = context.getCamelContextExtension().getContextPlugin(Holder.class);
        if (known == null) {
            known = new Holder();
            context.getCamelContextExtension().addContextPlugin(Holder.class, known);
        }
        return known;
    }

    public LlmDatabase database() {
        return database;
    }

    /** Gives the part back; the second time does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            holder.giveBack();
        }
    }

    /** What a context keeps. */
    private static final class Holder {
        private @Nullable LlmDatabase open;
        private int parts;

        synchronized SharedDatabase take(LlmExtension.Context context) {
            LlmDatabase database = open;
            if (database == null) {
                database = open(context);
                open = database;
            }
            parts++;
            return new SharedDatabase(this, database);
        }

        private static LlmDatabase open(LlmExtension.Context context) {
            try {
                return LlmDatabase.open(context.properties("llm.jdbc."));
            } catch (NoClassDefFoundError e) {
                throw new IllegalStateException(
                        "A database (llm.jdbc.url) needs com.zaxxer:HikariCP, org.flywaydb:flyway-core and a driver on"
                                + " the class path, but there is no " + e.getMessage(),
                        e);
            }
        }

        synchronized void giveBack() {
            parts--;
            LlmDatabase database = open;
            if (parts == 0 && database != null) {
                open = null;
                database.close();
            }
        }
    }
}
