package io.github.camelllm.examples.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Endpoint;

/** Streamed answers as fast as the upstream sends them: what one piece costs, in long answers and in short ones. */
final class FastStreams {
    static final int LONG = 2000;
    static final int SHORT = 200;

    private FastStreams() {}

    static Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
        try (RawClient raw = new RawClient();
                Routes longAnswers = new Routes(upstream.http1Url("/sse/" + LONG), "AUTO", piece -> {});
                Routes shortAnswers = new Routes(upstream.http1Url("/sse/" + SHORT), "AUTO", piece -> {})) {
            List<Contender> contenders = new ArrayList<>();
            String url = upstream.http1Url("/sse/" + LONG + "/chat/completions");
            contenders.add(Contender.chained(
                    "raw", "HttpClient 5 async + streaming JSON, " + LONG + " pieces", LONG, () -> raw.stream(
                                    url, piece -> {})
                            .thenAccept(pieces -> requirePieces(LONG, pieces))));
            addRoutes(contenders, longAnswers, LONG, "");
            addRoutes(contenders, shortAnswers, SHORT, "-short");
            Map<Contender, Rounds.Cost> costs = new Rounds(settings).run(contenders, settings.streamCallers(), pin);
            return results(costs);
        }
    }

    private static void addRoutes(List<Contender> contenders, Routes routes, int pieces, String suffix) {
        Endpoint iterator = routes.route("iterator");
        Endpoint publisher = routes.route("publisher");
        contenders.add(Contender.threads(
                "iterator" + suffix,
                "llm: iterator, " + pieces + " pieces",
                pieces,
                () -> requirePieces(pieces, routes.ask(iterator, Integer.class))));
        contenders.add(Contender.threads(
                "publisher" + suffix,
                "llm: publisher, " + pieces + " pieces",
                pieces,
                () -> requirePieces(pieces, routes.ask(publisher, Pieces.class).get())));
    }

    private static void requirePieces(int expected, int came) {
        if (came != expected) {
            throw new IllegalStateException(came + " pieces came of " + expected);
        }
    }

    private static Results results(Map<Contender, Rounds.Cost> costs) {
        Results results = new Results();
        System.out.printf("%n%-50s %12s %12s %12s%n", "piece of a streamed answer", "µs CPU", "bytes", "pieces");
        costs.forEach((contender, cost) -> {
            System.out.printf(
                    "%-50s %12.2f %12.0f %12d%n", contender.label(), cost.cpuMicros(), cost.bytes(), cost.units());
            results.put("stream." + contender.name() + ".cpuMicros", cost.cpuMicros());
            results.put("stream." + contender.name() + ".bytes", cost.bytes());
        });
        return results;
    }
}
