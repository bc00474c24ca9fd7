package io.github.camelllm.router;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.YamlConfig;
import io.github.camelllm.wire.Json;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Routers read from what others configure theirs with: OpenRouter, Portkey, LiteLLM. What has no counterpart here is in the
 * notes, and nothing else is left out.
 *
 * @param routers in the order that they were made; one that another leads to may come after it
 * @param notes what is not done as the configuration meant it, in the order found
 */
public record RouterImport(List<RouterDefinition> routers, List<Note> notes) {
    /** Members of a chat request in OpenAI's shape that {@link #request} reads; the rest of it is no matter of routing. */
    public static final Set<String> REQUEST_MEMBERS = Set.of("models", "provider", "route");

    /** Name of the router that a request describes. No definition can have it. */
    public static final String REQUEST = "@request";

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final ObjectReader JSON = Json.MAPPER
            .readerFor(Object.class)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    public RouterImport {
        routers = List.copyOf(routers);
        notes = List.copyOf(notes);
    }

    /**
     * Something that is not done as the configuration meant it.
     *
     * @param path where it stands in their document, such as {@code targets[1].cache}
     * @param found what stands there, by kind; never a text, since that may be a key
     * @param why what is in the way
     * @param instead what happens in its place
     */
    public record Note(String path, String found, String why, String instead) {
        @Override
        public String toString() {
            return path + " (" + found + "): " + why + "; " + instead;
        }
    }

    /**
     * What a configuration does not say by itself.
     *
     * @param viaOpenRouter whether models named as OpenRouter does are asked through OpenRouter, and not at their own
     *     providers where these are known
     * @param environment values of environment variables; never asked unless a configuration refers to one
     * @param model the model of targets that take it from the request, as their provider calls it; empty if there are none
     */
    public record Settings(
            boolean viaOpenRouter, Function<String, Optional<String>> environment, Optional<String> model) {
        /** Own providers, no environment, no model. */
        public static final Settings DEFAULT = new Settings(false, name -> Optional.empty(), Optional.empty());

        /** These settings with OpenRouter between. */
        public Settings throughOpenRouter() {
            return new Settings(true, environment, model);
        }

        /** These settings with an environment. */
        public Settings withEnvironment(Function<String, Optional<String>> variables) {
            return new Settings(viaOpenRouter, variables, model);
        }

        /** These settings with a model for targets that name none. */
        public Settings withModel(String name) {
            return new Settings(viaOpenRouter, environment, Optional.of(name));
        }
    }

    /** Whose configuration it is. */
    enum Format {
        OPENROUTER(Set.of("id", "openrouter", "via")),
        PORTKEY(Set.of("id", "portkey", "model")),
        LITELLM(Set.of("litellm"));

        private final Set<String> keys;

        Format(Set<String> keys) {
            this.keys = keys;
        }

        /** Key of a definition whose body is such a configuration. */
        String key() {
            return ConfigSection.wordOf(this);
        }
    }

    /**
     * The router that a request body of OpenRouter describes with {@code model}, {@code models} and {@code provider}.
     *
     * @param name of the router
     * @throws CatalogException if it is no JSON, or not of that shape
     * @see <a href="https://openrouter.ai/docs/features/provider-routing">OpenRouter: provider routing</a>
     */
    public static RouterImport openRouter(String name, String json, Settings settings) {
        return OpenRouterImport.read(
                DefinitionReader.checkedName(name, "OpenRouter"), json("OpenRouter", json), "OpenRouter", settings);
    }

    /**
     * The router that a configuration of Portkey describes; nested targets become routers of their own.
     *
     * @param name of the router; nested ones begin with it
     * @throws CatalogException if it is no JSON, or not of that shape
     * @see <a href="https://portkey.ai/docs/api-reference/config-object">Portkey: config object</a>
     */
    public static RouterImport portkey(String name, String json, Settings settings) {
        return PortkeyImport.read(
                DefinitionReader.checkedName(name, "Portkey"), json("Portkey", json), "Portkey", settings);
    }

    /**
     * The routers that a configuration file of a LiteLLM proxy describes: one for each {@code model_name} and alias.
     *
     * @param sourceName names the text in errors
     * @throws CatalogException if it is no YAML, or not of that shape
     * @see <a href="https://docs.litellm.ai/docs/proxy/configs">LiteLLM: proxy config</a>
     */
    public static RouterImport liteLlm(String sourceName, Reader yaml, Settings settings) {
        List<ConfigNode> documents = YamlConfig.read(sourceName, yaml);
        if (documents.size() != 1) {
            throw new CatalogException(sourceName + ": expected one YAML document but found " + documents.size());
        }
        return LiteLlmImport.read(documents.get(0), sourceName, settings);
    }

    /** Likewise, from a text. */
    public static RouterImport liteLlm(String sourceName, String yaml, Settings settings) {
        return liteLlm(sourceName, new StringReader(yaml), settings);
    }

    /**
     * The router for one chat request in OpenAI's shape that brings OpenRouter's members {@code models} and
     * {@code provider}. The caller of an API writes these: whoever lets them decide should limit them with the constraints
     * of a router of their own.
     *
     * @param model what the request asks for
     * @param members members of its body; those in {@link #REQUEST_MEMBERS} count
     * @return empty if there is none of them; else a router called {@link #REQUEST}, first, and those that it leads to
     * @throws CatalogException if they are not of that shape
     */
    public static Optional<RouterImport> request(String model, Map<String, ?> members, Settings settings) {
        Map<String, @Nullable Object> routing = new LinkedHashMap<>();
        members.forEach((key, value) -> {
            if (REQUEST_MEMBERS.contains(key)) {
                routing.put(key, value);
            }
        });
        if (routing.isEmpty()) {
            return Optional.empty();
        }
        routing.put("model", model);
        return Optional.of(OpenRouterImport.read(REQUEST, node(routing, "request"), "request", settings));
    }

    /** What the notes say, a line each; empty if there is none. */
    public String report() {
        return notes.stream().map(Note::toString).collect(Collectors.joining("\n"));
    }

    /** A definition that holds such a configuration. */
    static RouterImport embedded(Format format, Entries tree, String definedIn, Settings settings) {
        ConfigSection section = new ConfigSection("", "a router", tree, format.keys);
        ConfigNode body = section.node(format.key())
                .orElseThrow(() -> new CatalogException(
                        section.where() + ": '" + format.key() + "' must be a map but is nothing"));
        if (format == Format.LITELLM) {
            return LiteLlmImport.read(body, definedIn, settings);
        }
        String name = DefinitionReader.checkedName(section.required("id", "the router's name"), section.where());
        if (format == Format.PORTKEY) {
            return PortkeyImport.read(
                    name,
                    body,
                    definedIn,
                    section.text("model").map(settings::withModel).orElse(settings));
        }
        Optional<String> via = section.text("via");
        if (via.filter(gateway -> !gateway.equals("openrouter")).isPresent()) {
            throw section.wrong("via", tree, "openrouter or absent", "'" + via.get() + "'");
        }
        return OpenRouterImport.read(name, body, definedIn, via.isPresent() ? settings.throughOpenRouter() : settings);
    }

    private static ConfigNode json(String source, String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new CatalogException(
                    source + ": expected at most " + MOST_CHARACTERS + " characters but got " + text.length());
        }
        try {
            return node(JSON.readValue(text), source);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            // Without the cause: it quotes the text, which may hold keys.
            throw new CatalogException(
                    source + (at == null ? "" : " line " + at.getLineNr() + " column " + at.getColumnNr())
                            + ": this is not one JSON value");
        }
    }

    private static ConfigNode node(@Nullable Object value, String where) {
        if (value instanceof Map<?, ?> map) {
            Map<String, ConfigNode> members = new LinkedHashMap<>();
            map.forEach((key, member) -> members.put(String.valueOf(key), node(member, where + " " + key)));
            return new Entries(where, members);
        }
        if (value instanceof List<?> list) {
            List<ConfigNode> items = new ArrayList<>();
            for (Object item : list) {
                items.add(node(item, where + "[" + items.size() + "]"));
            }
            return new Items(where, items);
        }
        if (value == null) {
            return new Scalar(where, "", Kind.NULL);
        }
        if (value instanceof Boolean) {
            return new Scalar(where, value.toString(), Kind.BOOLEAN);
        }
        if (value instanceof Number number) {
            String text = number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
            return new Scalar(where, text, text.matches("-?\\d+") ? Kind.INTEGER : Kind.DECIMAL);
        }
        return new Scalar(where, value.toString(), Kind.TEXT);
    }
}
