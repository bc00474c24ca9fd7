package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmExtension;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * A part in the one Redis client of a Camel context. The first part opens it by the properties {@code llm.redis.…}, and the last one
 * that is closed closes it, in whatever order that happens. Thread-safe.
 */
public final class SharedRedis implements AutoCloseable {
    private final Holder holder;
    private final LlmRedis redis;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SharedRedis(Holder holder, LlmRedis redis) {
        this.holder = holder;
        this.redis = redis;
    }

    /** @throws IllegalArgumentException if the properties name no Redis that can be used */
    public static SharedRedis of(LlmExtension.Context context) {
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

    public LlmRedis redis() {
        return redis;
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
        private @Nullable LlmRedis open;
        private int parts;

        synchronized SharedRedis take(LlmExtension.Context context) {
            LlmRedis redis = open;
            if (redis == null) {
                redis = LlmRedis.open(context.properties(LlmRedis.PREFIX));
                open = redis;
            }
            parts++;
            return new SharedRedis(this, redis);
        }

        synchronized void giveBack() {
            parts--;
            LlmRedis redis = open;
            if (parts == 0 && redis != null) {
                open = null;
                redis.close();
            }
        }
    }
}
