package io.github.camelllm.router;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.DataPolicy.Training;
import io.github.camelllm.catalog.DataPolicy.ZeroRetention;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.RouterDefinition.Attempts;
import io.github.camelllm.router.RouterDefinition.Fallbacks;
import io.github.camelllm.router.RouterDefinition.Streams;
import io.github.camelllm.router.RouterTarget.MaxPrice;
import io.github.camelllm.router.RouterTarget.PolicyOverride;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the routing members of a request to OpenRouter: {@code model}, {@code models}, {@code provider}. A model becomes a
 * target for each provider that sells it; one that is known nowhere else is asked through OpenRouter, with the same
 * {@code provider} object.
 *
 * @see <a href="https://openrouter.ai/docs/features/provider-routing">OpenRouter: provider routing</a>
 */
final class OpenRouterImport {
    private static final int MOST_MODELS = 20;
    private static final int MOST_HOSTS = 50;
    private static final Set<String> ROUTING_SUFFIXES = Set.of("nitro", "floor", "exacto");
    /** Variants that are models of their own, with their own price or size. */
    private static final Set<String> VARIANTS = Set.of("free", "batch", "thinking", "extended");

    private static final Set<String> SORTS = Set.of("price", "throughput", "latency", "exacto");
    private static final String NOT_READ = "this is no matter of routing here";
    private static final String GATEWAY = "openrouter";

    private final String name;
    private final String definedIn;
    private final RouterImport.Settings settings;
    private final List<RouterImport.Note> notes = new ArrayList<>();
    private final List<RouterDefinition> routers = new ArrayList<>();

    /** The {@code provider} object as it is; for what is asked through OpenRouter. */
    private Optional<ConfigNode> passedOn = Optional.empty();

    private Hosts hosts = Hosts.ANY;
    private Constraints constraints = Constraints.NONE;
    private boolean noTraining;
    private boolean zeroRetention;
    private Optional<Strategy> sort = Optional.empty();
    private boolean acrossModels;

    private OpenRouterImport(String name, String definedIn, RouterImport.Settings settings) {
        this.name = name;
        this.definedIn = definedIn;
        this.settings = settings;
    }

    /** @throws CatalogException if the tree is not of OpenRouter's shape */
    static RouterImport read(String name, ConfigNode tree, String definedIn, RouterImport.Settings settings) {
        return new OpenRouterImport(name, definedIn, settings).read(tree);
    }

    /** Who may serve, in OpenRouter's slugs; empty lists say nothing. */
    private record Hosts(List<String> order, List<String> only, List<String> ignore, boolean fallbacks) {
        static final Hosts ANY = new Hosts(List.of(), List.of(), List.of(), true);

        boolean allows(String host) {
            return (only.isEmpty() || only.contains(host)) && !ignore.contains(host);
        }
    }

    /** The targets of one model, best first. */
    private record Group(List<RouterTarget> targets, Strategy strategy) {}

    private RouterImport read(ConfigNode tree) {
        ForeignMap root = ForeignMap.of("", tree, notes);
        Map<String, String> models = models(root);
        root.map("provider").ifPresent(this::readProvider);
        if (root.text("route").filter(route -> !route.equals("fallback")).isPresent()) {
            root.noteTaken("route", "OpenRouter knows only fallback there", "the models are asked in order");
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (String key : root.keys()) {
            if (ForeignParameters.known(key)) {
                root.take(key).ifPresent(value -> ForeignParameters.put(options, key, value));
            }
        }
        root.noteRest(NOT_READ, "it is left out; put it into the request or into options of the endpoint");
        List<Group> groups = new ArrayList<>();
        models.forEach((path, model) -> groups.add(group(path, model, options)));
        routers.add(0, router(groups));
        return new RouterImport(routers, notes);
    }

    /** Ids by their paths, in order. */
    private Map<String, String> models(ForeignMap root) {
        Map<String, String> models = new LinkedHashMap<>();
        root.text("model").ifPresent(model -> models.put("model", model));
        List<String> list = root.texts("models");
        for (int i = 0; i < list.size(); i++) {
            String path = "models[" + i + "]";
            if (models.containsValue(list.get(i))) {
                continue;
            }
            models.put(path, list.get(i));
        }
        if (models.isEmpty()) {
            throw new CatalogException(
                    root.where() + ": 'model' or 'models' must name a model such as openai/gpt-5-mini");
        }
        if (models.size() > MOST_MODELS) {
            throw new CatalogException(root.where() + ": 'models' must name at most " + MOST_MODELS
                    + " models but names " + models.size());
        }
        return models;
    }

    private void readProvider(ForeignMap provider) {
        passedOn = Optional.of(provider.node());
        noTraining = provider.text("data_collection")
                .map(policy -> {
                    if (!policy.equals("deny") && !policy.equals("allow")) {
                        throw new CatalogException(provider.where() + ": '" + provider.path("data_collection")
                                + "' must be allow or deny");
                    }
                    return policy.equals("deny");
                })
                .orElse(false);
        zeroRetention = provider.flag("zdr", false);
        if (settings.viaOpenRouter()) {
            // All of it reaches OpenRouter, which does what it says.
            return;
        }
        hosts = new Hosts(
                hosts(provider, "order"),
                hosts(provider, "only"),
                hosts(provider, "ignore"),
                provider.flag("allow_fallbacks", true));
        readSort(provider);
        constraints = new Constraints(
                List.of(),
                List.of(),
                Set.of(),
                noTraining,
                zeroRetention,
                OptionalInt.empty(),
                provider.map("max_price").map(this::maxPrice).orElse(MaxPrice.NONE),
                Optional.empty(),
                preferred(provider, "preferred_max_latency")
                        .map(seconds -> Duration.ofMillis(
                                seconds.movePointRight(3).max(BigDecimal.ONE).longValue())),
                preferred(provider, "preferred_min_throughput")
                        .map(tokens -> OptionalDouble.of(tokens.doubleValue()))
                        .orElse(OptionalDouble.empty()),
                Set.of(),
                true);
        if (provider.flag("require_parameters", false)) {
            provider.noteTaken(
                    "require_parameters",
                    "a router always requires what changes the answer (tools, a schema, images, reasoning), but not"
                            + " parameters that only tune it",
                    "those are dropped with a warning, unless the endpoint's option unsupported is error");
        }
        String onlyThere = "it holds only for models that are asked through OpenRouter";
        provider.note("quantizations", "providers do not say how their models are quantised", onlyThere);
        provider.note("enforce_distillable_text", "the catalogue does not know which models allow that", onlyThere);
        provider.noteRest("a router has no such setting", onlyThere);
    }

    private static List<String> hosts(ForeignMap provider, String key) {
        List<String> hosts = provider.texts(key);
        if (hosts.size() > MOST_HOSTS) {
            throw new CatalogException(provider.where() + ": '" + provider.path(key) + "' must name at most "
                    + MOST_HOSTS + " providers but names " + hosts.size());
        }
        return hosts;
    }

    private void readSort(ForeignMap provider) {
        Optional<ConfigNode> node = provider.take("sort");
        if (node.isEmpty()) {
            return;
        }
        String by;
        if (node.get() instanceof Entries) {
            ForeignMap map = ForeignMap.of(provider.path("sort"), node.get(), notes);
            by = map.text("by").orElse("");
            acrossModels = map.text("partition").filter("none"::equals).isPresent();
            map.noteRest("sort has no such setting", "it is left out");
        } else {
            by = ForeignMap.text(provider.path("sort"), node.get());
        }
        if (!SORTS.contains(by)) {
            throw new CatalogException(node.get().where() + ": '" + provider.path("sort")
                    + "' must be one of price, throughput, latency, exacto");
        }
        sort = strategy(by);
        if (sort.isEmpty()) {
            provider.noteTaken(
                    "sort",
                    "nothing is known of how well a provider calls tools",
                    "targets stay in the order of the configuration");
        }
    }

    private static Optional<Strategy> strategy(String sort) {
        switch (sort) {
            case "price":
            case "floor":
                return Optional.of(Strategy.CHEAPEST);
            case "throughput":
            case "latency":
            case "nitro":
                return Optional.of(Strategy.FASTEST);
            default:
                return Optional.empty();
        }
    }

    private MaxPrice maxPrice(ForeignMap prices) {
        MaxPrice bound = new MaxPrice(prices.number("prompt"), prices.number("completion"));
        prices.noteRest(
                "a router bounds prices of input and output tokens only",
                "it holds only for models that are asked through OpenRouter");
        return bound;
    }

    /** A number, or the lowest percentile of a map of them. */
    private Optional<BigDecimal> preferred(ForeignMap provider, String key) {
        Optional<ConfigNode> node = provider.take(key);
        if (node.isEmpty() || node.get() instanceof Scalar) {
            return provider.number(key).filter(value -> value.signum() > 0);
        }
        ForeignMap percentiles = ForeignMap.of(provider.path(key), node.get(), notes);
        Optional<BigDecimal> lowest = Optional.empty();
        for (String percentile : List.of("p50", "p75", "p90", "p99")) {
            Optional<BigDecimal> value = percentiles.number(percentile);
            lowest = lowest.isPresent() ? lowest : value.filter(number -> number.signum() > 0);
        }
        provider.noteTaken(
                key,
                "a router compares the moving average, not percentiles",
                lowest.isPresent() ? "the lowest percentile given is the bound" : "it is left out");
        percentiles.noteRest("OpenRouter knows p50, p75, p90 and p99", "it is left out");
        return lowest;
    }

    private Group group(String path, String id, Map<String, String> options) {
        String ending = id.substring(id.lastIndexOf(':') + 1);
        boolean routing = ROUTING_SUFFIXES.contains(ending);
        // Other colons are part of a name, as in llama3.2:3b.
        boolean suffixed = id.contains(":") && (routing || VARIANTS.contains(ending) || ending.equals("online"));
        String suffix = suffixed ? ending : "";
        String plain = suffixed ? id.substring(0, id.lastIndexOf(':')) : id;
        if (settings.viaOpenRouter()) {
            return new Group(List.of(throughOpenRouter(id, options)), Strategy.PRIORITY);
        }
        Optional<ModelRef> ours = inOurWords(path, id);
        if (ours.isPresent()) {
            Map<String, String> its = ours.get().isRouter() ? Map.of() : options;
            return new Group(List.of(target(ours.get(), its, PolicyOverride.NONE)), Strategy.PRIORITY);
        }
        if (suffix.equals("online")) {
            notes.add(new RouterImport.Note(
                    path, "the suffix :online", "a router adds no web search", "the model is asked without"));
        } else if (!suffix.isEmpty() && !routing) {
            notes.add(new RouterImport.Note(
                    path,
                    "the suffix :" + suffix,
                    "only OpenRouter sells this variant",
                    "the model is asked through OpenRouter"));
            return new Group(List.of(throughOpenRouter(id, options)), Strategy.PRIORITY);
        }
        Optional<Strategy> own = !suffix.isEmpty() && routing ? strategy(suffix) : sort;
        if (suffix.equals("exacto")) {
            notes.add(new RouterImport.Note(
                    path,
                    "the suffix :exacto",
                    "nothing is known of how well a provider calls tools",
                    "targets stay in the order of the configuration"));
        }
        List<RouterTarget> targets = targets(path, plain, options);
        if (targets.isEmpty()) {
            targets = List.of(throughOpenRouter(suffix.equals("online") ? plain : id, options));
        }
        boolean ordered = !hosts.order().isEmpty();
        Strategy strategy = ordered ? Strategy.PRIORITY : own.orElse(Strategy.PRIORITY);
        if (targets.size() > 1 && own.isEmpty() && !ordered) {
            strategy = Strategy.CHEAPEST;
            notes.add(new RouterImport.Note(
                    path,
                    "several providers",
                    "OpenRouter picks at random with weights of 1/price²",
                    "the cheapest for the request is asked first"));
        }
        return new Group(targets, strategy);
    }

    /** Targets at providers of ours; empty if only OpenRouter will do. */
    private List<RouterTarget> targets(String path, String id, Map<String, String> options) {
        ModelRef reference = reference(path, id);
        String author = reference.provider();
        Optional<String> maker = ProviderNames.OPENROUTER_AUTHORS.provider(author);
        if (author.equals(GATEWAY) || author.startsWith("@") || author.startsWith("~")) {
            return List.of();
        }
        Map<String, ModelRef> found = new LinkedHashMap<>();
        Set<String> candidates = new LinkedHashSet<>();
        hosts.order().forEach(candidates::add);
        if (hosts.fallbacks() || hosts.order().isEmpty()) {
            maker.ifPresent(provider -> candidates.add(hostOf(provider)));
            candidates.addAll(hosts.only());
        }
        for (String candidate : candidates) {
            String host = candidate.split("/", 2)[0];
            if (!hosts.allows(candidate) || hosts.ignore().contains(host)) {
                continue;
            }
            Optional<String> provider = ProviderNames.OPENROUTER_HOSTS.provider(host);
            String foreign = provider.equals(maker) ? reference.model() : id;
            Optional<String> model = provider.flatMap(there -> ProviderNames.modelAt(there, foreign));
            if (model.isPresent()) {
                found.putIfAbsent(provider.get(), new ModelRef(provider.get(), model.get()));
            } else if (hosts.order().contains(candidate)) {
                notes.add(new RouterImport.Note(
                        path,
                        "provider.order[" + hosts.order().indexOf(candidate) + "]",
                        provider.isEmpty()
                                ? "it is no provider here"
                                : "the catalogue lists no such model at " + provider.get(),
                        "it is not asked there"));
            }
        }
        if (found.isEmpty()) {
            notes.add(new RouterImport.Note(
                    path,
                    "a model",
                    maker.isEmpty()
                            ? "its author is no provider here"
                            : "the catalogue lists no such model at " + maker.get() + " that may serve it",
                    "it is asked through OpenRouter"));
            return List.of();
        }
        // Without an order, the one that OpenRouter would ask first is the maker.
        boolean onlyFirst = !hosts.fallbacks() && hosts.order().isEmpty();
        return found.values().stream()
                .limit(onlyFirst ? 1 : found.size())
                .map(model -> target(model, options, PolicyOverride.NONE))
                .toList();
    }

    /** A model named as we do, by a provider of ours that is no author at OpenRouter, or a router. */
    private Optional<ModelRef> inOurWords(String path, String id) {
        ModelRef reference = reference(path, id);
        if (reference.provider().equals(GATEWAY)) {
            // openrouter/auto is theirs, openrouter/author/model is ours.
            return Optional.of(reference).filter(ours -> ours.model().contains("/"));
        }
        boolean author =
                ProviderNames.OPENROUTER_AUTHORS.provider(reference.provider()).isPresent();
        boolean ours = ProviderCatalog.builtIn().find(reference.provider()).isPresent();
        return Optional.of(reference).filter(named -> named.isRouter() || ours && !author);
    }

    private ModelRef reference(String path, String id) {
        try {
            return ModelRef.parse(id);
        } catch (IllegalArgumentException e) {
            // Without what came: no text of theirs is shown.
            throw new CatalogException(definedIn + ": '" + path + "' must be author/model, such as openai/gpt-5-mini");
        }
    }

    private static String hostOf(String provider) {
        return ProviderNames.OPENROUTER_HOSTS.names().stream()
                .filter(host -> ProviderNames.OPENROUTER_HOSTS.provider(host).equals(Optional.of(provider)))
                .findFirst()
                .orElse(provider);
    }

    /** With OpenRouter's promise to route only where the {@code provider} object allows. */
    private RouterTarget throughOpenRouter(String id, Map<String, String> options) {
        Map<String, String> all = new LinkedHashMap<>(options);
        passedOn.ifPresent(provider -> all.put("extra.provider", ForeignParameters.json(provider)));
        return target(
                new ModelRef(GATEWAY, id),
                all,
                new PolicyOverride(
                        List.of(),
                        noTraining ? Optional.of(Training.NO) : Optional.empty(),
                        OptionalInt.empty(),
                        zeroRetention ? Optional.of(ZeroRetention.DEFAULT) : Optional.empty()));
    }

    private static RouterTarget target(ModelRef model, Map<String, String> options, PolicyOverride policy) {
        return new RouterTarget(
                model.toString(),
                model,
                1,
                Optional.empty(),
                Optional.empty(),
                policy,
                MaxPrice.NONE,
                OptionalDouble.empty(),
                Optional.empty(),
                options);
    }

    private RouterDefinition router(List<Group> groups) {
        if (groups.size() == 1) {
            return router(name, groups.get(0).strategy(), groups.get(0).targets());
        }
        Map<String, RouterTarget> targets = new LinkedHashMap<>();
        if (acrossModels && sort.isPresent()) {
            groups.forEach(group -> group.targets().forEach(target -> targets.putIfAbsent(target.name(), target)));
            return router(name, sort.get(), List.copyOf(targets.values()));
        }
        int number = 1;
        for (Group group : groups) {
            if (group.targets().size() == 1) {
                targets.putIfAbsent(
                        group.targets().get(0).name(), group.targets().get(0));
            } else {
                RouterDefinition nested = router(name + "-" + number, group.strategy(), group.targets());
                routers.add(nested);
                RouterTarget target = RouterTarget.of(ModelRef.ROUTER + "/" + nested.name());
                targets.put(target.name(), target);
            }
            number++;
        }
        return router(name, Strategy.PRIORITY, List.copyOf(targets.values()));
    }

    private RouterDefinition router(String routerName, Strategy strategy, List<RouterTarget> targets) {
        // OpenRouter goes on after a moderation too.
        Set<ErrorKind> on = EnumSet.copyOf(Fallbacks.DEFAULT.on());
        on.add(ErrorKind.CONTENT_FILTERED);
        return new RouterDefinition(
                routerName,
                strategy,
                targets,
                constraints,
                new Fallbacks(on, List.of(), List.of()),
                Attempts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Streams.DEFAULT,
                Optional.empty(),
                definedIn);
    }
}
