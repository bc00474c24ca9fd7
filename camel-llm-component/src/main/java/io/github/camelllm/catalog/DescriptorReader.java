package io.github.camelllm.catalog;

import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.DataPolicy.Training;
import io.github.camelllm.catalog.DataPolicy.ZeroRetention;
import io.github.camelllm.catalog.ModelProfiles.Adjustment;
import io.github.camelllm.catalog.ProviderDescriptor.Auth;
import io.github.camelllm.catalog.ProviderDescriptor.AuthScheme;
import io.github.camelllm.catalog.ProviderDescriptor.Limits;
import io.github.camelllm.catalog.ProviderDescriptor.PriceKey;
import io.github.camelllm.catalog.ProviderDescriptor.Variable;
import io.github.camelllm.wire.WireProfile;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Turns the tree of one descriptor into a {@link ProviderDescriptor}, refusing what is wrong with its place. */
final class DescriptorReader {
    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern ENV = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private static final Set<String> PROFILE_KEYS = Set.of("omit", "rename", "defaults", "roles", "options");
    /** All keys of a descriptor; {@code extends} is resolved before it is read. */
    static final Set<String> KEYS = Set.of(
            "id",
            "extends",
            "telemetryName",
            "dialect",
            "baseUrl",
            "variables",
            "auth",
            "headers",
            "idempotencyHeader",
            "attemptIdHeader",
            "omit",
            "rename",
            "defaults",
            "roles",
            "options",
            "models",
            "limits",
            "dataPolicy",
            "prices",
            "source");
    /** Keys of a descriptor whose values are maps with keys of their own choice. */
    static final Set<String> FREE_MAPS = Set.of("variables", "headers", "rename", "defaults", "roles", "options");

    private final ConfigSection root;
    private final String definedIn;

    private DescriptorReader(Entries tree, String definedIn) {
        this.root = new ConfigSection("", tree, KEYS);
        this.definedIn = definedIn;
    }

    /** @throws CatalogException if something is missing or wrong; the message says where and what was expected */
    static ProviderDescriptor read(Entries tree, String definedIn) {
        return new DescriptorReader(tree, definedIn).descriptor();
    }

    /** The id that a tree gives itself. */
    static String idOf(Entries tree) {
        return new ConfigSection("", tree, KEYS).required("id", "the provider's id");
    }

    private ProviderDescriptor descriptor() {
        String id = root.required("id", "the provider's id");
        if (!ID.matcher(id).matches()) {
            throw new CatalogException(
                    root.where() + ": 'id' must be lower-case letters, digits and '-' but is '" + id + "'");
        }
        if (id.equals("router")) {
            throw new CatalogException(root.where() + ": 'id' must not be 'router', which stands for routers");
        }
        String dialect = dialect();
        Map<String, Variable> variables = variables();
        String baseUrl = root.required("baseUrl", "a URL such as https://api.example.com/v1");
        if (!baseUrl.matches("(https?://|\\{).*")) {
            throw new CatalogException(
                    at("baseUrl") + ": 'baseUrl' must begin with https:// or http:// but is '" + baseUrl + "'");
        }
        checkVariables("baseUrl", baseUrl, variables);
        Map<String, String> headers = root.map("headers");
        headers.forEach((name, value) -> {
            if (!HEADER.matcher(name).matches()) {
                throw new CatalogException(at("headers") + ": 'headers' holds '" + name + "', which is no header name");
            }
            checkVariables("headers." + name, value, variables);
        });
        return new ProviderDescriptor(
                id,
                root.text("telemetryName").orElse(id),
                dialect,
                baseUrl,
                variables,
                auth(),
                headers,
                header("idempotencyHeader"),
                header("attemptIdHeader"),
                new ModelProfiles(profile(root, dialect), adjustments(dialect)),
                limits(),
                dataPolicy(root, "dataPolicy").orElse(DataPolicy.UNKNOWN),
                prices(id),
                root.text("source"),
                definedIn);
    }

    private Optional<String> header(String key) {
        Optional<String> name = root.text(key);
        if (name.isPresent() && !HEADER.matcher(name.get()).matches()) {
            throw new CatalogException(at(key) + ": '" + key + "' must be a header's name but is '" + name.get() + "'");
        }
        return name;
    }

    private String dialect() {
        String dialect =
                root.required("dialect", "one of " + String.join(", ", new TreeSet<>(DialectOptions.dialects())));
        if (!DialectOptions.dialects().contains(dialect)) {
            throw new CatalogException(at("dialect") + ": 'dialect' must be one of "
                    + String.join(", ", new TreeSet<>(DialectOptions.dialects())) + " but is '" + dialect + "'"
                    + Suggestions.didYouMean(dialect, DialectOptions.dialects()));
        }
        return dialect;
    }

    private Map<String, Variable> variables() {
        Map<String, Variable> variables = new LinkedHashMap<>();
        root.members("variables").forEach((name, node) -> {
            if (!Template.VARIABLE.matcher("{" + name + "}").matches()) {
                throw new CatalogException(node.where() + ": 'variables' holds '" + name
                        + "'; a name must be letters, digits, '-' and '_', a letter first");
            }
            if (node instanceof Scalar scalar && scalar.kind() != ConfigNode.Kind.NULL) {
                variables.put(
                        name, new Variable(List.of(), Optional.of(scalar.value().trim()), Optional.empty()));
            } else {
                ConfigSection variable =
                        new ConfigSection("variables." + name, node, Set.of("env", "default", "description"));
                variables.put(
                        name, new Variable(envs(variable), variable.text("default"), variable.text("description")));
            }
        });
        variables.forEach((name, variable) -> variable.defaultValue()
                .ifPresent(template -> checkVariables("variables." + name + ".default", template, variables)));
        return variables;
    }

    private void checkVariables(String key, String template, Map<String, Variable> variables) {
        for (String name : Template.variablesIn(template)) {
            if (!variables.containsKey(name)) {
                throw new CatalogException(
                        at(key.contains(".") ? key.substring(0, key.indexOf('.')) : key) + ": '" + key
                                + "' names the variable '" + name + "', which 'variables' does not define"
                                + Suggestions.didYouMean(name, variables.keySet()));
            }
        }
    }

    private Auth auth() {
        ConfigNode node = root.node("auth")
                .orElseThrow(
                        () -> new CatalogException(
                                root.where()
                                        + ": 'auth' is missing; expected a map such as {scheme: bearer, env: ACME_API_KEY} or {scheme: none}"));
        ConfigSection auth = new ConfigSection("auth", node, Set.of("scheme", "name", "env", "optional"));
        AuthScheme scheme = auth.oneOf("scheme", AuthScheme.class).orElse(AuthScheme.BEARER);
        Optional<String> name = auth.text("name");
        boolean named = scheme == AuthScheme.HEADER || scheme == AuthScheme.QUERY;
        if (named && (name.isEmpty() || !HEADER.matcher(name.get()).matches())) {
            throw auth.wrong(
                    "name",
                    node,
                    "the name of the " + ConfigSection.wordOf(scheme),
                    name.isEmpty() ? "missing" : "none");
        }
        if (!named && name.isPresent()) {
            throw new CatalogException(auth.where() + ": 'auth.name' is only for the schemes header and query, not for "
                    + ConfigSection.wordOf(scheme));
        }
        return new Auth(scheme, name, envs(auth), scheme == AuthScheme.NONE || auth.flag("optional"));
    }

    /** Names of environment variables. What is none is not repeated, since it may be a key put in the wrong place. */
    private static List<String> envs(ConfigSection section) {
        List<String> names = section.list("env");
        for (String name : names) {
            if (!ENV.matcher(name).matches()) {
                throw section.wrong(
                        "env",
                        section.node("env").orElseThrow(),
                        "the name of an environment variable",
                        "something else (not shown, since it may be a key)");
            }
        }
        return names;
    }

    private static WireProfile profile(ConfigSection section, String dialect) {
        Map<String, String> options = section.mapOfAny("options");
        options.forEach((name, value) -> {
            Set<String> known = DialectOptions.names(dialect);
            String where = section.where("options", name);
            if (!known.contains(name)) {
                throw new CatalogException(where + ": dialect " + dialect + " has no option '" + name + "'"
                        + orKnown(Suggestions.didYouMean(name, known), known));
            }
            DialectOptions.expectedInstead(dialect, name, value).ifPresent(expected -> {
                throw new CatalogException(
                        where + ": 'options." + name + "' must be " + expected + " but is '" + value + "'");
            });
        });
        return new WireProfile(
                Set.copyOf(section.list("omit")),
                section.map("rename"),
                section.json("defaults"),
                section.map("roles"),
                options);
    }

    private List<Adjustment> adjustments(String dialect) {
        Optional<ConfigNode> node = root.node("models");
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof Items list)) {
            throw root.wrong("models", node.get(), "a list of maps, each with 'match'");
        }
        List<Adjustment> adjustments = new ArrayList<>();
        Set<String> keys = new TreeSet<>(PROFILE_KEYS);
        keys.add("match");
        keys.add("dataPolicy");
        for (ConfigNode item : list.items()) {
            ConfigSection section = new ConfigSection("models", item, keys);
            String match = section.required("match", "a regular expression for the whole model id");
            try {
                Pattern.compile(match);
            } catch (PatternSyntaxException e) {
                throw new CatalogException(
                        section.where() + ": 'models.match' must be a regular expression but '" + match + "' is none: "
                                + e.getDescription(),
                        e);
            }
            adjustments.add(new Adjustment(match, profile(section, dialect), dataPolicy(section, "models.dataPolicy")));
        }
        return adjustments;
    }

    private Limits limits() {
        Optional<ConfigNode> node = root.node("limits");
        if (node.isEmpty()) {
            return Limits.UNKNOWN;
        }
        ConfigSection limits = new ConfigSection(
                "limits",
                node.get(),
                Set.of("requestsPerMinute", "tokensPerMinute", "maxConcurrentRequests", "maxConnections"));
        return new Limits(
                toInt(limits.number("requestsPerMinute", 1, Integer.MAX_VALUE)),
                limits.number("tokensPerMinute", 1, Long.MAX_VALUE / 2),
                toInt(limits.number("maxConcurrentRequests", 1, Integer.MAX_VALUE)),
                toInt(limits.number("maxConnections", 1, Integer.MAX_VALUE)));
    }

    private static Optional<DataPolicy> dataPolicy(ConfigSection section, String path) {
        Optional<ConfigNode> node = section.node("dataPolicy");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        ConfigSection policy = new ConfigSection(
                path,
                node.get(),
                Set.of("trainsOnApiData", "retentionDays", "zeroRetention", "regions", "asOf", "source"));
        boolean unknownDays =
                policy.text("retentionDays").filter("unknown"::equals).isPresent();
        return Optional.of(new DataPolicy(
                policy.oneOf("trainsOnApiData", Training.class).orElse(Training.UNKNOWN),
                unknownDays ? OptionalInt.empty() : toInt(policy.number("retentionDays", 0, 100_000)),
                policy.oneOf("zeroRetention", ZeroRetention.class).orElse(ZeroRetention.UNKNOWN),
                regions(policy),
                policy.text("asOf").map(text -> date(policy, text)),
                policy.text("source")));
    }

    private static List<String> regions(ConfigSection policy) {
        List<String> regions = policy.list("regions");
        for (String region : regions) {
            if (!region.equals(region.toLowerCase(Locale.ROOT))) {
                throw policy.wrong(
                        "regions",
                        policy.node("regions").orElseThrow(),
                        "lower-case words such as eu",
                        "'" + region + "'");
            }
        }
        return regions.equals(List.of("unknown")) ? List.of() : regions;
    }

    private static LocalDate date(ConfigSection section, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw section.wrong(
                    "asOf", section.node("asOf").orElseThrow(), "a date such as 2026-11-23", "'" + text + "'");
        }
    }

    private PriceKey prices(String id) {
        Optional<ConfigNode> node = root.node("prices");
        if (node.isEmpty()) {
            return new PriceKey(id, List.of(), List.of());
        }
        if (node.get() instanceof Scalar) {
            return new PriceKey(root.required("prices", "a name of the price book"), List.of(), List.of());
        }
        ConfigSection prices =
                new ConfigSection("prices", node.get(), Set.of("provider", "dropPrefixes", "dropSuffixes"));
        return new PriceKey(
                prices.text("provider").orElse(id), prices.list("dropPrefixes"), prices.list("dropSuffixes"));
    }

    private String at(String key) {
        return root.node(key).map(ConfigNode::where).orElse(root.where());
    }

    private static OptionalInt toInt(OptionalLong value) {
        return value.isPresent() ? OptionalInt.of(Math.toIntExact(value.getAsLong())) : OptionalInt.empty();
    }

    private static String orKnown(String near, Set<String> known) {
        return near.isEmpty() ? "; known are " + String.join(", ", new TreeSet<>(known)) : near;
    }
}
