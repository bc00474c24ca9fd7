package io.github.camelllm.examples.benchmark;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;

/** More concurrent calls than one HTTP/2 connection may carry, each held by the upstream for a while. */
final class Http2Calls {
    private static final int MAX_SECONDS = 60;
    private static final int WARM_UPS = 4;
    private static final int BURSTS = 3;

    private Http2Calls() {}

    static Results run(Upstream.Ports upstream, Settings settings) throws Exception {
        int calls = settings.http2Streams();
        System.out.printf(
                "%n%d calls at once over HTTP/2, each held for %d ms, %d streams allowed on a connection%n",
                calls, Upstream.HOLD_MILLIS, Upstream.STREAMS_PER_CONNECTION);
        Results results = new Results();
        try (Routes routes = new Routes(upstream.http2Url("/held"), "HTTP_2", piece -> {})) {
            AsyncProducer chat = routes.producer("chat");
            for (int i = 0; i < WARM_UPS; i++) {
                // Fits one connection, so the first burst finds one and needs more.
                burst(routes, chat, Math.min(calls, Upstream.STREAMS_PER_CONNECTION / 2));
            }
            Set<String> connections = new HashSet<>();
            for (int burst = 1; burst <= BURSTS; burst++) {
                long start = System.nanoTime();
                connections.addAll(burst(routes, chat, calls));
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                System.out.printf("burst %d: %d ms, %d connections so far%n", burst, millis, connections.size());
                results.put("http2.millis", millis);
            }
            results.put("http2.connections", connections.size());
            chat.stop();
        }
        return results;
    }

    /** Answers name the connection that they came on. */
    private static Set<String> burst(Routes routes, AsyncProducer chat, int calls) throws Exception {
        List<CompletableFuture<Exchange>> answers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            answers.add(routes.ask(chat));
        }
        Set<String> connections = new HashSet<>();
        for (CompletableFuture<Exchange> answer : answers) {
            connections.add(
                    answer.get(MAX_SECONDS, TimeUnit.SECONDS).getMessage().getBody(String.class));
        }
        return connections;
    }
}
