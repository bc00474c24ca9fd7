package io.github.camelllm.component;

import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Definitions that are read again while the component runs. What cannot be read is refused, and what was there before stays.
 * Thread-safe.
 *
 * @param <T> what they are read to
 */
public final class Reloaded<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

    private final String what;
    private final Callable<Source> reader;
    private final Function<Source, T> parser;
    private final Consumer<T> changed;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Source source;
    private volatile T definitions;
    /** Why the source as it was last read is not in use. */
    private volatile @Nullable String refused;
    /** Why it could not be read at the last look. */
    private volatile @Nullable String unreadable;

    /**
     * Where definitions come from, as they were when it was read.
     *
     * @param location of the file; empty if there is none
     * @param text its text
     * @param properties without their prefix
     * @param stored YAML texts of single definitions by name, which win over file and properties
     */
    public record Source(String location, String text, Map<String, String> properties, Map<String, String> stored) {
        boolean isEmpty() {
            return location.isEmpty() && properties.isEmpty() && stored.isEmpty();
        }

        /** Tells nothing: there may be keys in it. */
        @Override
        public String toString() {
            return "Source[" + location + "]";
        }
    }

    /**
     * Reads them for the first time.
     *
     * @param what they are, for the log: {@code Routers}
     * @param changed gets the definitions whenever they have changed, not the first ones; may refuse them by an exception
     * @throws CatalogException if one is wrong
     */
    public Reloaded(String what, Callable<Source> reader, Function<Source, T> parser, Consumer<T> changed) {
        this.what = what;
        this.reader = reader;
        this.parser = parser;
        this.changed = changed;
        try {
            source = reader.call();
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
        definitions = parser.apply(source);
    }

    public T get() {
        return definitions;
    }

    public boolean isEmpty() {
        return source.isEmpty();
    }

    /** Why the newest definitions are not in use; empty if they are. */
    public Optional<String> problem() {
        return Optional.ofNullable(unreadable).or(() -> Optional.ofNullable(refused));
    }

    /** Looks for changes from now on; an interval of zero is never. */
    public void watch(Duration interval, Timer timer) {
        if (interval.isZero()) {
            return;
        }
        try {
            timer.schedule(interval, () -> {
                refresh();
                watch(interval, timer);
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{} are not watched any more: the component has stopped", what);
        }
    }

    /** Reads them again if they have changed. */
    public void refresh() {
        lock.lock();
        try {
            Source now = read();
            if (now == null) {
                return;
            }
            if (now.equals(source)) {
                refused = null;
                return;
            }
            // What is refused is looked at again: it may depend on something else that is about to change
            use(now, parser.apply(now));
            refused = null;
            LOG.info("{} were read again", what);
        } catch (RuntimeException e) {
            refused = told(e, refused);
        } finally {
            lock.unlock();
        }
    }

    /** What is before stays if those who use the definitions refuse them. */
    private void use(Source now, T read) {
        Source sourceBefore = source;
        T before = definitions;
        source = now;
        definitions = read;
        try {
            changed.accept(read);
        } catch (RuntimeException e) {
            source = sourceBefore;
            definitions = before;
            throw e;
        }
    }

    /** @return null if it cannot be read, which says nothing of what it holds */
    private @Nullable Source read() {
        try {
            Source now = reader.call();
            unreadable = null;
            return now;
        } catch (Exception e) {
            unreadable = told(e, unreadable);
            return null;
        }
    }

    /** @return the reason, which is logged unless it is the one before */
    private String told(Exception failure, @Nullable String before) {
        String words = failure instanceof CatalogException ? String.valueOf(failure.getMessage()) : failure.toString();
        if (!words.equals(before)) {
            LOG.error("{} were not changed, since their new definition cannot be used: {}", what, words);
        }
        return words;
    }
}
