package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The last requests, and the bill. Thread-safe. */
final class RequestLog {
    private static final int MAX_MODELS = 10_000;
    private static final String OTHER_MODELS = "(other)";

    private final int capacity;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<String, Bill> bills = new LinkedHashMap<>();
    private long received;
    private long running;
    private long runningStreams;

    RequestLog(int capacity) {
        this.capacity = capacity;
    }

    synchronized Entry add(
            Instant now,
            SimulatedDialect dialect,
            Operation operation,
            String method,
            String path,
            Map<String, String> headers,
            long startNanos) {
        received++;
        running++;
        Entry entry = new Entry(received, now, dialect, operation, method, path, headers, startNanos);
        if (entries.size() == capacity) {
            entries.remove();
        }
        entries.add(entry);
        notifyAll();
        return entry;
    }

    synchronized List<RecordedRequest> snapshot() {
        return entries.stream().map(Entry::snapshot).toList();
    }

    synchronized Map<String, Bill> bills() {
        return Map.copyOf(bills);
    }

    synchronized long received() {
        return received;
    }

    synchronized long running() {
        return running;
    }

    synchronized long runningStreams() {
        return runningStreams;
    }

    synchronized void clear() {
        entries.removeIf(entry -> entry.outcome != RecordedRequest.Outcome.RUNNING);
        bills.clear();
    }

    /** Waits until no request is being answered. @return false if the time was up first */
    boolean awaitIdle(Duration most) throws InterruptedException {
        return await(most, () -> running == 0);
    }

    /** Waits until so many requests came in all. @return false if the time was up first */
    boolean awaitReceived(long count, Duration most) throws InterruptedException {
        return await(most, () -> received >= count);
    }

    private synchronized boolean await(Duration most, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    /** One request while it is served. */
    final class Entry {
        private final long number;
        private final Instant receivedAt;
        private final SimulatedDialect dialect;
        private final Operation operation;
        private final String method;
        private final String path;
        private final Map<String, String> headers;
        private final long startNanos;
        private String model = "";
        private boolean streamed;
        private Optional<ChatRequest> chat = Optional.empty();
        private RecordedRequest.Outcome outcome = RecordedRequest.Outcome.RUNNING;
        private int status;
        private Optional<Fault> fault = Optional.empty();
        private Optional<Usage> usage = Optional.empty();
        private long bytesSent;
        private Optional<Duration> duration = Optional.empty();

        private Entry(
                long number,
                Instant receivedAt,
                SimulatedDialect dialect,
                Operation operation,
                String method,
                String path,
                Map<String, String> headers,
                long startNanos) {
            this.number = number;
            this.receivedAt = receivedAt;
            this.dialect = dialect;
            this.operation = operation;
            this.method = method;
            this.path = path;
            this.headers = headers;
            this.startNanos = startNanos;
        }

        long number() {
            return number;
        }

        void decoded(String asked, boolean stream, Optional<ChatRequest> request) {
            synchronized (RequestLog.this) {
                model = asked;
                streamed = stream;
                chat = request;
                runningStreams += stream ? 1 : 0;
            }
        }

        void fault(Fault struck) {
            synchronized (RequestLog.this) {
                fault = Optional.of(struck);
            }
        }

        void status(int sent) {
            synchronized (RequestLog.this) {
                status = sent;
            }
        }

        void sent(long bytes) {
            synchronized (RequestLog.this) {
                bytesSent += bytes;
            }
        }

        /** Ends the entry; only the first call counts. */
        void end(RecordedRequest.Outcome how, Optional<Usage> billed) {
            synchronized (RequestLog.this) {
                if (outcome != RecordedRequest.Outcome.RUNNING) {
                    return;
                }
                outcome = how;
                usage = billed;
                duration = Optional.of(Duration.ofNanos(System.nanoTime() - startNanos));
                running--;
                runningStreams -= streamed ? 1 : 0;
                billed.ifPresent(this::bill);
                RequestLog.this.notifyAll();
            }
        }

        private void bill(Usage billed) {
            String key = bills.containsKey(model) || bills.size() < MAX_MODELS ? model : OTHER_MODELS;
            Bill one = new Bill(
                    1,
                    billed.inputTokens().orElse(0),
                    billed.cacheReadInputTokens().orElse(0),
                    billed.outputTokens().orElse(0));
            bills.merge(key, one, Bill::plus);
        }

        private RecordedRequest snapshot() {
            return new RecordedRequest(
                    number,
                    receivedAt,
                    dialect,
                    operation,
                    method,
                    path,
                    headers,
                    model,
                    streamed,
                    chat,
                    outcome,
                    status,
                    fault,
                    usage,
                    bytesSent,
                    duration);
        }
    }
}
