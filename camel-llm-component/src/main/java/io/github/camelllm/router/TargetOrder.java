package io.github.camelllm.router;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Puts the targets that a router's constraints leave into the order of its strategy. Made for one choice; not thread-safe. */
final class TargetOrder {
    /** Share of the requests that go to a target never measured, if there is one, so that it is. */
    static final double UNMEASURED_SHARE = 0.10;

    /** Share of the requests whose order does not look at measured speed, so that a target that has recovered is noticed. */
    static final double RECHECK_SHARE = 0.01;

    /** Share of the requests that would go to a target whose circuit is half open and do go there. */
    static final double PROBE_SHARE = 0.20;

    /** Turns are counted to this number: so far, double precision tells all positions of a turn apart. */
    private static final long MOST_TURNS = 1L << 40;

    private final Strategy strategy;
    private final Constraints constraints;
    private final RequestFacts facts;
    private final ChoiceInputs inputs;
    private final ExpectedCost costs;
    private final SplittableRandom random;
    private final boolean recheck;
    private final boolean measure;
    private final boolean probe;

    TargetOrder(RouterDefinition definition, RequestFacts facts, ChoiceInputs inputs, ExpectedCost costs) {
        this.strategy = definition.strategy();
        this.constraints = definition.constraints();
        this.facts = facts;
        this.inputs = inputs;
        this.costs = costs;
        this.random = new SplittableRandom(inputs.seed());
        double lot = random.nextDouble();
        this.recheck = lot < RECHECK_SHARE;
        this.measure = !recheck && lot < RECHECK_SHARE + UNMEASURED_SHARE;
        this.probe = random.nextDouble() < PROBE_SHARE || recheck;
    }

    /**
     * A target in the order: a model, or another router with what it leaves.
     *
     * @param target the target of this router
     * @param members at least one, best first
     */
    record Unit(RouterTarget target, List<Candidate.Single> members) {
        /** The member that is asked first and stands for the unit. */
        Candidate.Single lead() {
            return members.get(0);
        }

        int underWay() {
            int sum = 0;
            for (Candidate.Single member : members) {
                sum += member.snapshot().underWay();
            }
            return sum;
        }

        /**
         * Whether it is only coming back: nothing measured before tells how it is now. Another router does so as a whole, if
         * it has nothing else to offer.
         */
        boolean isHalfOpen() {
            return members.stream().allMatch(member -> ConstraintCheck.isHalfOpen(member.snapshot()));
        }

        /** A target of weight 0 is compared with its like only, where all are equal. */
        double weight() {
            return target.weight() > 0 ? target.weight() : 1;
        }
    }

    /** All of them, best first. */
    List<Unit> of(List<Unit> units) {
        List<Unit> regular = new ArrayList<>(units.size());
        List<Unit> reserve = new ArrayList<>(0);
        for (Unit unit : units) {
            (unit.target().weight() > 0 ? regular : reserve).add(unit);
        }
        List<Unit> order = new ArrayList<>(preferredFirst(byStrategy(regular)));
        order.addAll(preferredFirst(byStrategy(reserve)));
        return halfOpenLast(order);
    }

    private List<Unit> halfOpenLast(List<Unit> order) {
        List<Unit> sorted = new ArrayList<>(order.size());
        List<Unit> last = new ArrayList<>(0);
        for (int i = 0; i < order.size(); i++) {
            boolean halfOpen = order.get(i).isHalfOpen();
            (halfOpen && !(probe && i == 0) ? last : sorted).add(order.get(i));
        }
        sorted.addAll(last);
        return sorted;
    }

    /** Those not known to be slow before those that are, each in the order given. */
    private List<Unit> preferredFirst(List<Unit> order) {
        if (recheck
                || constraints.preferredMaxLatency().isEmpty()
                        && constraints.preferredMinThroughput().isEmpty()) {
            return order;
        }
        List<Unit> sorted = new ArrayList<>(order.size());
        List<Unit> slow = new ArrayList<>(0);
        for (Unit unit : order) {
            (isSlow(unit) ? slow : sorted).add(unit);
        }
        sorted.addAll(slow);
        return sorted;
    }

    private boolean isSlow(Unit unit) {
        OptionalDouble latency = latency(unit);
        OptionalDouble throughput = throughput(unit);
        return constraints.preferredMaxLatency().isPresent()
                        && latency.isPresent()
                        && latency.getAsDouble()
                                > constraints.preferredMaxLatency().get().toNanos() / 1e6
                || constraints.preferredMinThroughput().isPresent()
                        && throughput.isPresent()
                        && throughput.getAsDouble()
                                < constraints.preferredMinThroughput().getAsDouble();
    }

    private List<Unit> byStrategy(List<Unit> units) {
        if (units.size() < 2) {
            return units;
        }
        return switch (strategy) {
            case PRIORITY, CONDITIONAL -> units;
            case WEIGHTED -> shuffled(units);
            case ROUND_ROBIN -> inTurn(units);
            case LEAST_BUSY -> leastBusy(units);
            case FASTEST -> fastest(units);
            case CHEAPEST -> cheapest(units);
            case BEST_VALUE -> bestValue(units);
            case STICKY -> sticky(units);
        };
    }

    // Weighted draws: an exponential waiting time for each, the shortest first. StrictMath is the same on every
    // machine.

    private List<Unit> shuffled(List<Unit> units) {
        return sorted(units, unit -> waiting(random.nextDouble(), unit));
    }

    private static double waiting(double share, Unit unit) {
        return -StrictMath.log1p(-share) / unit.weight();
    }

    /**
     * A target's turns are spread evenly: in a time in which all take as many turns as their weights say, the j-th turn of a
     * target of weight w is at (j − ½) / w. Nothing is remembered but the number of turns taken, so that a target that
     * drops out leaves its turns to the others in proportion.
     */
    private List<Unit> inTurn(List<Unit> units) {
        double[] weights = units.stream().mapToDouble(Unit::weight).toArray();
        double sum = Arrays.stream(weights).sum();
        long turn = Math.floorMod(inputs.turn(), MOST_TURNS);
        // So early that certainly no more turns were taken, rounded as they are; the few until now are counted one by
        // one.
        double early = Math.max(0, (turn - units.size()) / sum);
        double[] next = new double[weights.length];
        long taken = 0;
        for (int i = 0; i < weights.length; i++) {
            double turns = Math.floor(early * weights[i] + 0.5);
            next[i] = turns + 0.5;
            taken += (long) turns;
        }
        for (; taken < turn; taken++) {
            next[earliest(next, weights)]++;
        }
        Map<Unit, Double> times = new IdentityHashMap<>();
        for (int i = 0; i < next.length; i++) {
            times.put(units.get(i), next[i] / weights[i]);
        }
        return sorted(units, unit -> Objects.requireNonNull(times.get(unit)));
    }

    private static int earliest(double[] next, double[] weights) {
        int first = 0;
        for (int i = 1; i < next.length; i++) {
            if (next[i] / weights[i] < next[first] / weights[first]) {
                first = i;
            }
        }
        return first;
    }

    private List<Unit> leastBusy(List<Unit> units) {
        // The sort is stable: those equally busy stay shuffled.
        return sorted(shuffled(units), unit -> unit.underWay() / unit.weight());
    }

    private List<Unit> fastest(List<Unit> units) {
        List<Unit> drawn = shuffled(units);
        if (recheck) {
            return drawn;
        }
        List<Unit> measured = new ArrayList<>(units.size());
        List<Unit> unmeasured = new ArrayList<>(0);
        for (Unit unit : drawn) {
            (latency(unit).isPresent() ? measured : unmeasured).add(unit);
        }
        if (measured.isEmpty()) {
            return drawn;
        }
        ToDoubleFunction<Unit> load = unit -> latency(unit).orElse(Double.POSITIVE_INFINITY) * (unit.underWay() + 1.0);
        List<Unit> order = sorted(measured, load);
        if (measured.size() > 2) {
            Unit one = measured.get(0);
            Unit two = measured.get(1);
            toFront(load.applyAsDouble(one) <= load.applyAsDouble(two) ? one : two, order);
        }
        order.addAll(unmeasured);
        if (measure && !unmeasured.isEmpty()) {
            toFront(unmeasured.get(0), order);
        }
        return order;
    }

    private static void toFront(Unit unit, List<Unit> order) {
        order.remove(unit);
        order.add(0, unit);
    }

    private List<Unit> cheapest(List<Unit> units) {
        Map<Unit, BigDecimal> known = comparableCosts(units);
        List<Unit> order = new ArrayList<>(units);
        order.sort(Comparator.comparing(known::get, Comparator.nullsLast(Comparator.<BigDecimal>naturalOrder())));
        return order;
    }

    /** Expected costs, where known, in the currency of the first that is: there is no rate of exchange here. */
    private Map<Unit, BigDecimal> comparableCosts(List<Unit> units) {
        Map<Unit, BigDecimal> known = new IdentityHashMap<>();
        String currency = "";
        for (Unit unit : units) {
            Optional<Money> cost = costs.at(unit.lead()).map(Cost::total);
            if (cost.isPresent()
                    && (currency.isEmpty() || currency.equals(cost.get().currency()))) {
                currency = cost.get().currency();
                known.put(unit, cost.get().amount());
            }
        }
        return known;
    }

    private List<Unit> bestValue(List<Unit> units) {
        if (recheck) {
            return shuffled(units);
        }
        double latency = mean(units, this::latency);
        double quality = mean(units, unit -> unit.target().quality());
        Map<Unit, BigDecimal> known = comparableCosts(units);
        // What is free has no product to compare: there it is latency and quality alone.
        ToDoubleFunction<Unit> delay =
                unit -> latency(unit).orElse(latency) / unit.target().quality().orElse(quality);
        List<Unit> order = sorted(sorted(units, delay), unit -> {
            BigDecimal cost = known.get(unit);
            return cost == null ? Double.POSITIVE_INFINITY : cost.doubleValue() * delay.applyAsDouble(unit);
        });
        if (measure) {
            shuffled(units).stream()
                    .filter(unit -> latency(unit).isEmpty())
                    .findFirst()
                    .ifPresent(unmeasured -> toFront(unmeasured, order));
        }
        return order;
    }

    /** Of the known values; 1 if there are none, where it makes no difference. */
    private static double mean(List<Unit> units, UnitValue value) {
        return units.stream()
                .flatMapToDouble(unit -> value.of(unit).stream())
                .average()
                .orElse(1);
    }

    /** A number that a unit may lack. */
    private interface UnitValue {
        OptionalDouble of(Unit unit);
    }

    /** Each target draws lots with the key; a target that comes or goes changes nobody else's. */
    private List<Unit> sticky(List<Unit> units) {
        String key = inputs.stickyKey().orElse(facts.conversation());
        return sorted(
                units,
                unit -> waiting(
                        new StableHash().add(key).add(unit.target().name()).share(), unit));
    }

    /** Milliseconds until the caller has something: the first piece of a stream, or the whole answer. Empty if unknown. */
    private OptionalDouble latency(Unit unit) {
        if (unit.isHalfOpen()) {
            return OptionalDouble.empty();
        }
        return facts.streaming()
                ? unit.lead().snapshot().firstChunkMillis()
                : unit.lead().snapshot().latencyMillis();
    }

    /** Output tokens a second. Empty if unknown. */
    private static OptionalDouble throughput(Unit unit) {
        return unit.isHalfOpen()
                ? OptionalDouble.empty()
                : unit.lead().snapshot().outputTokensPerSecond();
    }

    /** Ascending; equal ones keep their order. Each value is computed once, in the order given. */
    private static List<Unit> sorted(List<Unit> units, ToDoubleFunction<Unit> value) {
        record Valued(Unit unit, double value) {}
        List<Valued> valued = new ArrayList<>(units.size());
        for (Unit unit : units) {
            valued.add(new Valued(unit, value.applyAsDouble(unit)));
        }
        Collections.sort(valued, Comparator.comparingDouble(Valued::value));
        List<Unit> order = new ArrayList<>(units.size());
        for (Valued each : valued) {
            order.add(each.unit());
        }
        return order;
    }
}
