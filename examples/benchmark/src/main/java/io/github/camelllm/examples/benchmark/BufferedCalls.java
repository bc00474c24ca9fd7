package io.github.camelllm.examples.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;

/** One question, one whole answer: the client below camel-llm, camel-llm, and other libraries. */
final class BufferedCalls {
    static final String RAW = "raw";
    static final String RAW_THREADS = "raw-threads";
    static final String NOTHING = "nothing";
    static final String LLM = "llm";
    static final String LLM_THREADS = "llm-threads";

    private BufferedCalls() {}

    static Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
        String baseUrl = upstream.http1Url("/json/v1");
        String url = baseUrl + "/chat/completions";
        try (RawClient raw = new RawClient();
                Routes routes = new Routes(baseUrl, "AUTO", piece -> {})) {
            AsyncProducer chat = routes.producer("chat");
            Endpoint chatRoute = routes.route("chat");
            Endpoint nothing = routes.route("nothing");
            List<Contender> contenders = new ArrayList<>();
            contenders.add(Contender.chained(RAW, "HttpClient 5 async + Jackson, chained", 1, () -> raw.chat(url)));
            contenders.add(Contender.chained(LLM, "llm:, chained", 1, () -> routes.ask(chat)));
            contenders.add(Contender.threads(
                    RAW_THREADS,
                    "HttpClient 5 async + Jackson, waiting threads",
                    1,
                    () -> requireText(raw.chat(url).get())));
            contenders.add(Contender.threads(
                    LLM_THREADS,
                    "llm:, waiting threads (ProducerTemplate)",
                    1,
                    () -> requireText(routes.ask(chatRoute, String.class))));
            contenders.add(Contender.threads(
                    NOTHING,
                    "a route that does nothing (ProducerTemplate)",
                    1,
                    () -> requireText(routes.ask(nothing, String.class))));
            for (Peers peers : ServiceLoader.load(Peers.class)) {
                for (Peers.Peer peer : peers.calls(routes.context(), baseUrl)) {
                    contenders.add(Contender.threads(
                            peer.name(),
                            peer.label(),
                            1,
                            () -> requireText(peer.call().ask())));
                }
            }
            Map<Contender, Rounds.Cost> costs = new Rounds(settings).run(contenders, settings.callers(), pin);
            chat.stop();
            if (routes.recorded() == 0) {
                throw new IllegalStateException("no call was recorded");
            }
            return results(costs);
        }
    }

    private static void requireText(String answer) {
        if (!answer.equals(Conversation.ANSWER)) {
            throw new IllegalStateException("another answer than the upstream's came");
        }
    }

    private static Results results(Map<Contender, Rounds.Cost> costs) {
        Results results = new Results();
        System.out.printf("%n%-50s %12s %12s %12s%n", "buffered call", "µs CPU", "bytes", "calls");
        costs.forEach((contender, cost) -> {
            System.out.printf(
                    "%-50s %12.1f %12.0f %12d%n", contender.label(), cost.cpuMicros(), cost.bytes(), cost.units());
            results.put("call." + contender.name() + ".cpuMicros", cost.cpuMicros());
            results.put("call." + contender.name() + ".bytes", cost.bytes());
        });
        return results;
    }
}
