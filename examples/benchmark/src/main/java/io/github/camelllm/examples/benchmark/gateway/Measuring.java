package io.github.camelllm.examples.benchmark.gateway;

import io.github.camelllm.examples.benchmark.Rounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Lets contenders take turns, so that whatever else the machine does hits all of them alike. */
final class Measuring {
    /** How many times as long as it worked a server may take until it rests. */
    private static final int PATIENCE = 10;

    private static final Duration LOOK = Duration.ofMillis(200);
    /** A server that does nothing takes less than this of a second. */
    private static final double BUSY_SHARE = 0.05;
    /** Compiled is what changes by less from one turn to the next. */
    private static final double SETTLED = 0.05;

    private final Scale scale;
    private final Load load;

    Measuring(Scale scale, Load load) {
        this.scale = scale;
        this.load = load;
    }

    /**
     * What a turn found.
     *
     * @param servingMicros processor time of an answer, without what the ledger's way to its database takes
     * @param ledgerMicros processor time of that
     * @param compilerShare share of a core that the JIT compiler took meanwhile
     * @param perSecond answers
     * @param cpuToFirst processor time of an answer to that of who came first in the same round. What slows a machine down for a while
     *     slows both
     */
    record Turn(
            double servingMicros,
            double ledgerMicros,
            double compilerShare,
            double perSecond,
            double p50Millis,
            double p99Millis,
            double cpuToFirst) {
        double cpuMicros() {
            return servingMicros + ledgerMicros;
        }

        private Turn after(Turn first) {
            return new Turn(
                    servingMicros,
                    ledgerMicros,
                    compilerShare,
                    perSecond,
                    p50Millis,
                    p99Millis,
                    cpuMicros() / first.cpuMicros());
        }

        static Turn median(List<Turn> turns) {
            return new Turn(
                    median(turns, Turn::servingMicros),
                    median(turns, Turn::ledgerMicros),
                    median(turns, Turn::compilerShare),
                    median(turns, Turn::perSecond),
                    median(turns, Turn::p50Millis),
                    median(turns, Turn::p99Millis),
                    median(turns, Turn::cpuToFirst));
        }

        private static double median(List<Turn> turns, ToDoubleFunction<Turn> value) {
            return Rounds.median(turns.stream().mapToDouble(value).toArray());
        }
    }

    /** Goes on until a contender's costs settle, or for as many turns as there may be. */
    void warmUp(Contender contender, Way way, int turns) throws Exception {
        double before = Double.MAX_VALUE;
        for (int i = 0; i < turns; i++) {
            Turn turn = turn(contender, way, scale.connections());
            if (Math.abs(turn.servingMicros() - before) < SETTLED * before && turn.compilerShare() < BUSY_SHARE) {
                return;
            }
            before = turn.servingMicros();
        }
    }

    Map<Contender, Turn> rounds(List<Contender> contenders, Way way, int connections, int rounds) throws Exception {
        Map<Contender, List<Turn>> turns = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            Turn first = null;
            for (Contender contender : contenders) {
                Turn turn = turn(contender, way, connections);
                if (first == null) {
                    first = turn;
                }
                turns.computeIfAbsent(contender, its -> new ArrayList<>()).add(turn.after(first));
            }
        }
        Map<Contender, Turn> medians = new LinkedHashMap<>();
        turns.forEach((contender, all) -> medians.put(contender, Turn.median(all)));
        return medians;
    }

    Turn turn(Contender contender, Way way, int connections) throws Exception {
        ServerProcess server = contender.server();
        ServerProcess.Consumed begin = server.consumed();
        Load.Running running = load.start(contender.call(way), connections);
        Load.Answers settling = running.during(scale.settle());
        ServerProcess.Consumed from = server.consumed();
        Load.Answers answers = running.during(scale.turn());
        ServerProcess.Consumed spent = server.consumed().since(from);
        running.stop();
        double booked = awaitQuiet(server).since(begin).ledger();
        return new Turn(
                spent.serving() / answers.answers(),
                booked / (settling.answers() + answers.answers()),
                spent.compiler() / 1e6 / answers.seconds(),
                answers.perSecond(),
                answers.millisAt(50),
                answers.millisAt(99),
                1);
    }

    /**
     * How long an answer takes longer than without a server between.
     *
     * @param p50Millis the difference of the medians
     * @param p99Millis the difference of what 99 % stay within
     */
    record Added(double p50Millis, double p99Millis) {}

    /** Compares with the upstream itself in each round, at one connection. */
    Map<Contender, Added> added(List<Contender> contenders, Call direct) throws Exception {
        Map<Contender, List<Added>> rounds = new LinkedHashMap<>();
        for (int round = 0; round < scale.sideRounds(); round++) {
            Load.Answers without = alone(direct);
            for (Contender contender : contenders) {
                Load.Answers with = alone(contender.call(direct.way()));
                rounds.computeIfAbsent(contender, first -> new ArrayList<>())
                        .add(new Added(
                                with.millisAt(50) - without.millisAt(50), with.millisAt(99) - without.millisAt(99)));
                awaitQuiet(contender.server());
            }
        }
        Map<Contender, Added> medians = new LinkedHashMap<>();
        rounds.forEach((contender, all) -> medians.put(
                contender,
                new Added(
                        Rounds.median(all.stream().mapToDouble(Added::p50Millis).toArray()),
                        Rounds.median(all.stream().mapToDouble(Added::p99Millis).toArray()))));
        return medians;
    }

    private Load.Answers alone(Call call) throws Exception {
        Load.Running running = load.start(call, 1);
        running.during(scale.settle());
        Load.Answers answers = running.during(scale.turn());
        running.stop();
        return answers;
    }

    /**
     * Answers a second where the upstream takes very long, from how long each took. The clients begin one after the other, as nobody
     * waits for the others' answers. One turn, as it takes four times as long.
     */
    double slowPerSecond(Contender contender) throws Exception {
        Load.Running running = load.start(contender.call(Way.SLOW), scale.slowConnections(), scale.slow());
        // The first answers have waited for their connections
        running.pass(scale.slow().multipliedBy(2));
        Load.Answers answers = running.during(scale.slow().plus(scale.settle()));
        running.stop();
        awaitQuiet(contender.server());
        return scale.slowConnections() / (answers.micros().getMean() / 1e6);
    }

    /**
     * Many slow streams at once.
     *
     * @param cpuMicros processor time of a piece
     * @param residentMegabytes while all are open
     */
    record Streams(double cpuMicros, double residentMegabytes) {}

    Streams streams(Contender contender) throws Exception {
        ServerProcess server = contender.server();
        Load.Running running = load.start(contender.call(Way.DRIP), scale.streams());
        running.pass(scale.settle().multipliedBy(2));
        ServerProcess.Consumed from = server.consumed();
        long began = System.nanoTime();
        running.pass(scale.streamTurn());
        ServerProcess.Consumed spent = server.consumed().since(from);
        double seconds = (System.nanoTime() - began) / 1e9;
        double resident = server.residentMegabytes();
        running.cut();
        awaitQuiet(server);
        double pieces = scale.streams() * seconds * 1000 / Way.DRIP_MILLIS;
        return new Streams((spent.serving() + spent.ledger()) / pieces, resident);
    }

    /** What a ledger has still to book must not fall into the turn of another. */
    private ServerProcess.Consumed awaitQuiet(ServerProcess server) throws Exception {
        ServerProcess.Consumed before = server.consumed();
        long end = System.nanoTime() + PATIENCE * scale.turn().toNanos();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            ServerProcess.Consumed now = server.consumed();
            ServerProcess.Consumed spent = now.since(before);
            boolean quiet =
                    spent.serving() + spent.ledger() < BUSY_SHARE * TimeUnit.MILLISECONDS.toMicros(LOOK.toMillis());
            if (quiet || System.nanoTime() - end > 0) {
                return now;
            }
            before = now;
        }
    }
}
