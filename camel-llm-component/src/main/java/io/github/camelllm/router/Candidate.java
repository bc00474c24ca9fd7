package io.github.camelllm.router;

import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.DataPolicy;
import io.github.camelllm.catalog.Model;
import io.github.camelllm.catalog.Price;
import io.github.camelllm.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A target with all that is known of it when a request comes: what a choice is made from. */
public sealed interface Candidate {
    /** The target as its router defines it. */
    RouterTarget target();

    /** Whether the target's condition holds for the request; true if it has none. */
    boolean whenHolds();

    /**
     * A model at a provider.
     *
     * @param model empty if the catalogue does not know it
     * @param dataPolicy what holds for this account: the provider's statement with the target's overrides
     * @param price list price at the time of the request; empty if unknown
     * @param pricing what a usage costs, without side effects; empty if unknown
     * @param snapshot how the target has been doing
     * @param via the targets that led here through other routers, outermost first; empty for a target of the router itself.
     *     Their options hold for the call too
     */
    record Single(
            RouterTarget target,
            Optional<Model> model,
            DataPolicy dataPolicy,
            Optional<Price> price,
            Function<Usage, Optional<Cost>> pricing,
            TargetSnapshot snapshot,
            boolean whenHolds,
            List<RouterTarget> via)
            implements Candidate {
        public Single {
            via = List.copyOf(via);
        }

        /** A target of which nothing is known but that its condition holds. */
        public static Single of(RouterTarget target) {
            return new Single(
                    target,
                    Optional.empty(),
                    target.dataPolicy().over(DataPolicy.UNKNOWN),
                    Optional.empty(),
                    usage -> Optional.empty(),
                    TargetSnapshot.UNKNOWN,
                    true,
                    List.of());
        }

        public Single withModel(Model known) {
            return new Single(target, Optional.of(known), dataPolicy, price, pricing, snapshot, whenHolds, via);
        }

        public Single withDataPolicy(DataPolicy policy) {
            return new Single(target, model, policy, price, pricing, snapshot, whenHolds, via);
        }

        public Single withPricing(Optional<Price> listed, Function<Usage, Optional<Cost>> costs) {
            return new Single(target, model, dataPolicy, listed, costs, snapshot, whenHolds, via);
        }

        public Single withSnapshot(TargetSnapshot current) {
            return new Single(target, model, dataPolicy, price, pricing, current, whenHolds, via);
        }

        public Single withWhen(boolean holds) {
            return new Single(target, model, dataPolicy, price, pricing, snapshot, holds, via);
        }

        /** This candidate as the choice of another router that was reached through a target of this one. */
        Single reachedThrough(RouterTarget router) {
            List<RouterTarget> path = new ArrayList<>(via.size() + 1);
            path.add(router);
            path.addAll(via);
            return new Single(target, model, dataPolicy, price, pricing, snapshot, whenHolds, path);
        }

        /** The target's name, behind those of the routers that led to it, such as {@code router/fast > groq/gpt-oss-20b}. */
        public String name() {
            return via.isEmpty()
                    ? target.name()
                    : Stream.concat(via.stream(), Stream.of(target))
                            .map(RouterTarget::name)
                            .collect(Collectors.joining(" > "));
        }

        /** Whether calls to the other go to the same model, place and account. */
        boolean asksTheSameAs(Single other) {
            return target.model().equals(other.target.model())
                    && target.apiKey().equals(other.target.apiKey())
                    && target.baseUrl().equals(other.target.baseUrl());
        }

        @Override
        public String toString() {
            return "Single[" + name() + "]";
        }
    }

    /**
     * Another router. It stands in the order as one: for its best target, and with all calls under way to its targets. Its
     * own constraints and order hold inside it, and the constraints of the router that it is a target of hold as well. A
     * data policy of the target holds for the outer constraints only. Which failures lead on, and to where, is what the
     * outer router says.
     *
     * @param choice what the other router chose for the same request
     */
    record Group(RouterTarget target, RouterChoice choice, boolean whenHolds) implements Candidate {
        @Override
        public String toString() {
            return "Group[" + target.name() + "]";
        }
    }
}
