package io.github.camelllm.routes.crash;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of several gateways that share their load and go to another one when theirs is gone. Each second question is for a
 * stream.
 */
final class GatewayClients {
    private static final int THREADS = 8;
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final int BUDGET_SPENT = 402;
    private static final int TOO_MANY = 429;

    private final HttpClient http;
    private final List<GatewayNode> nodes;
    private final List<String> secrets;
    private final AtomicInteger asked = new AtomicInteger();

    /** Ids of calls whose answer came whole. */
    final Queue<String> answered = new ConcurrentLinkedQueue<>();

    final AtomicInteger refusedByBudget = new AtomicInteger();
    final AtomicInteger refusedByLimit = new AtomicInteger();
    /** Calls whose node was not there, before any answer. */
    final AtomicInteger unreached = new AtomicInteger();
    /** Answers that broke off after their head. */
    final AtomicInteger cut = new AtomicInteger();
    /** Whatever else came. */
    final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    /** @param secrets of the keys, which take turns */
    GatewayClients(HttpClient http, List<GatewayNode> nodes, List<String> secrets) {
        this.http = http;
        this.nodes = nodes;
        this.secrets = secrets;
    }

    /** Asks as many questions as are told, and returns when each has its answer, its refusal or a wrong end. */
    void ask(int questions) throws Exception {
        AtomicInteger left = new AtomicInteger(questions);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                ends.add(threads.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        ask();
                    }
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void ask() throws InterruptedException {
        int number = asked.getAndIncrement();
        // Neither nodes nor keys go with streams
        boolean stream = number % 2 == 0;
        String secret = secrets.get(number / 2 % secrets.size());
        String body = "{\"model\":\"openai/gpt-5-mini\",\"max_completion_tokens\":400,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Question " + number + ": what is it?\"}]}";
        int first = number / 4;
        for (int turn = 0; turn < 2 * nodes.size(); turn++) {
            if (isDone(nodes.get((first + turn) % nodes.size()), secret, body, stream)) {
                return;
            }
        }
        wrong.add("question " + number + ": no node was there");
    }

    /** @return false if another node is to be asked */
    private boolean isDone(GatewayNode node, String secret, String body, boolean stream) throws InterruptedException {
        HttpResponse<InputStream> answer;
        try {
            answer = http.send(request(node, secret, body), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            unreached.incrementAndGet();
            return false;
        }
        String text;
        try (InputStream in = answer.body()) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            cut.incrementAndGet();
            return false;
        }
        if (answer.statusCode() == BUDGET_SPENT) {
            refusedByBudget.incrementAndGet();
        } else if (answer.statusCode() == TOO_MANY) {
            refusedByLimit.incrementAndGet();
        } else if (answer.statusCode() != 200) {
            wrong.add(node + " " + answer.statusCode() + ": " + text);
        } else if (stream && !text.contains("data: [DONE]")) {
            wrong.add(node + " ended a stream that was not whole: " + text);
        } else {
            answered.add(answer.headers().firstValue("x-llm-call-id").orElse("none"));
        }
        return true;
    }

    private static HttpRequest request(GatewayNode node, String secret, String body) {
        return HttpRequest.newBuilder(node.uri("/v1/chat/completions"))
                .timeout(MOST_WAIT)
                .header("content-type", "application/json")
                .header("authorization", "Bearer " + secret)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    @Override
    public String toString() {
        return "answered " + answered.size() + ", refused by budget " + refusedByBudget + " and limit " + refusedByLimit
                + ", unreached " + unreached + ", cut " + cut + ", wrong " + wrong;
    }
}
