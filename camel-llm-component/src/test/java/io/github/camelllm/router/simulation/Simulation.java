package io.github.camelllm.router.simulation;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.PriceBook;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.router.Candidate;
import io.github.camelllm.router.Candidates;
import io.github.camelllm.router.ChoiceInputs;
import io.github.camelllm.router.Constraints;
import io.github.camelllm.router.RequestFacts;
import io.github.camelllm.router.RouterChoice;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterTarget;
import io.github.camelllm.router.Strategy;
import io.github.camelllm.tokens.TokenCount;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One policy against three scripted providers, in virtual time. Routers are the real {@link RouterChoice}: they choose for
 * each request from the health that earlier calls left, and ask the next target after a failure.
 */
final class Simulation {
    static final String SWIFT = "swift";
    static final String STEADY = "steady";
    static final String GRAND = "grand";

    private static final String PRICES = """
            provider,model,input,output,cacheRead
            sim,swift,0.5,2,0.05
            sim,steady,1,4,0.1
            sim,grand,3,15,0.3
            """;
    private static final Pricing PRICING = new Pricing(
            ProviderCatalog.builtIn(),
            PriceBook.builtIn().with(ModelTable.ofCsv("prices of the simulation", new StringReader(PRICES))));

    /** Where a conditional router lets long requests go past the first target. */
    private static final int LONG_TOKENS = 2000;

    private final Policy policy;
    private final VirtualTime time = new VirtualTime();
    private final List<Target> targets = List.of(
            new Target(SWIFT, 0.7, new ScriptedProvider.Speed(400, 0.02, 6, 60)),
            new Target(STEADY, 0.8, new ScriptedProvider.Speed(600, 0.03, 9, 100)),
            new Target(GRAND, 0.9, new ScriptedProvider.Speed(900, 0.04, 14, 140)));
    private final RouterDefinition definition;
    private final List<Result> results = new ArrayList<>();

    /**
     * How one request ended.
     *
     * @param micros until it did
     * @param attempts calls made for it
     * @param answeredBy empty if nobody did
     * @param cost of all answers
     */
    record Result(Workload.Request request, long micros, int attempts, String answeredBy, BigDecimal cost) {
        boolean succeeded() {
            return !answeredBy.isEmpty();
        }
    }

    private Simulation(Policy policy) {
        this.policy = policy;
        this.definition = definition(
                policy, targets.stream().map(target -> target.definition).toList());
    }

    private static RouterDefinition definition(Policy policy, List<RouterTarget> targets) {
        Constraints constraints = new Constraints(
                List.of(),
                List.of(),
                Set.of(),
                false,
                false,
                OptionalInt.empty(),
                RouterTarget.MaxPrice.NONE,
                Optional.empty(),
                policy.preferredMaxLatency(),
                OptionalDouble.empty(),
                Set.of(),
                true);
        return new RouterDefinition(
                "simulated",
                policy.strategy().orElse(Strategy.PRIORITY),
                targets,
                constraints,
                RouterDefinition.Fallbacks.DEFAULT,
                RouterDefinition.Attempts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RouterDefinition.Streams.DEFAULT,
                Optional.empty(),
                "simulation");
    }

    /** All requests, in the order in which they ended. */
    static List<Result> run(Policy policy, List<Workload.Request> requests) {
        Simulation simulation = new Simulation(policy);
        for (Workload.Request request : requests) {
            simulation.time.at(request.micros(), () -> simulation.arrive(request));
        }
        simulation.time.run();
        return List.copyOf(simulation.results);
    }

    /** A provider as the policy sees it. */
    private final class Target {
        final RouterTarget definition;
        final ScriptedProvider provider;
        final Health health;

        Target(String name, double quality, ScriptedProvider.Speed speed) {
            RouterTarget plain = RouterTarget.of("sim/" + name);
            definition = new RouterTarget(
                    plain.name(),
                    plain.model(),
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    RouterTarget.PolicyOverride.NONE,
                    RouterTarget.MaxPrice.NONE,
                    OptionalDouble.of(quality),
                    Optional.empty(),
                    Map.of());
            provider = new ScriptedProvider(name, speed, name.equals(SWIFT), time);
            health = new Health(name, time);
        }

        Optional<Cost> cost(Usage usage) {
            return PRICING.cost(usage, "sim", provider.name(), time.instant());
        }

        Candidate.Single candidate(Workload.Request request) {
            boolean holds =
                    policy.strategy().filter(Strategy.CONDITIONAL::equals).isEmpty()
                            || !provider.name().equals(SWIFT)
                            || request.inputTokens() < LONG_TOKENS;
            return Candidate.Single.of(definition)
                    .withPricing(PRICING.price("sim", provider.name(), time.instant()), this::cost)
                    .withSnapshot(health.snapshot())
                    .withWhen(holds);
        }
    }

    private void arrive(Workload.Request request) {
        if (policy.isBlind()) {
            List<Target> order = blindOrder(request);
            new Task(request).blind(policy.failover() ? order : order.subList(0, 1));
            return;
        }
        List<Candidate> candidates = new ArrayList<>();
        targets.forEach(target -> candidates.add(target.candidate(request)));
        RequestFacts facts = new RequestFacts(
                Set.of(),
                new TokenCount(request.inputTokens(), true, "simulated"),
                OptionalInt.empty(),
                1,
                false,
                request.conversation());
        long seed = new SplittableRandom(request.number()).nextLong();
        new Task(request)
                .routed(RouterChoice.choose(
                        definition, Candidates.of(candidates), facts, ChoiceInputs.of(seed, request.number())));
    }

    private List<Target> blindOrder(Workload.Request request) {
        List<Target> order = new ArrayList<>(targets);
        switch (policy.order()) {
            case AS_LISTED -> {}
            case IN_TURN -> Collections.rotate(order, -(request.number() % order.size()));
            case AT_RANDOM ->
                Collections.rotate(order, (int) (new SplittableRandom(request.number()).nextDouble() * order.size()));
        }
        return order;
    }

    private Target of(Candidate.Single candidate) {
        return targets.stream()
                .filter(target -> target.definition == candidate.target())
                .findFirst()
                .orElseThrow();
    }

    /** One request on its way. */
    private final class Task {
        private final Workload.Request request;
        private int attempts;

        Task(Workload.Request request) {
            this.request = request;
        }

        void blind(List<Target> order) {
            if (order.isEmpty()) {
                end("", BigDecimal.ZERO);
            } else {
                call(order.get(0), kind -> blind(order.subList(1, order.size())));
            }
        }

        void routed(RouterChoice choice) {
            if (choice.ranked().isEmpty()) {
                end("", BigDecimal.ZERO);
                return;
            }
            Candidate.Single best = choice.ranked().get(0);
            Target target = of(best);
            if (target.health.tryAcquire()) {
                call(target, kind -> routed(choice.after(kind, best)));
            } else {
                routed(choice.after(ErrorKind.UNAVAILABLE, best));
            }
        }

        private void call(Target target, Consumer<ErrorKind> failed) {
            attempts++;
            long start = time.micros();
            target.health.started();
            target.provider.send(request, new ScriptedProvider.Caller() {
                @Override
                public void answered(Usage usage) {
                    target.health.succeeded((time.micros() - start) / 1000.0, usage);
                    end(
                            target.provider.name(),
                            target.cost(usage).orElseThrow().total().amount());
                }

                @Override
                public void failed(ErrorKind kind, Optional<Duration> retryAfter) {
                    target.health.failed((time.micros() - start) / 1000.0, kind, retryAfter);
                    failed.accept(kind);
                }
            });
        }

        private void end(String answeredBy, BigDecimal cost) {
            results.add(new Result(request, time.micros() - request.micros(), attempts, answeredBy, cost));
        }
    }
}
