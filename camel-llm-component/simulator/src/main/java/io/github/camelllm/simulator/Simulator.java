package io.github.camelllm.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * LLM providers played on a local port, over real HTTP/1.1 and HTTP/2: the wire formats of OpenAI, Anthropic and Gemini,
 * answers that are always the same, the pace of a slow model, and faults on demand. It keeps its own record and bill of
 * what it served, against which a client's can be checked.
 *
 * <pre>{@code
 * try (Simulator simulator = Simulator.builder().build().start()) {
 *     String url = simulator.baseUrl(SimulatedDialect.OPENAI);   // http://localhost:45123/v1
 *     simulator.failNext(Fault.status(429, RetryHint.seconds(2)));
 *     ...
 *     assertThat(simulator.requests()).hasSize(2);
 * }
 * }</pre>
 *
 * Without further settings it takes any API key and any model. All methods are thread-safe. Methods that open or close
 * the port wait until it is done, so they must not be called on an event loop.
 */
public final class Simulator implements AutoCloseable {
    private final SimulatorOptions options;
    private final RequestLog log;
    private final SimulatorServer server;

    private Simulator(SimulatorOptions options) {
        this.options = options;
        this.log = new RequestLog(options.keptRequests());
        this.server = new SimulatorServer(options, log);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A simulator with all defaults, already listening on a free port. */
    public static Simulator started() {
        return builder().build().start();
    }

    /**
     * Opens the port.
     *
     * @return this simulator
     * @throws IllegalStateException if the port cannot be opened, such as when it is taken
     */
    public Simulator start() {
        TokenCounts.warmUp();
        try {
            server.listen();
        } catch (IllegalStateException e) {
            server.close();
            throw e;
        }
        return this;
    }

    /** The port it listens on; as configured until it was started. */
    public int port() {
        return server.port();
    }

    /** Root of the server, such as {@code http://localhost:45123}. */
    public String rootUrl() {
        String host = options.host();
        String name = host.equals("127.0.0.1") || host.equals("0.0.0.0") ? "localhost" : host;
        return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port();
    }

    /**
     * Base URL with the dialect's version path, such as {@code http://localhost:45123/v1} for OpenAI. The official SDKs
     * of Anthropic and Google add the version themselves: give them {@link #rootUrl()}.
     */
    public String baseUrl(SimulatedDialect dialect) {
        return rootUrl() + dialect.basePath();
    }

    /** The last requests, oldest first, running ones included; see {@link Builder#keptRequests}. */
    public List<RecordedRequest> requests() {
        return log.snapshot();
    }

    /** How many requests came in all. */
    public long requestCount() {
        return log.received();
    }

    /** What was billed, by model: what a client's ledger should come to. */
    public Map<String, Bill> bills() {
        return log.bills();
    }

    /** What was billed in all. */
    public Bill bill() {
        return log.bills().values().stream().reduce(Bill.NOTHING, Bill::plus);
    }

    /** Forgets ended requests and the bill. Requests go on to be counted. */
    public void clearRequests() {
        log.clear();
    }

    /** Connections open now. */
    public int openConnections() {
        return server.connections();
    }

    /** Connections accepted since the start. */
    public long acceptedConnections() {
        return server.accepted();
    }

    /** Requests being answered now. */
    public long runningRequests() {
        return log.running();
    }

    /** Streams being answered now. */
    public long runningStreams() {
        return log.runningStreams();
    }

    /** Answers that stand still because of {@link Fault.Stall}. */
    public int stalledAnswers() {
        return server.stalls().count();
    }

    /** Lets all answers that stand still go on. @return how many there were */
    public int releaseStalls() {
        return server.stalls().release();
    }

    /** The next request fails in this way, before any fault of the plan. */
    public void failNext(Fault fault) {
        options.faults().next(1, fault);
    }

    /** The next requests fail in this way, before any fault of the plan. */
    public void failNext(int times, Fault fault) {
        options.faults().next(times, fault);
    }

    /** Closes the port: connections are cut and new ones refused, until {@link #acceptConnections()}. */
    public void refuseConnections() {
        server.refuse();
    }

    /** Opens the same port again. */
    public void acceptConnections() {
        server.listen();
    }

    /**
     * Waits until no request is being answered.
     *
     * @return false if the time was up first
     */
    public boolean awaitIdle(Duration most) throws InterruptedException {
        return log.awaitIdle(most);
    }

    /**
     * Waits until so many requests came in all.
     *
     * @return false if the time was up first
     */
    public boolean awaitRequests(long count, Duration most) throws InterruptedException {
        return log.awaitReceived(count, most);
    }

    /** Cuts all connections and frees the port. */
    @Override
    public void close() {
        server.close();
    }

    /** Settings of a simulator, each with its default. Not thread-safe. */
    public static final class Builder {
        private static final int MAX_EVENT_LOOPS = 64;

        private String host = "127.0.0.1";
        private int port;
        private Responder responder = Responders.deterministic();
        private Pacing pacing = Pacing.IMMEDIATE;
        private FaultPlan faults = FaultPlan.none();
        private RateLimit rateLimit = RateLimit.NONE;
        private Set<String> apiKeys = Set.of();
        private List<String> models = List.of("sim-large", "sim-small", "sim-embedding");
        private boolean onlyListedModels;
        private long contextWindowTokens;
        private boolean promptCache;
        private int embeddingDimensions = 1_536;
        private int maxBodyBytes = 64 << 20;
        private int keptRequests = 1_000;
        private int eventLoops = 2;
        private long seed;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder() {}

        /** Address to listen on; the default is the loopback address, which other machines do not reach. */
        public Builder host(String value) {
            host = value;
            return this;
        }

        /** Port to listen on; the default 0 takes a free one. */
        public Builder port(int value) {
            port = inRange("port", value, 0, 65_535);
            return this;
        }

        /** What answers say; the default is {@link Responders#deterministic()}. */
        public Builder responder(Responder value) {
            responder = value;
            return this;
        }

        /** Pace of answers; as fast as it goes by default. */
        public Builder pacing(Pacing value) {
            pacing = value;
            return this;
        }

        Pacing pacing() {
            return pacing;
        }

        /** What goes wrong; nothing by default. */
        public Builder faults(FaultPlan value) {
            faults = value;
            return this;
        }

        /** What each API key may use; unlimited by default. */
        public Builder rateLimit(RateLimit value) {
            rateLimit = value;
            return this;
        }

        /** Keys to be accepted; by default any key, and none, will do. */
        public Builder apiKeys(String... values) {
            apiKeys = new LinkedHashSet<>(List.of(values));
            return this;
        }

        /** Models to be listed. */
        public Builder models(String... values) {
            models = List.of(values);
            return this;
        }

        /** Whether other models than the listed ones are answered with 404; by default any model will do. */
        public Builder onlyListedModels(boolean value) {
            onlyListedModels = value;
            return this;
        }

        /** Prompts of more tokens are refused as too long; the default 0 is no limit. */
        public Builder contextWindowTokens(long value) {
            if (value < 0) {
                throw new IllegalArgumentException("contextWindowTokens: expected 0 (no limit) or more, got " + value);
            }
            contextWindowTokens = value;
            return this;
        }

        /** Whether prompt beginnings seen before are reported as cached input; off by default. */
        public Builder promptCache(boolean value) {
            promptCache = value;
            return this;
        }

        /** Length of embedding vectors where a request does not say; 1536 by default. */
        public Builder embeddingDimensions(int value) {
            embeddingDimensions = inRange("embeddingDimensions", value, 1, 16_384);
            return this;
        }

        /** Larger request bodies are refused with 413; 64 MB by default. */
        public Builder maxBodyBytes(int value) {
            maxBodyBytes = inRange("maxBodyBytes", value, 1, Integer.MAX_VALUE);
            return this;
        }

        /** How many requests are kept for {@link Simulator#requests()}, each with its prompt; 1000 by default. */
        public Builder keptRequests(int value) {
            keptRequests = inRange("keptRequests", value, 1, 1_000_000);
            return this;
        }

        /** Threads that serve; 2 by default, which is enough for thousands of slow streams. */
        public Builder eventLoops(int value) {
            eventLoops = inRange("eventLoops", value, 1, MAX_EVENT_LOOPS);
            return this;
        }

        /** Where ids and drawn latencies start from; 0 by default. What answers say does not depend on it. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** The clock of the rate limit, for tests that move it. */
        Builder nanoTime(LongSupplier value) {
            nanoTime = value;
            return this;
        }

        /** A simulator with these settings, which does not listen yet. */
        public Simulator build() {
            return new Simulator(new SimulatorOptions(
                    host,
                    port,
                    responder,
                    pacing,
                    faults,
                    rateLimit,
                    Set.copyOf(apiKeys),
                    List.copyOf(new ArrayList<>(models)),
                    onlyListedModels,
                    contextWindowTokens,
                    promptCache,
                    embeddingDimensions,
                    maxBodyBytes,
                    keptRequests,
                    eventLoops,
                    seed,
                    nanoTime));
        }

        private static int inRange(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + ": expected " + least + " to " + most + ", got " + value);
            }
            return value;
        }
    }
}
