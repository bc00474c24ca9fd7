package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.catalog.NamedTrees;
import io.github.camelllm.catalog.YamlConfig;
import io.github.camelllm.routes.gateway.keys.KeyPolicies.Family;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads keys from requests, files and properties, refusing what is wrong with its place. */
final class KeyReader {
    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    private static final Set<String> DEFINED_KEYS =
            Set.of("id", "name", "hash", "models", "tags", "expires", "metadata");
    private static final Set<String> NEW_KEYS =
            Set.of("id", "name", "models", "tags", "expires", "metadata", "budgets", "limits");
    private static final Set<String> CHANGE_KEYS =
            Set.of("name", "models", "tags", "expires", "metadata", "budgets", "limits");

    /** Dimensions of scopes that are no tags, and tags that the gateway itself sets. */
    private static final Set<String> NO_TAGS =
            Set.of("key", "provider", "model", "operation", "route", "routeId", "router", "exchangeId");

    private static final Pattern TAG = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
    private static final Duration LONGEST_LIFE = Duration.ofDays(3_660);
    private static final int NAME_CHARS = 128;
    private static final int MODEL_CHARS = 200;
    private static final int MOST_MODELS = 100;
    private static final int MOST_ENTRIES = 16;
    private static final int VALUE_CHARS = 256;

    private final ConfigSection root;
    private final Instant now;

    private KeyReader(ConfigSection root, Instant now) {
        this.root = root;
        this.now = now;
    }

    /**
     * A key that a request asks for.
     *
     * @param madeId its id if the request names none
     * @throws CatalogException if something is missing or wrong; the message says where and what was expected
     */
    static VirtualKey create(ObjectNode request, String madeId, String secret, Instant now) {
        KeyReader reader = new KeyReader(section(request, NEW_KEYS), now);
        String id = reader.id().orElse(madeId);
        return new VirtualKey(
                id,
                reader.name(reader.root.required("name", "a name for people, such as Marketing")),
                KeyHash.of(secret),
                IssuedKey.hint(secret),
                Optional.empty(),
                new KeyGrants(
                        reader.models(),
                        reader.entries("tags", TAG, NO_TAGS),
                        reader.entries("metadata", TAG, Set.of()),
                        KeyPolicies.read(Family.BUDGET, id, request.path("budgets"), "body.budgets"),
                        KeyPolicies.read(Family.LIMIT, id, request.path("limits"), "body.limits")),
                now,
                reader.expires(),
                Optional.empty(),
                Optional.empty());
    }

    /** A key with what a request says of it in place of what it was; what is null there is taken away. */
    static VirtualKey change(ObjectNode request, VirtualKey key, Instant now) {
        KeyReader reader = new KeyReader(section(request, CHANGE_KEYS), now);
        KeyGrants old = key.grants();
        KeyGrants grants = new KeyGrants(
                request.has("models") ? reader.models() : old.models(),
                request.has("tags") ? reader.entries("tags", TAG, NO_TAGS) : old.tags(),
                request.has("metadata") ? reader.entries("metadata", TAG, Set.of()) : old.metadata(),
                request.has("budgets")
                        ? KeyPolicies.read(Family.BUDGET, key.id(), request.path("budgets"), "body.budgets")
                        : old.budgets(),
                request.has("limits")
                        ? KeyPolicies.read(Family.LIMIT, key.id(), request.path("limits"), "body.limits")
                        : old.limits());
        return key.withGrants(
                request.has("name")
                        ? reader.name(reader.root.required("name", "a name for people, such as Marketing"))
                        : key.name(),
                grants,
                request.has("expires") ? reader.expires() : key.expires());
    }

    private static ConfigSection section(ObjectNode request, Set<String> keys) {
        return new ConfigSection("", "the body", JsonConfig.node(request, "body"), keys);
    }

    /**
     * Keys of a YAML text, such as {@code keys: {ci: {name: CI, hash: 5e88…}}}.
     *
     * @param sourceName names the text in errors
     */
    static Map<String, VirtualKey> ofYaml(String sourceName, String yaml, Instant now) {
        return defined(NamedTrees.ofDocuments(YamlConfig.read(sourceName, new StringReader(yaml)), "keys"), now);
    }

    /** Keys of properties such as {@code ci.hash=5e88…}. @param properties without their prefix */
    static Map<String, VirtualKey> ofProperties(Map<String, String> properties, Instant now) {
        return defined(NamedTrees.ofProperties(properties, DEFINED_KEYS, "ci.hash"), now);
    }

    private static Map<String, VirtualKey> defined(List<ConfigNode> trees, Instant now) {
        Map<String, VirtualKey> keys = new TreeMap<>();
        Set<String> hashes = new HashSet<>();
        for (ConfigNode tree : trees) {
            VirtualKey key = new KeyReader(new ConfigSection("", "a key", tree, DEFINED_KEYS), now).defined();
            if (keys.put(key.id(), key) != null) {
                throw new CatalogException(tree.where() + ": key '" + key.id() + "' is defined twice");
            }
            if (!hashes.add(key.hash().hex())) {
                throw new CatalogException(tree.where() + ": key '" + key.id() + "' has the hash of another key");
            }
        }
        return keys;
    }

    private VirtualKey defined() {
        String id = id().orElseThrow(() -> new CatalogException(root.where() + ": 'id' is missing"));
        return new VirtualKey(
                id,
                name(root.text("name").orElse(id)),
                hash(),
                IssuedKey.PREFIX + "…",
                Optional.empty(),
                new KeyGrants(
                        models(),
                        entries("tags", TAG, NO_TAGS),
                        entries("metadata", TAG, Set.of()),
                        List.of(),
                        List.of()),
                now,
                instant(),
                Optional.empty(),
                Optional.empty());
    }

    private KeyHash hash() {
        String hex = root.required("hash", KeyHash.EXPECTED);
        try {
            return new KeyHash(hex);
        } catch (IllegalArgumentException e) {
            // Perhaps it is the key itself, so it is not quoted
            throw new CatalogException(at("hash") + ": 'hash' must be " + KeyHash.EXPECTED, e);
        }
    }

    private Optional<String> id() {
        Optional<String> id = root.text("id");
        if (id.isPresent() && !ID.matcher(id.get()).matches()) {
            throw wrong("id", "small letters, digits and -, 40 at most, a letter or digit first", cut(id.get()));
        }
        return id;
    }

    private String name(String name) {
        if (name.length() > NAME_CHARS || !isText(name)) {
            throw wrong("name", "at most " + NAME_CHARS + " characters without line breaks", cut(name));
        }
        return name;
    }

    private List<String> models() {
        List<String> models = root.list("models");
        if (models.size() > MOST_MODELS) {
            throw wrong("models", "at most " + MOST_MODELS + " globs", models.size() + " of them");
        }
        for (String model : models) {
            if (model.length() > MODEL_CHARS || !isText(model)) {
                throw wrong(
                        "models", "globs such as openai/*, each of at most " + MODEL_CHARS + " characters", cut(model));
            }
        }
        return models;
    }

    private Map<String, String> entries(String key, Pattern name, Set<String> reserved) {
        Map<String, String> entries = root.mapOfAny(key);
        if (entries.size() > MOST_ENTRIES) {
            throw wrong(key, "at most " + MOST_ENTRIES + " entries", entries.size() + " of them");
        }
        entries.forEach((tag, value) -> {
            if (!name.matcher(tag).matches()) {
                throw wrong(key, "named with letters, digits and . _ -, a letter first, 64 at most", cut(tag));
            }
            if (reserved.contains(tag)) {
                throw wrong(key, "other names than " + String.join(", ", new TreeSet<>(reserved)), tag);
            }
            if (value.length() > VALUE_CHARS || !isText(value)) {
                throw wrong(key + "." + tag, "at most " + VALUE_CHARS + " characters without line breaks", cut(value));
            }
        });
        return entries;
    }

    /** When a key that is given out now ends. */
    private Optional<Instant> expires() {
        Optional<Instant> expires = root.text("expires")
                .flatMap(text -> Durations.parse(text, LONGEST_LIFE))
                .map(now::plus)
                .or(this::instant);
        if (expires.isPresent() && !expires.get().isAfter(now)) {
            throw wrong("expires", "in the future", expires.get().toString());
        }
        return expires;
    }

    private Optional<Instant> instant() {
        return root.text("expires").map(text -> {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException e) {
                throw wrong(
                        "expires",
                        "a time such as 2027-01-31T00:00:00Z, or for a new key a duration such as 90d",
                        cut(text));
            }
        });
    }

    private CatalogException wrong(String key, String expected, String came) {
        return new CatalogException(at(key) + ": '" + key + "' must be " + expected + " but is '" + came + "'");
    }

    private String at(String key) {
        return root.node(key).map(ConfigNode::where).orElse(root.where());
    }

    private static boolean isText(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    /** What came, fit for a message. */
    private static String cut(String text) {
        String one = text.replaceAll("\\p{Cntrl}", "?");
        return one.length() <= 80 ? one : one.substring(0, 80) + "…";
    }
}
