package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.store.PrefixedProperties;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;

/** Keys that are defined by their hashes, in a YAML file and in properties {@code llm.gateway.key.ID.…}. */
final class KeyFile {
    static final String PREFIX = "llm.gateway.key.";

    private static final int MOST_BYTES = 4 << 20;

    private final CamelContext context;
    private final Optional<String> location;

    KeyFile(CamelContext context, Optional<String> location) {
        this.context = context;
        this.location = location;
    }

    /** What is written there, to be compared with what was. */
    record Source(String yaml, Map<String, String> properties) {
        @Override
        public String toString() {
            return "Source[" + properties.size() + " properties]";
        }
    }

    /** @throws CatalogException if the file is too long */
    Source source() throws IOException {
        return new Source(location.isPresent() ? text(location.get()) : "", PrefixedProperties.of(context, PREFIX));
    }

    private String text(String file) throws IOException {
        try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(context, file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new CatalogException(file + ": expected at most " + MOST_BYTES + " bytes of keys");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** @throws CatalogException if a key is wrong; the message says where and what was expected */
    Map<String, VirtualKey> keys(Source source, Instant now) {
        Map<String, VirtualKey> keys = new TreeMap<>();
        if (!source.yaml().isEmpty()) {
            keys.putAll(KeyReader.ofYaml(location.orElse("keys"), source.yaml(), now));
        }
        keys.putAll(KeyReader.ofProperties(source.properties(), now));
        return keys;
    }
}
