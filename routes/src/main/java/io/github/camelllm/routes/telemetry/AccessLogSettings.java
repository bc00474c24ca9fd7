package io.github.camelllm.routes.telemetry;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.PropertyTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The properties {@code llm.gateway.accessLog.…}.
 *
 * @param logger whether lines go to the logger {@code llm.access}
 * @param file where lines go; empty if to none
 * @param maxFileBytes size at which a new file is begun
 * @param maxFiles how many files there are at most, the current one among them
 * @param queue most lines that wait to be written, and most that wait for what a call came to
 */
public record AccessLogSettings(boolean logger, Optional<Path> file, long maxFileBytes, int maxFiles, int queue) {
    public static final String PREFIX = "llm.gateway.accessLog.";

    private static final Set<String> KEYS = Set.of("logger", "file", "maxFileBytes", "maxFiles", "queue");
    private static final long USUAL_BYTES = 100L << 20;

    /**
     * @param properties without their prefix
     * @throws CatalogException if one is unknown or wrong
     */
    public static AccessLogSettings of(Map<String, String> properties) {
        PropertyTree tree = new PropertyTree("properties " + PREFIX + "*");
        properties.forEach((key, value) -> tree.put(
                List.of(key), new Scalar("property " + PREFIX + key, value, value.isBlank() ? Kind.NULL : Kind.TEXT)));
        ConfigSection section = new ConfigSection("", "the properties", tree.entries(), KEYS);
        return new AccessLogSettings(
                section.flag("logger"),
                section.text("file").map(Path::of),
                section.number("maxFileBytes", 1_000, Long.MAX_VALUE / 2).orElse(USUAL_BYTES),
                (int) section.number("maxFiles", 1, 1_000).orElse(5),
                (int) section.number("queue", 1, 1_000_000).orElse(10_000));
    }

    /** Whether there is a log at all. */
    public boolean isOn() {
        return logger || file.isPresent();
    }

    /** All names of settings, sorted. */
    public static Set<String> names() {
        return new TreeSet<>(KEYS);
    }
}
