package io.github.camelllm.routes.store;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

/**
 * A part in something that a Camel context has once, such as its database. The first part opens it and the last one that is
 * closed closes it, in whatever order that happens. Thread-safe.
 */
public final class Shared<T extends AutoCloseable> implements AutoCloseable {
    private final Holder<T> holder;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Shared(Holder<T> holder) {
        this.holder = holder;
    }

    /** @param opener opens it if nobody has it open */
    static <T extends AutoCloseable> Shared<T> of(CamelContext context, Class<T> type, Supplier<T> opener) {
        return new Shared<>(things(context).take(type, opener));
    }

    private static synchronized Things things(CamelContext context) {
        Things known = context.getCamelContextExtension().getContextPlugin(Things.class);
        if (known == null) {
            known = new Things();
            context.getCamelContextExtension().addContextPlugin(Things.class, known);
        }
        return known;
    }

    public T get() {
        return holder.thing;
    }

    /** Gives the part back; the second time does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            holder.giveBack();
        }
    }

    /** What is open. Guarded by the things that it is among. */
    private static final class Holder<T extends AutoCloseable> {
        private final Things among;
        private final Class<T> type;
        private final T thing;
        private int parts;

        Holder(Things among, Class<T> type, T thing) {
            this.among = among;
            this.type = type;
            this.thing = thing;
        }

        void giveBack() {
            if (among.giveBack(this)) {
                try {
                    thing.close();
                } catch (Exception e) {
                    throw new IllegalStateException(type.getSimpleName() + " was not closed well", e);
                }
            }
        }
    }

    /** What a context keeps. */
    private static final class Things {
        private final Map<Class<?>, Holder<?>> open = new HashMap<>();

        @SuppressWarnings("unchecked") // put under its own type
        synchronized <T extends AutoCloseable> Holder<T> take(Class<T> type, Supplier<T> opener) {
            Holder<T> holder = (Holder<T>) open.get(type);
            if (holder == null) {
                holder = new Holder<>(this, type, opener.get());
                open.put(type, holder);
            }
            holder.parts++;
            return holder;
        }

        /** @return whether it was the last part */
        synchronized boolean giveBack(Holder<?> holder) {
            holder.parts--;
            if (holder.parts == 0) {
                open.remove(holder.type, holder);
            }
            return holder.parts == 0;
        }
    }
}
