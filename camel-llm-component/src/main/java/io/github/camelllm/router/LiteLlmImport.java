package io.github.camelllm.router;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.RouterDefinition.Attempts;
import io.github.camelllm.router.RouterDefinition.Fallbacks;
import io.github.camelllm.router.RouterDefinition.Streams;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the configuration file of a LiteLLM proxy. A {@code model_name} becomes a router over its deployments; where it has
 * fallbacks, one that asks those deployments first and those of the fallbacks after them, which cannot go round.
 *
 * @see <a href="https://docs.litellm.ai/docs/routing">LiteLLM: router</a>
 */
final class LiteLlmImport {
    private static final int MOST_DEPLOYMENTS = 1000;
    /** LiteLLM's max_fallbacks. */
    private static final int MOST_FALLBACKS = 5;

    static final String LEFT_OUT = "it is left out";
    private static final String NO_SETTING = "a router has no such setting";

    private final String definedIn;
    private final List<RouterImport.Note> notes = new ArrayList<>();
    private final LiteLlmSettings global = new LiteLlmSettings(notes);
    private final LiteLlmTargets targetReader;
    private final Map<String, RouterDefinition> routers = new LinkedHashMap<>();
    private final Map<String, List<Deployment>> groups = new LinkedHashMap<>();
    /** Router names by model names. */
    private final Map<String, String> names = new LinkedHashMap<>();

    private LiteLlmImport(String definedIn, RouterImport.Settings settings) {
        this.definedIn = definedIn;
        this.targetReader = new LiteLlmTargets(settings, global, notes);
    }

    /** @throws CatalogException if the tree is not of LiteLLM's shape */
    static RouterImport read(ConfigNode tree, String definedIn, RouterImport.Settings settings) {
        return new LiteLlmImport(definedIn, settings).read(tree);
    }

    /** One entry of {@code model_list}. */
    private record Deployment(
            RouterTarget target,
            Optional<BigDecimal> weight,
            Optional<BigDecimal> rpm,
            Optional<BigDecimal> tpm,
            Optional<BigDecimal> order) {}

    private RouterImport read(ConfigNode tree) {
        ForeignMap root = ForeignMap.of("", tree, notes);
        Optional<ForeignMap> router = root.map("router_settings");
        Optional<ForeignMap> calls = root.map("litellm_settings");
        // What routers say comes before what holds for all calls.
        router.ifPresent(global::read);
        calls.ifPresent(global::read);
        List<ConfigNode> list = root.list("model_list");
        if (list.isEmpty()) {
            throw new CatalogException(root.where() + ": 'model_list' must be a list with deployments");
        }
        if (list.size() > MOST_DEPLOYMENTS) {
            throw new CatalogException(root.where() + ": 'model_list' must have at most " + MOST_DEPLOYMENTS
                    + " deployments but has " + list.size());
        }
        for (int i = 0; i < list.size(); i++) {
            readDeployment(ForeignMap.of("model_list[" + i + "]", list.get(i), notes));
        }
        names.forEach((model, name) -> {
            if (!groups.containsKey(model)) {
                notes.add(new RouterImport.Note(
                        "model_list",
                        "a list of " + list.size(),
                        "nothing is left of one of its models",
                        "there is no router " + name));
            }
        });
        groups.forEach(this::build);
        router.ifPresent(this::readAliases);
        router.ifPresent(inner -> inner.noteRest(NO_SETTING, LEFT_OUT));
        calls.ifPresent(inner -> inner.noteRest("it is no matter of a router", LEFT_OUT));
        root.noteRest("it is no matter of a router", LEFT_OUT);
        if (routers.isEmpty()) {
            throw new CatalogException(
                    root.where() + ": 'model_list' must have a deployment at a provider that is known here");
        }
        return new RouterImport(List.copyOf(routers.values()), notes);
    }

    private void readDeployment(ForeignMap map) {
        String model = map.text("model_name")
                .orElseThrow(() -> new CatalogException(
                        map.where() + ": '" + map.path("model_name") + "' is missing; expected a name"));
        ForeignMap parameters = map.map("litellm_params")
                .orElseThrow(() -> new CatalogException(map.where() + ": '" + map.path("litellm_params")
                        + "' is missing; expected a map with 'model'"));
        Optional<ForeignMap> info = map.map("model_info");
        if (model.contains("*")) {
            map.noteTaken(
                    "model_name", "a router has one name", "use llm:provider/model for models that are not listed");
            return;
        }
        names.computeIfAbsent(model, name -> routerName(map, name));
        Optional<LiteLlmTargets.Reference> reference = targetReader.reference(parameters);
        if (reference.isEmpty()) {
            parameters.noteTaken("model", "its provider is none here", "the deployment is left out");
            return;
        }
        Optional<BigDecimal> rpm = parameters.number("rpm").or(() -> map.number("rpm"));
        Optional<BigDecimal> tpm = parameters.number("tpm").or(() -> map.number("tpm"));
        for (ForeignMap holder : List.of(parameters, map)) {
            for (String limit : List.of("rpm", "tpm")) {
                if (holder.keys().contains(limit)) {
                    holder.noteTaken(
                            limit,
                            "a router does not keep to limits",
                            "it counts as a weight where targets are picked by weight; limits belong to the provider");
                }
            }
        }
        Deployment deployment = new Deployment(
                targetReader.target(parameters, info, reference.get()),
                parameters.number("weight"),
                rpm,
                tpm,
                parameters.number("order"));
        parameters.noteRest("neither a router nor an option of the endpoint sets it", LEFT_OUT);
        info.ifPresent(inner -> inner.noteRest("the catalogue describes models and prices", LEFT_OUT));
        map.noteRest("a deployment has no such setting", LEFT_OUT);
        groups.computeIfAbsent(model, name -> new ArrayList<>()).add(deployment);
    }

    private String routerName(ForeignMap map, String model) {
        String cleaned = model.replaceAll("[^A-Za-z0-9._:/@-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        String name = cleaned.length() > 110 ? cleaned.substring(0, 110) : cleaned;
        if (name.isEmpty()) {
            throw new CatalogException(
                    map.where() + ": '" + map.path("model_name") + "' must have a letter or a digit");
        }
        String free = name;
        for (int i = 2; names.containsValue(free); i++) {
            free = name + "-" + i;
        }
        if (!free.equals(model)) {
            map.noteTaken("model_name", "a router cannot be called that", "it is called " + free);
        }
        return free;
    }

    private void build(String model, List<Deployment> deployments) {
        String name = nameOf(model);
        List<RouterTarget> chain = chain(model);
        List<RouterTarget> larger = bases(global.contextWindow(), model, "context_window_fallbacks");
        List<RouterTarget> others = bases(global.contentPolicy(), model, "content_policy_fallbacks");
        Set<ErrorKind> on = EnumSet.copyOf(Fallbacks.DEFAULT.on());
        if (global.contentPolicy().isEmpty() && chain.size() > 1) {
            on.add(ErrorKind.CONTENT_FILTERED);
        }
        Fallbacks after = new Fallbacks(on, larger, others);
        if (chain.size() > 1) {
            if (deployments.size() > 1) {
                deploymentRouter(deploymentsName(model), deployments, Fallbacks.DEFAULT);
            }
            put(
                    name,
                    Strategy.PRIORITY,
                    chain,
                    after,
                    new Attempts(OptionalInt.empty(), global.retries(), Optional.empty()));
        } else {
            deploymentRouter(name, deployments, after);
        }
    }

    /** The name of the router over nothing but the deployments of a model. */
    private String deploymentsName(String model) {
        return hasFallbacks(model) ? nameOf(model) + "-deployments" : nameOf(model);
    }

    private String nameOf(String model) {
        return names.getOrDefault(model, model);
    }

    private boolean hasFallbacks(String model) {
        return chainOf(model).size() > 1;
    }

    /** A model and what is asked after it, without repetitions. */
    private Set<String> chainOf(String model) {
        Set<String> chain = new LinkedHashSet<>();
        follow(model, chain, 0);
        return chain;
    }

    private void follow(String model, Set<String> chain, int depth) {
        if (!groups.containsKey(model) || !chain.add(model) || depth >= MOST_FALLBACKS) {
            return;
        }
        global.fallbacksOf(model).forEach(other -> follow(other, chain, depth + 1));
    }

    private List<RouterTarget> chain(String model) {
        List<String> given = global.fallbacksOf(model);
        noteUnknown(given, model, "fallbacks");
        return unique(chainOf(model).stream().map(this::base).toList());
    }

    private List<RouterTarget> bases(Map<String, List<String>> lists, String model, String key) {
        List<String> given = lists.getOrDefault(model, lists.getOrDefault("*", List.of()));
        noteUnknown(given, model, key);
        return unique(given.stream()
                .filter(groups::containsKey)
                .filter(other -> !other.equals(model))
                .distinct()
                .map(this::base)
                .toList());
    }

    private void noteUnknown(List<String> given, String model, String key) {
        for (String other : given) {
            if (!groups.containsKey(other)) {
                notes.add(new RouterImport.Note(
                        key + "." + model,
                        "a text",
                        "it names no model of model_list that is asked here",
                        "it is left out"));
            }
        }
    }

    /** What stands for a model among the targets of another. */
    private RouterTarget base(String model) {
        List<Deployment> deployments = groups.getOrDefault(model, List.of());
        return deployments.size() == 1
                ? deployments.get(0).target()
                : RouterTarget.of(ModelRef.ROUTER + "/" + deploymentsName(model));
    }

    private void deploymentRouter(String name, List<Deployment> deployments, Fallbacks after) {
        TreeMap<BigDecimal, List<Deployment>> levels = new TreeMap<>();
        for (Deployment deployment : deployments) {
            // Those without an order come last.
            levels.computeIfAbsent(
                            deployment.order().orElse(BigDecimal.valueOf(Long.MAX_VALUE)), order -> new ArrayList<>())
                    .add(deployment);
        }
        if (levels.size() == 1) {
            put(
                    name,
                    deployments.size() == 1 ? Strategy.PRIORITY : global.strategy(),
                    weighted(deployments),
                    after,
                    attempts(deployments.size()));
            return;
        }
        List<RouterTarget> targets = new ArrayList<>();
        int number = 1;
        for (List<Deployment> level : levels.values()) {
            if (level.size() == 1) {
                targets.add(level.get(0).target());
            } else {
                String nested = name + "-order" + number;
                put(nested, global.strategy(), weighted(level), Fallbacks.DEFAULT, attempts(level.size()));
                targets.add(RouterTarget.of(ModelRef.ROUTER + "/" + nested));
            }
            number++;
        }
        put(
                name,
                Strategy.PRIORITY,
                unique(targets),
                after,
                new Attempts(OptionalInt.empty(), global.retries(), Optional.empty()));
    }

    /** LiteLLM repeats at another deployment if there is one. */
    private Attempts attempts(int deployments) {
        if (global.retries().isEmpty() || deployments == 1) {
            return new Attempts(OptionalInt.empty(), global.retries(), Optional.empty());
        }
        return new Attempts(OptionalInt.of(global.retries().getAsInt() + 1), OptionalInt.of(0), Optional.empty());
    }

    /** As LiteLLM's simple shuffle: by weight, else rpm, else tpm, whichever the first deployment has; absent counts as 0. */
    private List<RouterTarget> weighted(List<Deployment> deployments) {
        Deployment first = deployments.get(0);
        Optional<Function<Deployment, Optional<BigDecimal>>> by = Optional.empty();
        if (first.weight().isPresent()) {
            by = Optional.of(Deployment::weight);
        } else if (first.rpm().isPresent()) {
            by = Optional.of(Deployment::rpm);
        } else if (first.tpm().isPresent()) {
            by = Optional.of(Deployment::tpm);
        }
        List<RouterTarget> targets = new ArrayList<>();
        for (Deployment deployment : deployments) {
            double weight = global.strategy() == Strategy.WEIGHTED && by.isPresent()
                    ? by.get().apply(deployment).map(BigDecimal::doubleValue).orElse(0.0)
                    : 1;
            targets.add(renamed(deployment.target(), deployment.target().name(), weight));
        }
        boolean none = targets.stream().allMatch(target -> target.weight() == 0);
        return unique(none ? deployments.stream().map(Deployment::target).toList() : targets);
    }

    private static RouterTarget renamed(RouterTarget target, String name, double weight) {
        return new RouterTarget(
                name,
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

    private static List<RouterTarget> unique(List<RouterTarget> targets) {
        Set<String> given = new HashSet<>();
        List<RouterTarget> unique = new ArrayList<>();
        for (RouterTarget target : targets) {
            String name = target.name();
            for (int i = 2; !given.add(name); i++) {
                name = target.name() + "-" + i;
            }
            unique.add(renamed(target, name, target.weight()));
        }
        return unique;
    }

    private void readAliases(ForeignMap router) {
        router.members("model_group_alias").forEach((alias, value) -> {
            String path = router.path("model_group_alias." + alias);
            String model;
            if (value instanceof Entries) {
                ForeignMap map = ForeignMap.of(path, value, notes);
                model = map.text("model").orElse("");
                map.take("hidden");
                map.noteRest("an alias has no such setting", LEFT_OUT);
            } else {
                model = ForeignMap.text(path, value);
            }
            boolean named = DefinitionReader.NAME.matcher(alias).matches();
            if (!groups.containsKey(model) || !named || routers.containsKey(alias)) {
                notes.add(new RouterImport.Note(
                        path,
                        ForeignMap.kind(value),
                        named
                                ? "it names no model of model_list, or there is one of that name"
                                : "a router cannot be called that",
                        LEFT_OUT));
                return;
            }
            put(
                    alias,
                    Strategy.PRIORITY,
                    List.of(RouterTarget.of(ModelRef.ROUTER + "/" + nameOf(model))),
                    Fallbacks.DEFAULT,
                    Attempts.DEFAULT);
        });
    }

    private void put(String name, Strategy how, List<RouterTarget> targets, Fallbacks after, Attempts attempts) {
        if (routers.containsKey(name)) {
            throw new CatalogException(definedIn + ": two routers would be called '" + name + "'");
        }
        routers.put(
                name,
                new RouterDefinition(
                        name,
                        how,
                        targets,
                        Constraints.NONE,
                        after,
                        attempts,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Streams.DEFAULT,
                        Optional.empty(),
                        definedIn));
    }
}
