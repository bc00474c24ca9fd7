package io.github.camelllm.router;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.RouterDefinition.Attempts;
import io.github.camelllm.router.RouterDefinition.Fallbacks;
import io.github.camelllm.router.RouterDefinition.Streams;
import io.github.camelllm.router.RouterTarget.MaxPrice;
import io.github.camelllm.router.RouterTarget.PolicyOverride;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a configuration of Portkey's gateway. A target with targets of its own becomes a router of its own; what only
 * Portkey can resolve, such as a virtual key, is asked through Portkey.
 *
 * @see <a href="https://portkey.ai/docs/api-reference/config-object">Portkey: config object</a>
 */
final class PortkeyImport {
    private static final int MOST_TARGETS = 500;
    private static final int MOST_RETRIES = 5;
    private static final String GATEWAY = "portkey";
    private static final String LEFT_OUT = "it is left out";
    /** What a configuration can have that a router has not: key, why, what happens. */
    private static final Map<String, List<String>> ELSEWHERE = Map.of(
            "cache", List.of("a router keeps no answers", "every request is asked"),
            "input_guardrails", List.of("a router checks no prompts", LEFT_OUT),
            "output_guardrails", List.of("a router checks no answers; a cascade can", LEFT_OUT),
            "before_request_hooks", List.of("a router checks no prompts", LEFT_OUT),
            "after_request_hooks", List.of("a router checks no answers; a cascade can", LEFT_OUT),
            "default_input_guardrails", List.of("a router checks no prompts", LEFT_OUT),
            "default_output_guardrails", List.of("a router checks no answers; a cascade can", LEFT_OUT),
            "forward_headers",
                    List.of("headers of an exchange are not sent on", "use the endpoint's options header.NAME"),
            "cb_config",
                    List.of(
                            "every target has a circuit breaker with settings of the component",
                            "those settings hold"));

    private final String definedIn;
    private final RouterImport.Settings settings;
    private final List<RouterImport.Note> notes = new ArrayList<>();
    private final List<RouterDefinition> routers = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private int targetCount;

    private PortkeyImport(String definedIn, RouterImport.Settings settings) {
        this.definedIn = definedIn;
        this.settings = settings;
    }

    /** @throws CatalogException if the tree is not of Portkey's shape */
    static RouterImport read(String name, ConfigNode tree, String definedIn, RouterImport.Settings settings) {
        PortkeyImport reader = new PortkeyImport(definedIn, settings);
        reader.names.add(name);
        reader.router(name, ForeignMap.of("", tree, reader.notes), Inherited.NOTHING, 1);
        return new RouterImport(reader.routers, reader.notes);
    }

    /** What holds for the targets below, too. */
    private record Inherited(
            Map<String, ConfigNode> parameters,
            OptionalInt retries,
            Optional<BigDecimal> timeoutMillis,
            Optional<String> customHost) {
        static final Inherited NOTHING =
                new Inherited(Map.of(), OptionalInt.empty(), Optional.empty(), Optional.empty());
    }

    /** A target of theirs, as one of ours. */
    private record Read(RouterTarget target, Optional<String> theirName) {}

    private void router(String name, ForeignMap map, Inherited above, int depth) {
        if (depth > RouterDefinitions.MOST_DEPTH) {
            throw new CatalogException(map.where() + ": '" + map.path("targets") + "' is nested deeper than "
                    + RouterDefinitions.MOST_DEPTH);
        }
        int place = routers.size();
        Optional<ForeignMap> strategy = map.map("strategy");
        Optional<String> mode = strategy.flatMap(inner -> inner.text("mode"));
        List<ConfigNode> theirs = map.list("targets");
        if (theirs.isEmpty()) {
            if (mode.filter(word -> !word.equals("single")).isPresent()) {
                throw new CatalogException(map.where() + ": '" + map.path("targets") + "' must be a list with targets");
            }
            strategy.ifPresent(PortkeyImport::noteStrategy);
            Inherited own = inherited(map, above);
            RouterTarget target = leaf(map, own);
            routers.add(place, definition(name, Strategy.PRIORITY, List.of(target), none(), retrying(own)));
            return;
        }
        Inherited own = inherited(map, above);
        List<Read> targets = new ArrayList<>();
        for (int i = 0; i < theirs.size(); i++) {
            if (++targetCount > MOST_TARGETS) {
                throw new CatalogException(
                        map.where() + ": a configuration must have at most " + MOST_TARGETS + " targets");
            }
            String path = map.path("targets") + "[" + i + "]";
            targets.add(read(name, i, ForeignMap.of(path, theirs.get(i), notes), own, depth));
        }
        RouterDefinition made =
                switch (mode.orElse("single")) {
                    case "fallback" -> fallback(name, strategy.orElseThrow(), targets, own);
                    case "loadbalance" -> loadBalance(name, strategy.orElseThrow(), targets, own);
                    case "conditional" -> conditional(name, strategy.orElseThrow(), targets, own);
                    case "single" -> {
                        if (targets.size() > 1) {
                            map.noteTaken(
                                    "targets", "the strategy single asks the first only", "the others are left out");
                        }
                        yield definition(
                                name, Strategy.PRIORITY, List.of(targets.get(0).target()), none(), retrying(own));
                    }
                    default ->
                        throw new CatalogException(map.where() + ": '" + map.path("strategy.mode")
                                + "' must be one of single, fallback, loadbalance, conditional");
                };
        strategy.ifPresent(PortkeyImport::noteStrategy);
        noteRest(map);
        routers.add(place, made);
    }

    private static void noteStrategy(ForeignMap strategy) {
        strategy.noteRest("a router has no such setting of its strategy", LEFT_OUT);
    }

    private static void noteRest(ForeignMap map) {
        for (String key : map.keys()) {
            List<String> words = ELSEWHERE.get(key);
            if (words != null) {
                map.note(key, words.get(0), words.get(1));
            }
        }
        map.noteRest("a router has no such setting", LEFT_OUT);
    }

    private Inherited inherited(ForeignMap map, Inherited above) {
        Map<String, ConfigNode> parameters = new LinkedHashMap<>(above.parameters());
        parameters.putAll(map.members("override_params"));
        return new Inherited(
                parameters,
                map.map("retry").map(this::retries).orElse(above.retries()),
                map.number("request_timeout").or(above::timeoutMillis),
                map.text("custom_host").or(above::customHost));
    }

    private OptionalInt retries(ForeignMap retry) {
        Optional<BigDecimal> attempts = retry.number("attempts");
        retry.note(
                "on_status_codes",
                "what is repeated is decided by the kind of failure",
                "rate limits, timeouts and unavailable providers are");
        retry.take("use_retry_after_header").ifPresent(value -> {
            if (value instanceof Scalar scalar && scalar.value().equals("false")) {
                retry.noteTaken(
                        "use_retry_after_header",
                        "a wait that a provider asks for is always kept",
                        "it is waited for, up to the deadline");
            }
        });
        retry.noteRest("a router has no such setting of its repetitions", LEFT_OUT);
        return attempts.isPresent()
                ? OptionalInt.of(
                        attempts.get().min(BigDecimal.valueOf(MOST_RETRIES)).intValue())
                : OptionalInt.empty();
    }

    private static Attempts retrying(Inherited own) {
        return new Attempts(OptionalInt.empty(), own.retries(), Optional.empty());
    }

    private static Attempts onlyOne(Inherited own) {
        return new Attempts(OptionalInt.of(1), own.retries(), Optional.empty());
    }

    private static Fallbacks none() {
        return new Fallbacks(Set.of(), List.of(), List.of());
    }

    /** One target; one with targets or repetitions of its own as a router. */
    private Read read(String router, int index, ForeignMap map, Inherited above, int depth) {
        Optional<String> theirName = map.text("name");
        double weight = map.number("weight").map(BigDecimal::doubleValue).orElse(1.0);
        boolean nested = map.keys().contains("targets")
                || map.keys().contains("strategy")
                || map.keys().contains("retry");
        if (!nested) {
            Inherited own = inherited(map, above);
            return new Read(named(leaf(map, own), theirName, weight), theirName);
        }
        String name = routerName(router + "-"
                + theirName
                        .filter(word -> DefinitionReader.NAME.matcher(word).matches())
                        .orElse(String.valueOf(index + 1)));
        router(name, map, above, depth + 1);
        return new Read(named(RouterTarget.of(ModelRef.ROUTER + "/" + name), theirName, weight), theirName);
    }

    private String routerName(String wanted) {
        String base = wanted.length() > 120 ? wanted.substring(0, 120) : wanted;
        String name = base;
        for (int i = 2; !names.add(name); i++) {
            name = base + "." + i;
        }
        return name;
    }

    private static RouterTarget named(RouterTarget target, Optional<String> name, double weight) {
        return new RouterTarget(
                name.orElse(target.name()),
                target.model(),
                weight,
                target.apiKey(),
                target.baseUrl(),
                target.dataPolicy(),
                target.maxPrice(),
                target.quality(),
                target.when(),
                target.options());
    }

    private static RouterTarget when(RouterTarget target, String name, Optional<String> condition) {
        return new RouterTarget(
                name,
                target.model(),
                target.weight(),
                target.apiKey(),
                target.baseUrl(),
                target.dataPolicy(),
                target.maxPrice(),
                target.quality(),
                condition,
                target.options());
    }

    /** The targets with names that are unique among them. */
    private static List<RouterTarget> unique(List<RouterTarget> targets) {
        Map<String, Integer> seen = new HashMap<>();
        Set<String> given = new HashSet<>();
        List<RouterTarget> unique = new ArrayList<>();
        for (RouterTarget target : targets) {
            String name = target.name();
            while (!given.add(name)) {
                name = target.name() + "-" + (seen.merge(target.name(), 1, Integer::sum) + 1);
            }
            unique.add(when(target, name, target.when()));
        }
        return unique;
    }

    private RouterTarget leaf(ForeignMap map, Inherited own) {
        Optional<String> provider = map.text("provider");
        Optional<String> virtualKey = map.text("virtual_key");
        Optional<String> apiKey = map.text("api_key");
        Map<String, String> options = new LinkedHashMap<>();
        own.timeoutMillis()
                .filter(millis -> millis.signum() > 0)
                .ifPresent(millis ->
                        options.put("requestTimeout", millis.toBigInteger().toString()));
        own.parameters().forEach((key, value) -> {
            if (!key.equals("model")) {
                ForeignParameters.put(options, key, value);
                if (!ForeignParameters.known(key)) {
                    notes.add(new RouterImport.Note(
                            (map.path().isEmpty() ? "" : map.path() + ".") + "override_params." + key,
                            ForeignMap.kind(value),
                            "no option of the endpoint sets it",
                            "it goes into the request body as it is, which not every provider takes"));
                }
            }
        });
        Optional<String> deployment = map.text("azure_deployment_id");
        Optional<String> model = Optional.ofNullable(own.parameters().get("model"))
                .map(node -> ForeignMap.text(map.path("override_params.model"), node))
                .or(() -> deployment)
                .or(settings::model);
        if (model.isEmpty()) {
            throw new CatalogException(map.where() + ": '" + map.path("override_params.model")
                    + "' is missing; expected it, or the model that requests name");
        }
        map.text("azure_resource_name").ifPresent(resource -> options.put("var.resource", resource));
        map.text("openai_organization").ifPresent(value -> options.put("var.organization", value));
        map.text("openai_project").ifPresent(value -> options.put("var.project", value));
        map.text("anthropic_beta").ifPresent(value -> options.put("header.anthropic-beta", value));
        map.note("azure_api_version", "Azure's v1 API has no versions", LEFT_OUT);
        noteRest(map);
        Optional<String> ours = provider.flatMap(ProviderNames.PORTKEY::provider);
        String slug = model.get();
        if (virtualKey.isEmpty() && ours.isPresent() && !slug.startsWith("@")) {
            return target(new ModelRef(ours.get(), slug), apiKey, own.customHost(), options);
        }
        return throughPortkey(map, provider, virtualKey, apiKey, slug, own, options);
    }

    private RouterTarget throughPortkey(
            ForeignMap map,
            Optional<String> provider,
            Optional<String> virtualKey,
            Optional<String> apiKey,
            String model,
            Inherited own,
            Map<String, String> options) {
        String there = "it is asked through Portkey, as llm:portkey does";
        String slug = model;
        if (virtualKey.isPresent()) {
            map.noteTaken("virtual_key", "only Portkey knows what is behind a virtual key", there);
            options.put("header.x-portkey-virtual-key", virtualKey.get());
        } else if (model.startsWith("@")) {
            notes.add(new RouterImport.Note(
                    map.path("override_params.model"),
                    "a text",
                    "only Portkey knows what is behind a name with @",
                    there));
        } else if (provider.isEmpty()) {
            throw new CatalogException(map.where() + ": '" + map.path("provider")
                    + "' is missing; expected a provider, or a virtual_key, or a model such as @provider/model");
        } else if (provider.get().startsWith("@")) {
            map.noteTaken("provider", "only Portkey knows what is behind a name with @", there);
            slug = provider.get() + "/" + model;
        } else {
            map.noteTaken("provider", "it is no provider here", there);
            options.put("var.provider", provider.get());
        }
        apiKey.ifPresent(key -> options.put("header.Authorization", "Bearer " + key));
        own.customHost().ifPresent(host -> options.put("header.x-portkey-custom-host", host));
        return target(new ModelRef(GATEWAY, slug), Optional.empty(), Optional.empty(), options);
    }

    private static RouterTarget target(
            ModelRef model, Optional<String> apiKey, Optional<String> baseUrl, Map<String, String> options) {
        return new RouterTarget(
                model.toString(),
                model,
                1,
                apiKey,
                baseUrl,
                PolicyOverride.NONE,
                MaxPrice.NONE,
                OptionalDouble.empty(),
                Optional.empty(),
                options);
    }

    private RouterDefinition fallback(String name, ForeignMap strategy, List<Read> read, Inherited own) {
        List<RouterTarget> targets = unique(read.stream().map(Read::target).toList());
        List<ConfigNode> codes = strategy.list("on_status_codes");
        if (codes.isEmpty()) {
            strategy.noteTaken(
                    "on_status_codes",
                    "Portkey goes on after every status but 2xx",
                    "wrong keys and invalid requests end the request: they would fail, or hide a mistake, everywhere");
            Set<ErrorKind> all = EnumSet.copyOf(Fallbacks.DEFAULT.on());
            all.add(ErrorKind.CONTENT_FILTERED);
            return definition(
                    name, Strategy.PRIORITY, targets, new Fallbacks(all, List.of(), List.of()), retrying(own));
        }
        Set<ErrorKind> on = EnumSet.noneOf(ErrorKind.class);
        Set<Integer> never = new TreeSet<>();
        Set<Integer> unavailable = new TreeSet<>();
        for (int i = 0; i < codes.size(); i++) {
            int status = status(strategy.path("on_status_codes") + "[" + i + "]", codes.get(i));
            if (status == 429 || status == 402) {
                on.add(ErrorKind.RATE_LIMITED);
            } else if (status == 408 || status == 504) {
                on.add(ErrorKind.TIMEOUT);
            } else if (status == 446) {
                on.add(ErrorKind.CONTENT_FILTERED);
            } else if (status >= 500 || status == 409 || status == 425 || status == 498) {
                on.add(ErrorKind.UNAVAILABLE);
                unavailable.add(status);
            } else {
                never.add(status);
            }
        }
        if (!never.isEmpty()) {
            strategy.noteTaken(
                    "on_status_codes",
                    "holds " + never + ": wrong keys and invalid requests would fail, or hide a mistake, everywhere",
                    "they end the request");
        }
        if (!unavailable.isEmpty() && !unavailable.containsAll(Set.of(500, 502, 503))) {
            strategy.noteTaken(
                    "on_status_codes",
                    "holds " + unavailable + ", and a router knows only that a provider is unavailable",
                    "every failure of that kind leads to the next target");
        }
        return definition(name, Strategy.PRIORITY, targets, new Fallbacks(on, List.of(), List.of()), retrying(own));
    }

    private static int status(String path, ConfigNode node) {
        if (node instanceof Scalar scalar && scalar.value().matches("[1-5]\\d\\d")) {
            return Integer.parseInt(scalar.value());
        }
        throw ForeignMap.wrong(path, node, "an HTTP status");
    }

    private RouterDefinition loadBalance(String name, ForeignMap strategy, List<Read> read, Inherited own) {
        List<RouterTarget> targets = unique(read.stream().map(Read::target).toList());
        Optional<String> key = strategy.map("sticky").flatMap(this::stickyKey);
        RouterDefinition made =
                definition(name, key.isPresent() ? Strategy.STICKY : Strategy.WEIGHTED, targets, none(), onlyOne(own));
        return key.filter(expression -> !expression.isEmpty()).isEmpty() ? made : stuck(made, key.get());
    }

    /** The key in the simple language; empty text for the beginning of the conversation. Empty if it is off. */
    private Optional<String> stickyKey(ForeignMap sticky) {
        boolean enabled = sticky.flag("enabled", true);
        List<String> fields = sticky.texts("hash_fields");
        sticky.note("ttl", "the key alone decides, for as long as the targets are the same", LEFT_OUT);
        sticky.noteRest("a router has no such setting", LEFT_OUT);
        if (!enabled) {
            return Optional.empty();
        }
        List<String> keys = new ArrayList<>();
        for (String field : fields) {
            if (field.matches("metadata\\.[A-Za-z0-9_-]+")) {
                keys.add("${header." + field.substring("metadata.".length()) + "}");
            } else {
                sticky.noteTaken(
                        "hash_fields", "no header of an exchange holds one of these", "it is no part of the key");
            }
        }
        return Optional.of(String.join("|", keys));
    }

    private static RouterDefinition stuck(RouterDefinition made, String key) {
        return new RouterDefinition(
                made.name(),
                made.strategy(),
                made.targets(),
                made.constraints(),
                made.fallbacks(),
                made.attempts(),
                made.hedging(),
                made.cascade(),
                made.verification(),
                made.streams(),
                Optional.of(key),
                made.definedIn());
    }

    private RouterDefinition conditional(String name, ForeignMap strategy, List<Read> read, Inherited own) {
        Map<String, RouterTarget> byName = new LinkedHashMap<>();
        for (Read target : read) {
            target.theirName().ifPresent(theirs -> byName.putIfAbsent(theirs, target.target()));
        }
        List<RouterTarget> targets = new ArrayList<>();
        Set<String> used = new HashSet<>();
        List<ConfigNode> conditions = strategy.list("conditions");
        for (int i = 0; i < conditions.size(); i++) {
            String path = strategy.path("conditions") + "[" + i + "]";
            ForeignMap condition = ForeignMap.of(path, conditions.get(i), notes);
            String then = condition
                    .text("then")
                    .orElseThrow(() -> new CatalogException(
                            condition.where() + ": '" + path + ".then' is missing; expected the name of a target"));
            RouterTarget target = named(byName, then, condition.where(), path + ".then");
            used.add(then);
            ConfigNode query = condition
                    .take("query")
                    .orElseThrow(() -> new CatalogException(
                            condition.where() + ": '" + path + ".query' is missing; expected a map"));
            try {
                for (String expression : PortkeyCondition.expressions(path + ".query", query)) {
                    targets.add(when(target, then, Optional.of(expression).filter(text -> !text.isEmpty())));
                }
                noteParameters(path + ".query", query);
            } catch (PortkeyCondition.Unsayable e) {
                notes.add(e.note("the condition never holds"));
            }
            condition.noteRest("a condition has no such setting", LEFT_OUT);
        }
        strategy.text("default").ifPresent(last -> {
            used.add(last);
            targets.add(named(byName, last, strategy.where(), strategy.path("default")));
        });
        if (targets.isEmpty()) {
            throw new CatalogException(strategy.where() + ": '" + strategy.path("conditions")
                    + "' must have a condition that can be said in Camel's simple language, or a default beside it");
        }
        byName.keySet().stream()
                .filter(theirs -> !used.contains(theirs))
                .forEach(theirs -> notes.add(new RouterImport.Note(
                        strategy.path("conditions"),
                        "a list of " + conditions.size(),
                        "no condition leads to one of the targets",
                        "that target is left out")));
        return definition(name, Strategy.CONDITIONAL, unique(targets), none(), onlyOne(own));
    }

    private void noteParameters(String path, ConfigNode query) {
        if (query instanceof Entries map) {
            map.members().forEach((key, value) -> {
                if (key.startsWith("params.")) {
                    notes.add(new RouterImport.Note(
                            path + "." + key,
                            ForeignMap.kind(value),
                            "a router sees headers, not the request body",
                            "the header "
                                    + ForeignParameters.header(key.substring("params.".length()))
                                            .orElse("") + " is read, which must be set before"));
                } else if (value instanceof ConfigNode.Items list) {
                    for (int i = 0; i < list.items().size(); i++) {
                        noteParameters(
                                path + "." + key + "[" + i + "]", list.items().get(i));
                    }
                }
            });
        }
    }

    private static RouterTarget named(Map<String, RouterTarget> byName, String name, String where, String path) {
        RouterTarget target = byName.get(name);
        if (target == null) {
            throw new CatalogException(where + ": '" + path + "' names a target that is not there; expected one of "
                    + String.join(", ", byName.keySet()));
        }
        return target;
    }

    private RouterDefinition definition(
            String name, Strategy strategy, List<RouterTarget> targets, Fallbacks fallbacks, Attempts attempts) {
        return new RouterDefinition(
                name,
                strategy,
                targets,
                Constraints.NONE,
                fallbacks,
                attempts,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Streams.DEFAULT,
                Optional.empty(),
                definedIn);
    }
}
