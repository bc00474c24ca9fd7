package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.YamlConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.apache.camel.util.OrderedProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's configuration file as properties of Camel: a YAML file whose nested keys are joined by dots and whose lists are
 * texts with commas. Variables of the environment such as {@code LLM_GATEWAY_PORT} win over its {@code llm.gateway.port}. It is
 * read again when it is asked for and has changed; a file that cannot be read changes nothing. Thread-safe.
 */
final class GatewayFile implements LoadablePropertiesSource {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayFile.class);
    private static final String ENVIRONMENT = "LLM_GATEWAY_";
    /** Names the file itself. */
    static final String CONFIG = ENVIRONMENT + "CONFIG";
    /** Kubernetes sets such variables in every container, for a service of the name {@code llm-gateway}. */
    private static final Pattern OF_A_SERVICE =
            Pattern.compile(".*_SERVICE_(HOST|PORT(_.+)?)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_.+)?");

    private static final Pattern ADDRESS_OF_A_SERVICE = Pattern.compile("(tcp|udp|sctp)://.*");
    private static final long MOST_BYTES = 1 << 20;

    private final Optional<Path> path;
    private final Map<String, String> environment;
    private String text = "";
    private Map<String, String> properties = Map.of();
    private @Nullable String problem;

    /**
     * Reads it for the first time.
     *
     * @param path of the file; empty if there is only the environment
     * @throws CatalogException if it cannot be read
     */
    GatewayFile(Optional<Path> path, Map<String, String> environment) {
        this.path = path;
        this.environment = environment;
        refreshed();
    }

    private void refreshed() {
        String now = path.map(GatewayFile::read).orElse("");
        if (properties.isEmpty() || !now.equals(text)) {
            Map<String, String> read = new TreeMap<>();
            path.ifPresent(file -> flatten(file.toString(), now, read));
            environment.forEach((name, value) -> {
                if (isSetting(name, value)) {
                    read.put(property(name), value);
                }
            });
            text = now;
            properties = read;
        }
        problem = null;
    }

    private static boolean isSetting(String variable, String value) {
        return variable.startsWith(ENVIRONMENT)
                && !variable.equals(CONFIG)
                && !OF_A_SERVICE.matcher(variable).matches()
                && !(variable.endsWith("_PORT")
                        && ADDRESS_OF_A_SERVICE.matcher(value).matches());
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new CatalogException(file + ": a configuration has at most " + MOST_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new CatalogException(file + ": the configuration cannot be read: " + e, e);
        }
    }

    private static void flatten(String name, String yaml, Map<String, String> into) {
        for (ConfigNode document : YamlConfig.read(name, new StringReader(yaml))) {
            if (document instanceof ConfigNode.Entries) {
                flatten("", document, into);
            } else {
                throw new CatalogException(
                        document.where() + ": a configuration must be a map but is " + document.describe());
            }
        }
    }

    private static void flatten(String key, ConfigNode node, Map<String, String> into) {
        if (node instanceof ConfigNode.Entries map) {
            map.members().forEach((member, value) -> flatten(key.isEmpty() ? member : key + "." + member, value, into));
        } else if (node instanceof ConfigNode.Items list) {
            into.put(key, list.items().stream().map(item -> text(key, item)).collect(Collectors.joining(",")));
        } else {
            into.put(key, text(key, node));
        }
    }

    private static String text(String key, ConfigNode node) {
        if (node instanceof ConfigNode.Scalar scalar) {
            return scalar.kind() == ConfigNode.Kind.NULL ? "" : scalar.value();
        }
        throw new CatalogException(
                node.where() + ": '" + key + "' must be a list of texts, but there is " + node.describe() + " in it");
    }

    /** {@code LLM_GATEWAY_DEFAULT_PROVIDER} is {@code llm.gateway.defaultProvider}. */
    private static String property(String variable) {
        String words = variable.substring(ENVIRONMENT.length()).toLowerCase(Locale.ROOT);
        for (String family : GatewayConfig.FAMILIES) {
            String beginning =
                    family.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT).replace('.', '_');
            if (words.startsWith(beginning)) {
                return GatewayConfig.PREFIX + family + camelCase(words.substring(beginning.length()));
            }
        }
        return GatewayConfig.PREFIX + camelCase(words);
    }

    private static String camelCase(String words) {
        return Pattern.compile("_+(.?)").matcher(words).replaceAll(letter -> letter.group(1)
                .toUpperCase(Locale.ROOT));
    }

    private synchronized Map<String, String> current() {
        try {
            refreshed();
        } catch (CatalogException e) {
            String words = String.valueOf(e.getMessage());
            if (!words.equals(problem)) {
                LOG.error("The configuration was not changed, since its new version cannot be used: {}", words);
            }
            problem = words;
        }
        return properties;
    }

    /** Why the newest version of the file is not in use; empty if it is. */
    synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public String getName() {
        return "llm-gateway";
    }

    @Override
    public @Nullable String getProperty(String name) {
        return current().get(name);
    }

    @Override
    public Properties loadProperties() {
        return loadProperties(name -> true);
    }

    @Override
    public Properties loadProperties(Predicate<String> filter) {
        Properties found = new OrderedProperties();
        current().forEach((name, value) -> {
            if (filter.test(name)) {
                found.setProperty(name, value);
            }
        });
        return found;
    }

    @Override
    public void reloadProperties(String location) {
        current();
    }
}
