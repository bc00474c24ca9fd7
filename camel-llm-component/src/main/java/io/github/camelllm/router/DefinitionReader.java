package io.github.camelllm.router;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.DataPolicy.Training;
import io.github.camelllm.catalog.DataPolicy.ZeroRetention;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.catalog.Suggestions;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.RouterDefinition.Attempts;
import io.github.camelllm.router.RouterDefinition.Cascade;
import io.github.camelllm.router.RouterDefinition.Fallbacks;
import io.github.camelllm.router.RouterDefinition.Hedging;
import io.github.camelllm.router.RouterDefinition.Streams;
import io.github.camelllm.router.RouterDefinition.Verification;
import io.github.camelllm.router.RouterTarget.MaxPrice;
import io.github.camelllm.router.RouterTarget.PolicyOverride;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Turns the tree of one definition into a {@link RouterDefinition}, refusing what is wrong with its place. */
final class DefinitionReader {
    /** What a router may be called: it stands in a URI. */
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}");

    static final String NAME_EXPECTED = "letters, digits and . _ : / @ -, a letter or digit first, 128 at most";
    static final Set<String> KEYS = Set.of(
            "id",
            "strategy",
            "targets",
            "constraints",
            "fallbacks",
            "maxTargets",
            "maxRetries",
            "deadline",
            "hedge",
            "cascade",
            "verify",
            "stream",
            "stickyBy");
    private static final Set<String> TARGET_KEYS = Set.of(
            "model",
            "name",
            "weight",
            "apiKey",
            "baseUrl",
            "regions",
            "training",
            "retentionDays",
            "zeroRetention",
            "maxPrice",
            "quality",
            "when",
            "options");
    /** What says how a provider is called, and so nothing about another router. */
    private static final List<String> PROVIDER_KEYS =
            List.of("apiKey", "baseUrl", "regions", "training", "retentionDays", "zeroRetention", "options");

    private static final Set<String> CONSTRAINT_KEYS = Set.of(
            "allow",
            "deny",
            "regions",
            "noTraining",
            "zeroRetention",
            "maxRetentionDays",
            "maxPrice",
            "maxCost",
            "preferredMaxLatency",
            "preferredMinThroughput",
            "require",
            "allowUnknownModels");
    /** Failures that another target may be spared. */
    private static final Set<ErrorKind> FALLBACK_KINDS = EnumSet.of(
            ErrorKind.RATE_LIMITED,
            ErrorKind.UNAVAILABLE,
            ErrorKind.TIMEOUT,
            ErrorKind.CONTENT_FILTERED,
            ErrorKind.MALFORMED_RESPONSE);

    private static final int MOST_TARGETS = 1000;
    private static final int MOST_HELD_BYTES = 1 << 20;
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,12}(\\.\\d{1,18})?");

    private final ConfigSection root;
    private final String definedIn;

    private DefinitionReader(ConfigNode tree, String definedIn) {
        this.root = new ConfigSection("", "a router", tree, KEYS);
        this.definedIn = definedIn;
    }

    /** @throws CatalogException if something is missing or wrong; the message says where and what was expected */
    static RouterDefinition read(ConfigNode tree, String definedIn) {
        return new DefinitionReader(tree, definedIn).definition();
    }

    /** @throws CatalogException if a router cannot be called that */
    static String checkedName(String name, String where) {
        if (!NAME.matcher(name).matches()) {
            throw new CatalogException(where + ": 'id' must be " + NAME_EXPECTED + " but is '" + name + "'");
        }
        return name;
    }

    private RouterDefinition definition() {
        String name = checkedName(root.required("id", "the router's name"), at(root, "id"));
        Strategy strategy = root.oneOf("strategy", Strategy.class).orElse(Strategy.PRIORITY);
        if (root.node("targets").isEmpty()) {
            throw new CatalogException(root.where() + ": 'targets' is missing; expected a list such as"
                    + " [anthropic/claude-haiku-4-5, openai/gpt-5-mini]");
        }
        List<RouterTarget> targets = targets(root, "targets");
        if (targets.isEmpty()) {
            throw new CatalogException(at(root, "targets") + ": 'targets' must name at least one target but is empty");
        }
        Optional<String> stickyBy = root.text("stickyBy");
        if (stickyBy.isPresent() && strategy != Strategy.STICKY) {
            throw new CatalogException(at(root, "stickyBy") + ": 'stickyBy' is only for the strategy sticky, not for "
                    + ConfigSection.wordOf(strategy));
        }
        return new RouterDefinition(
                name,
                strategy,
                targets,
                root.node("constraints").map(DefinitionReader::constraints).orElse(Constraints.NONE),
                root.node("fallbacks").map(DefinitionReader::fallbacks).orElse(Fallbacks.DEFAULT),
                new Attempts(
                        whole(root, "maxTargets", 1, MOST_TARGETS),
                        whole(root, "maxRetries", 0, 100),
                        duration(root, "deadline")),
                root.node("hedge").map(this::hedging),
                root.node("cascade").map(this::cascade),
                root.node("verify").map(this::verification),
                root.node("stream").map(this::streams).orElse(Streams.DEFAULT),
                stickyBy,
                definedIn);
    }

    private static List<RouterTarget> targets(ConfigSection section, String key) {
        Optional<ConfigNode> node = section.node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        List<RouterTarget> targets = new ArrayList<>();
        if (node.get() instanceof Items list) {
            for (ConfigNode item : list.items()) {
                targets.add(target(section.name(key) + "[" + targets.size() + "]", item));
            }
        } else if (node.get() instanceof Scalar text) {
            for (String model : section.list(key)) {
                targets.add(target(
                        section.name(key) + "[" + targets.size() + "]",
                        new Scalar(text.where(), model, ConfigNode.Kind.TEXT)));
            }
        } else {
            throw section.wrong(key, node.get(), "a list of targets such as anthropic/claude-haiku-4-5");
        }
        if (targets.size() > MOST_TARGETS) {
            throw section.wrong(key, node.get(), "at most " + MOST_TARGETS + " targets", targets.size() + " targets");
        }
        Set<String> names = new HashSet<>();
        for (RouterTarget target : targets) {
            if (!names.add(target.name())) {
                throw new CatalogException(at(section, key) + ": '" + section.name(key) + "' holds two targets called '"
                        + target.name() + "'; give one a 'name'");
            }
        }
        return targets;
    }

    private static RouterTarget target(String path, ConfigNode node) {
        ConfigNode tree = node instanceof Scalar ? new Entries(node.where(), Map.of("model", node)) : node;
        ConfigSection section = new ConfigSection(path, tree, TARGET_KEYS);
        ModelRef model = model(section);
        if (model.isRouter()) {
            for (String key : PROVIDER_KEYS) {
                if (section.node(key).isPresent()) {
                    throw new CatalogException(at(section, key) + ": '" + section.name(key)
                            + "' is not for another router: its own targets say that");
                }
            }
        }
        Optional<String> baseUrl = section.text("baseUrl");
        if (baseUrl.filter(url -> !url.matches("https?://.+")).isPresent()) {
            throw section.wrong("baseUrl", tree, "a URL that begins with https:// or http://", "something else");
        }
        return new RouterTarget(
                section.text("name").orElse(model.toString()),
                model,
                decimal(section, "weight", "a number from 0 to 1000000", weight -> weight <= 1_000_000)
                        .map(BigDecimal::doubleValue)
                        .orElse(1.0),
                section.text("apiKey"),
                baseUrl,
                policy(section),
                maxPrice(section),
                optionalDouble(
                        decimal(section, "quality", "a number above 0 up to 1", least -> least > 0 && least <= 1)),
                section.text("when"),
                options(section));
    }

    private static ModelRef model(ConfigSection section) {
        String text = section.required("model", "provider/model, such as groq/openai/gpt-oss-20b");
        try {
            return ModelRef.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CatalogException(
                    at(section, "model") + ": '" + section.name("model") + "': " + e.getMessage(), e);
        }
    }

    private static PolicyOverride policy(ConfigSection section) {
        return new PolicyOverride(
                regions(section),
                section.oneOf("training", Training.class),
                whole(section, "retentionDays", 0, 100_000),
                section.oneOf("zeroRetention", ZeroRetention.class));
    }

    private static List<String> regions(ConfigSection section) {
        List<String> regions = section.list("regions");
        for (String region : regions) {
            if (!region.equals(region.toLowerCase(Locale.ROOT))) {
                throw section.wrong(
                        "regions",
                        section.node("regions").orElseThrow(),
                        "lower-case words such as eu",
                        "'" + region + "'");
            }
        }
        return regions;
    }

    private static MaxPrice maxPrice(ConfigSection section) {
        Optional<ConfigNode> node = section.node("maxPrice");
        if (node.isEmpty()) {
            return MaxPrice.NONE;
        }
        ConfigSection price = new ConfigSection(section.name("maxPrice"), node.get(), Set.of("input", "output"));
        return new MaxPrice(price(price, "input"), price(price, "output"));
    }

    private static Optional<BigDecimal> price(ConfigSection section, String key) {
        return decimal(section, key, "a price per million tokens, from 0", value -> true);
    }

    /** Values are not repeated in errors: a header or a member of the body may be a key. */
    private static Map<String, String> options(ConfigSection section) {
        Map<String, String> options = section.mapOfAny("options");
        for (String own : List.of("apiKey", "baseUrl")) {
            if (options.containsKey(own)) {
                throw new CatalogException(section.where("options", own) + ": '" + section.name("options") + "' holds "
                        + own + "; it stands beside 'options', not in it");
            }
        }
        return options;
    }

    private static Constraints constraints(ConfigNode node) {
        ConfigSection section = new ConfigSection("constraints", node, CONSTRAINT_KEYS);
        return new Constraints(
                patterns(section, "allow"),
                patterns(section, "deny"),
                new LinkedHashSet<>(regions(section)),
                section.flag("noTraining"),
                section.flag("zeroRetention"),
                whole(section, "maxRetentionDays", 0, 100_000),
                maxPrice(section),
                decimal(section, "maxCost", "an amount above 0", cost -> cost > 0),
                duration(section, "preferredMaxLatency"),
                optionalDouble(decimal(
                        section, "preferredMinThroughput", "tokens a second, above 0", throughput -> throughput > 0)),
                words(section, "require", EnumSet.allOf(Capability.class), Capability.class),
                section.node("allowUnknownModels").isEmpty() || section.flag("allowUnknownModels"));
    }

    private static List<String> patterns(ConfigSection section, String key) {
        List<String> patterns = section.list(key);
        for (String pattern : patterns) {
            if (!pattern.contains("/") && !pattern.contains("*")) {
                throw section.wrong(
                        key,
                        section.node(key).orElseThrow(),
                        "patterns of provider/model, such as anthropic/*",
                        "'" + pattern + "'");
            }
        }
        return patterns;
    }

    private static Fallbacks fallbacks(ConfigNode node) {
        ConfigSection section = new ConfigSection("fallbacks", node, Set.of("on", "contextWindow", "contentFilter"));
        Set<ErrorKind> on;
        if (section.node("on").isEmpty()) {
            on = Fallbacks.DEFAULT.on();
        } else if (section.list("on").equals(List.of("none"))) {
            on = Set.of();
        } else {
            if (section.list("on").contains("contextWindowExceeded")) {
                throw section.wrong(
                        "on",
                        node,
                        "without contextWindowExceeded: what comes then stands in 'fallbacks.contextWindow'",
                        "with it");
            }
            on = words(section, "on", FALLBACK_KINDS, ErrorKind.class);
        }
        return new Fallbacks(on, targets(section, "contextWindow"), targets(section, "contentFilter"));
    }

    private Hedging hedging(ConfigNode node) {
        ConfigNode tree = node instanceof Scalar ? new Entries(node.where(), Map.of("after", node)) : node;
        ConfigSection section = new ConfigSection("hedge", tree, Set.of("after", "maxExtra"));
        String after = section.required("after", "p95 or a duration such as 800ms");
        Optional<Duration> duration = Durations.parse(after);
        if (duration.isEmpty() && !after.equals("p95")) {
            throw section.wrong("after", node, "p95 or " + Durations.EXPECTED, "'" + after + "'");
        }
        return new Hedging(duration, whole(section, "maxExtra", 1, 10).orElse(1));
    }

    private Cascade cascade(ConfigNode node) {
        ConfigSection section = new ConfigSection("cascade", node, Set.of("accept", "confidence", "judge"));
        return new Cascade(
                section.text("accept"),
                section.node("confidence").map(DefinitionReader::confidence),
                section.node("judge").map(judge -> {
                    ConfigSection model = new ConfigSection("cascade.judge", judge, Set.of("model", "prompt"));
                    return new Cascade.Judge(oneTarget(model), model.text("prompt"));
                }));
    }

    private static Cascade.Confidence confidence(ConfigNode node) {
        ConfigSection section = new ConfigSection("cascade.confidence", node, Set.of("at", "least"));
        String pointer = section.required("at", "a JSON pointer such as /confidence");
        if (!pointer.startsWith("/")) {
            throw section.wrong("at", node, "a JSON pointer such as /confidence", "'" + pointer + "'");
        }
        BigDecimal least = decimal(section, "least", "a number from 0 to 1", value -> value <= 1)
                .orElseThrow(() -> new CatalogException(
                        section.where() + ": 'cascade.confidence.least' is missing; expected a number from 0 to 1"));
        return new Cascade.Confidence(pointer, least.doubleValue());
    }

    private Verification verification(ConfigNode node) {
        ConfigSection section = new ConfigSection("verify", node, Set.of("model", "to", "prompt"));
        RouterTarget verifier = oneTarget(section);
        String to = section.required("to", "the endpoint that gets corrections, such as direct:corrections");
        if (!to.matches("[A-Za-z][A-Za-z0-9+.-]*:.+")) {
            throw section.wrong("to", node, "an endpoint such as direct:corrections", "'" + to + "'");
        }
        return new Verification(verifier, to, section.text("prompt"));
    }

    private static RouterTarget oneTarget(ConfigSection section) {
        ConfigNode node = section.node("model")
                .orElseThrow(() -> new CatalogException(section.where() + ": '" + section.name("model")
                        + "' is missing; expected a target such as openai/gpt-5-mini"));
        return target(section.name("model"), node);
    }

    private Streams streams(ConfigNode node) {
        ConfigSection section = new ConfigSection("stream", node, Set.of("commitAfter", "onBreak"));
        Streams.OnBreak onBreak =
                section.oneOf("onBreak", Streams.OnBreak.class).orElse(Streams.DEFAULT.onBreak());
        Optional<ConfigNode> commit = section.node("commitAfter");
        if (commit.isEmpty()) {
            return new Streams(
                    Streams.DEFAULT.commitEvents(),
                    Streams.DEFAULT.commitBytes(),
                    Streams.DEFAULT.commitTime(),
                    onBreak);
        }
        ConfigSection bounds = new ConfigSection("stream.commitAfter", commit.get(), Set.of("events", "bytes", "time"));
        Streams streams = new Streams(
                whole(bounds, "events", 1, 10_000),
                whole(bounds, "bytes", 1, MOST_HELD_BYTES),
                duration(bounds, "time"),
                onBreak);
        if (streams.commitEvents().isEmpty()
                && streams.commitBytes().isEmpty()
                && streams.commitTime().isEmpty()) {
            throw new CatalogException(
                    bounds.where() + ": 'stream.commitAfter' must give events, bytes or time but gives none");
        }
        return streams;
    }

    private static OptionalInt whole(ConfigSection section, String key, int least, int most) {
        OptionalLong value = section.number(key, least, most);
        return value.isPresent() ? OptionalInt.of(Math.toIntExact(value.getAsLong())) : OptionalInt.empty();
    }

    private static Optional<BigDecimal> decimal(
            ConfigSection section, String key, String expected, Predicate<Double> fits) {
        Optional<ConfigNode> node = section.node(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> text = node.get() instanceof Scalar ? section.text(key) : Optional.empty();
        return Optional.of(text.filter(digits -> DECIMAL.matcher(digits).matches())
                .map(BigDecimal::new)
                .filter(value -> fits.test(value.doubleValue()))
                .orElseThrow(() -> section.wrong(key, node.get(), expected)));
    }

    private static OptionalDouble optionalDouble(Optional<BigDecimal> value) {
        return value.isPresent() ? OptionalDouble.of(value.get().doubleValue()) : OptionalDouble.empty();
    }

    private static Optional<Duration> duration(ConfigSection section, String key) {
        return section.text(key).map(text -> Durations.parse(text)
                .orElseThrow(() -> section.wrong(key, section.node(key).orElseThrow(), Durations.EXPECTED)));
    }

    private static <E extends Enum<E>> Set<E> words(ConfigSection section, String key, Set<E> known, Class<E> type) {
        Map<String, E> byWord = new LinkedHashMap<>();
        Arrays.stream(type.getEnumConstants())
                .filter(known::contains)
                .forEach(constant -> byWord.put(ConfigSection.wordOf(constant), constant));
        Set<E> found = EnumSet.noneOf(type);
        for (String word : section.list(key)) {
            E constant = byWord.get(word);
            if (constant == null) {
                throw section.wrong(
                        key,
                        section.node(key).orElseThrow(),
                        "a list of " + String.join(", ", byWord.keySet()),
                        "'" + word + "'" + Suggestions.didYouMean(word, byWord.keySet()));
            }
            found.add(constant);
        }
        return found;
    }

    private static String at(ConfigSection section, String key) {
        return section.node(key).map(ConfigNode::where).orElse(section.where());
    }
}
