package io.github.camelllm.router;

import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.call.TargetSnapshot.Circuit;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.DataPolicy;
import io.github.camelllm.catalog.Model;
import io.github.camelllm.catalog.Model.Modality;
import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.Price;
import io.github.camelllm.catalog.PriceBook;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.tokens.TokenCount;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Targets, requests and routers for tests of the choice. */
final class Specimens {
    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private Specimens() {}

    static RouterTarget target(String name) {
        return RouterTarget.of("acme/" + name);
    }

    static RouterTarget target(String name, double weight) {
        return target(name, weight, OptionalDouble.empty());
    }

    static RouterTarget target(String name, double weight, OptionalDouble quality) {
        RouterTarget plain = target(name);
        return new RouterTarget(
                plain.name(),
                plain.model(),
                weight,
                Optional.empty(),
                Optional.empty(),
                RouterTarget.PolicyOverride.NONE,
                RouterTarget.MaxPrice.NONE,
                quality,
                Optional.empty(),
                Map.of());
    }

    static RouterTarget maxPrice(RouterTarget target, String input, String output) {
        return new RouterTarget(
                target.name(),
                target.model(),
                target.weight(),
                target.apiKey(),
                target.baseUrl(),
                target.dataPolicy(),
                new RouterTarget.MaxPrice(Optional.of(new BigDecimal(input)), Optional.of(new BigDecimal(output))),
                target.quality(),
                target.when(),
                target.options());
    }

    static RouterTarget policy(RouterTarget target, RouterTarget.PolicyOverride override) {
        return new RouterTarget(
                target.name(),
                target.model(),
                target.weight(),
                target.apiKey(),
                target.baseUrl(),
                override,
                target.maxPrice(),
                target.quality(),
                target.when(),
                target.options());
    }

    static Candidate.Single candidate(String name) {
        return Candidate.Single.of(target(name));
    }

    static Candidate.Single candidate(String name, double weight) {
        return Candidate.Single.of(target(name, weight));
    }

    static List<String> names(List<Candidate.Single> candidates) {
        return candidates.stream()
                .map(candidate -> candidate.name().replace("acme/", ""))
                .toList();
    }

    /** A model that takes and can do these, in a window of so many tokens. */
    static Model model(long window, Set<Capability> able) {
        EnumSet<Modality> inputs = EnumSet.of(Modality.TEXT);
        for (Capability capability : able) {
            String name = capability.name();
            if (name.endsWith("_INPUT")) {
                inputs.add(Modality.valueOf(name.substring(0, name.length() - "_INPUT".length())));
            }
        }
        return new Model(
                "acme",
                "m",
                Optional.empty(),
                Optional.empty(),
                window > 0 ? OptionalLong.of(window) : OptionalLong.empty(),
                OptionalLong.empty(),
                inputs,
                able.contains(Capability.AUDIO_OUTPUT) ? Set.of(Modality.TEXT, Modality.AUDIO) : Set.of(Modality.TEXT),
                Optional.of(able.contains(Capability.TOOLS)),
                Optional.of(able.contains(Capability.STRUCTURED_OUTPUT)),
                Optional.of(able.contains(Capability.REASONING)),
                Optional.of(true),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static Model maxOutput(Model model, long tokens) {
        return new Model(
                model.provider(),
                model.id(),
                model.displayName(),
                model.family(),
                model.contextWindowTokens(),
                OptionalLong.of(tokens),
                model.inputs(),
                model.outputs(),
                model.tools(),
                model.structuredOutput(),
                model.reasoning(),
                model.streaming(),
                model.knowledgeCutoff(),
                model.released(),
                model.deprecatedOn(),
                model.openWeights(),
                model.note());
    }

    /** A candidate with prices per million tokens, and the real arithmetic of prices. */
    static Candidate.Single priced(Candidate.Single candidate, String input, String output, String cacheRead) {
        return priced(candidate, "USD", input, output, cacheRead);
    }

    static Candidate.Single priced(
            Candidate.Single candidate, String currency, String input, String output, String cacheRead) {
        String model = candidate.target().model().model();
        String table = String.format(
                Locale.ROOT,
                "provider,model,currency,input,output,cacheRead%nacme,%s,%s,%s,%s,%s%n",
                model,
                currency,
                input,
                output,
                cacheRead);
        Pricing pricing = new Pricing(
                ProviderCatalog.builtIn(),
                PriceBook.builtIn().with(ModelTable.ofCsv("prices of a test", new StringReader(table))));
        Optional<Price> price = pricing.price("acme", model, NOW);
        if (price.isEmpty()) {
            throw new IllegalStateException("no price in " + table);
        }
        return candidate.withPricing(price, usage -> cost(pricing, usage, model));
    }

    private static Optional<Cost> cost(Pricing pricing, Usage usage, String model) {
        return pricing.cost(usage, "acme", model, NOW);
    }

    static DataPolicy policy(
            DataPolicy.Training training, OptionalInt days, DataPolicy.ZeroRetention zeroRetention, String... regions) {
        return new DataPolicy(training, days, zeroRetention, List.of(regions), Optional.empty(), Optional.empty());
    }

    static SnapshotBuilder snapshot() {
        return new SnapshotBuilder();
    }

    static RequestFacts facts(long inputTokens) {
        return facts(inputTokens, false);
    }

    static RequestFacts facts(long inputTokens, boolean streaming) {
        return new RequestFacts(Set.of(), exactly(inputTokens), OptionalInt.empty(), 1, streaming, "0123456789abcdef");
    }

    static RequestFacts facts(long inputTokens, int maxOutputTokens) {
        return new RequestFacts(
                Set.of(), exactly(inputTokens), OptionalInt.of(maxOutputTokens), 1, false, "0123456789abcdef");
    }

    static RequestFacts needing(Capability... needs) {
        return new RequestFacts(Set.of(needs), exactly(10), OptionalInt.empty(), 1, false, "0123456789abcdef");
    }

    static TokenCount exactly(long tokens) {
        return new TokenCount(tokens, true, "o200k_base");
    }

    static RouterDefinition router(Strategy strategy, List<? extends Candidate> candidates) {
        return router(strategy, Constraints.NONE, candidates);
    }

    static RouterDefinition router(Strategy strategy, Constraints constraints, List<? extends Candidate> candidates) {
        return router(strategy, constraints, RouterDefinition.Fallbacks.DEFAULT, candidates);
    }

    static RouterDefinition router(
            Strategy strategy,
            Constraints constraints,
            RouterDefinition.Fallbacks fallbacks,
            List<? extends Candidate> candidates) {
        return new RouterDefinition(
                "support",
                strategy,
                candidates.stream().map(Candidate::target).toList(),
                constraints,
                fallbacks,
                RouterDefinition.Attempts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RouterDefinition.Streams.DEFAULT,
                Optional.empty(),
                "test");
    }

    static RouterChoice choose(Strategy strategy, List<? extends Candidate> candidates, RequestFacts facts, long seed) {
        return RouterChoice.choose(
                router(strategy, candidates), Candidates.of(candidates), facts, ChoiceInputs.of(seed, seed));
    }

    static RouterChoice choose(Constraints constraints, RequestFacts facts, Candidate... candidates) {
        List<Candidate> all = List.of(candidates);
        return RouterChoice.choose(
                router(Strategy.PRIORITY, constraints, all), Candidates.of(all), facts, ChoiceInputs.of(1, 0));
    }

    static ConstraintsBuilder constraints() {
        return new ConstraintsBuilder();
    }

    /** Collects what a snapshot says; everything else is as in one of a target that was never asked. */
    static final class SnapshotBuilder {
        private TargetSnapshot snapshot = TargetSnapshot.UNKNOWN;

        SnapshotBuilder circuit(Circuit circuit, Optional<Duration> reopensIn) {
            return change(old -> new TargetSnapshot(
                    circuit,
                    reopensIn,
                    old.underWay(),
                    old.calls(),
                    old.failures(),
                    old.latencyMillis(),
                    old.firstChunkMillis(),
                    old.outputTokensPerSecond(),
                    old.outputTokens(),
                    old.cacheReadShare(),
                    old.p95Latency(),
                    old.p95FirstChunk()));
        }

        SnapshotBuilder open(long millis) {
            return circuit(Circuit.OPEN, Optional.of(Duration.ofMillis(millis)));
        }

        SnapshotBuilder halfOpen() {
            return circuit(Circuit.HALF_OPEN, Optional.empty());
        }

        SnapshotBuilder underWay(int calls) {
            return change(old -> new TargetSnapshot(
                    old.circuit(),
                    old.reopensIn(),
                    calls,
                    old.calls(),
                    old.failures(),
                    old.latencyMillis(),
                    old.firstChunkMillis(),
                    old.outputTokensPerSecond(),
                    old.outputTokens(),
                    old.cacheReadShare(),
                    old.p95Latency(),
                    old.p95FirstChunk()));
        }

        /** @param firstChunk milliseconds, as latency */
        SnapshotBuilder latency(double latency, double firstChunk) {
            return change(old -> new TargetSnapshot(
                    old.circuit(),
                    old.reopensIn(),
                    old.underWay(),
                    old.calls(),
                    old.failures(),
                    OptionalDouble.of(latency),
                    OptionalDouble.of(firstChunk),
                    old.outputTokensPerSecond(),
                    old.outputTokens(),
                    old.cacheReadShare(),
                    old.p95Latency(),
                    old.p95FirstChunk()));
        }

        SnapshotBuilder tokens(OptionalDouble perSecond, OptionalDouble output, OptionalDouble cacheReadShare) {
            return change(old -> new TargetSnapshot(
                    old.circuit(),
                    old.reopensIn(),
                    old.underWay(),
                    old.calls(),
                    old.failures(),
                    old.latencyMillis(),
                    old.firstChunkMillis(),
                    perSecond,
                    output,
                    cacheReadShare,
                    old.p95Latency(),
                    old.p95FirstChunk()));
        }

        private SnapshotBuilder change(UnaryOperator<TargetSnapshot> change) {
            snapshot = change.apply(snapshot);
            return this;
        }

        TargetSnapshot build() {
            return snapshot;
        }
    }

    /** Collects constraints. */
    static final class ConstraintsBuilder {
        private List<String> allow = List.of();
        private List<String> deny = List.of();
        private Set<String> regions = Set.of();
        private boolean noTraining;
        private boolean zeroRetention;
        private OptionalInt maxRetentionDays = OptionalInt.empty();
        private RouterTarget.MaxPrice maxPrice = RouterTarget.MaxPrice.NONE;
        private Optional<BigDecimal> maxCost = Optional.empty();
        private Optional<Duration> preferredMaxLatency = Optional.empty();
        private OptionalDouble preferredMinThroughput = OptionalDouble.empty();
        private Set<Capability> require = Set.of();
        private boolean allowUnknownModels = true;

        ConstraintsBuilder allow(String... patterns) {
            allow = List.of(patterns);
            return this;
        }

        ConstraintsBuilder deny(String... patterns) {
            deny = List.of(patterns);
            return this;
        }

        ConstraintsBuilder regions(String... inside) {
            regions = Set.of(inside);
            return this;
        }

        ConstraintsBuilder noTraining() {
            noTraining = true;
            return this;
        }

        ConstraintsBuilder zeroRetention() {
            zeroRetention = true;
            return this;
        }

        ConstraintsBuilder maxRetentionDays(int days) {
            maxRetentionDays = OptionalInt.of(days);
            return this;
        }

        ConstraintsBuilder maxPrice(String input, String output) {
            maxPrice =
                    new RouterTarget.MaxPrice(Optional.of(new BigDecimal(input)), Optional.of(new BigDecimal(output)));
            return this;
        }

        ConstraintsBuilder maxCost(String amount) {
            maxCost = Optional.of(new BigDecimal(amount));
            return this;
        }

        ConstraintsBuilder preferredMaxLatency(Duration latency) {
            preferredMaxLatency = Optional.of(latency);
            return this;
        }

        ConstraintsBuilder preferredMinThroughput(double tokensPerSecond) {
            preferredMinThroughput = OptionalDouble.of(tokensPerSecond);
            return this;
        }

        ConstraintsBuilder require(Capability... capabilities) {
            require = Set.of(capabilities);
            return this;
        }

        ConstraintsBuilder knownModelsOnly() {
            allowUnknownModels = false;
            return this;
        }

        Constraints build() {
            return new Constraints(
                    allow,
                    deny,
                    regions,
                    noTraining,
                    zeroRetention,
                    maxRetentionDays,
                    maxPrice,
                    maxCost,
                    preferredMaxLatency,
                    preferredMinThroughput,
                    require,
                    allowUnknownModels);
        }
    }
}
