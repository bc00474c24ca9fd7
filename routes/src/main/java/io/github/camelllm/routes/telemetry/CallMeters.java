package io.github.camelllm.routes.telemetry;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.Operation;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts attempts: with the names of the semantic conventions for generative AI, and with ours, which begin with {@code llm.}.
 * Nothing is looked up twice for attempts that have the same labels.
 *
 * @see <a href="https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md">Semantic
 *     conventions for generative AI metrics</a>
 */
final class CallMeters implements CallRecordListener {
    static final String TOKEN_USAGE = "gen_ai.client.token.usage";
    static final String OPERATION_DURATION = "gen_ai.client.operation.duration";
    static final String TIME_TO_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk";
    static final String TIME_TO_FIRST_TOKEN = "gen_ai.server.time_to_first_token";
    static final String TIME_PER_OUTPUT_TOKEN = "gen_ai.server.time_per_output_token";
    static final String ATTEMPTS = "llm.attempts";
    static final String UNPRICED = "llm.attempts.unpriced";
    static final String COST = "llm.cost";
    static final String TOKENS = "llm.tokens";
    static final String WAITED = "llm.attempt.waited";
    static final String CACHE_HITS = "llm.cache.hits";
    static final String CACHE_SAVED = "llm.cache.saved";
    static final String CACHE_SAVED_UNKNOWN = "llm.cache.saved.unknown";

    private static final double[] TOKEN_BUCKETS = {
        1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
    };
    private static final double[] DURATION_BUCKETS = {
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92
    };
    private static final double[] FIRST_TOKEN_BUCKETS = {
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0
    };
    private static final double[] PER_TOKEN_BUCKETS = {
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5
    };
    private static final int NANO_DIGITS = 9;

    private final MeterRegistry registry;
    private final Pricing pricing;
    private final List<String> tags;
    private final BoundedLabels models;
    private final Map<String, BoundedLabels> tagValues = new ConcurrentHashMap<>();
    private final Map<Labels, Meters> meters = new ConcurrentHashMap<>();
    private final Map<CostLabels, LongAdder> amounts = new ConcurrentHashMap<>();
    private final int maxSeries;

    /** @param pricing says which models there surely are */
    CallMeters(MeterRegistry registry, Pricing pricing, TelemetrySettings settings) {
        this.registry = registry;
        this.pricing = pricing;
        this.tags = settings.tags();
        this.models = new BoundedLabels(settings.maxModels());
        this.maxSeries = settings.maxSeries();
        tags.forEach(tag -> tagValues.put(tag, new BoundedLabels(settings.maxTagValues())));
    }

    /** What the meters of an attempt are found by. */
    private record Labels(
            Operation operation,
            String provider,
            String telemetryName,
            String requestModel,
            String responseModel,
            String errorType,
            CallOutcome outcome,
            List<String> tagValues) {
        Labels overflowing() {
            return new Labels(
                    operation,
                    provider,
                    telemetryName,
                    BoundedLabels.OTHER,
                    BoundedLabels.OTHER,
                    errorType,
                    outcome,
                    tagValues.stream().map(value -> BoundedLabels.OTHER).toList());
        }
    }

    private record CostLabels(String name, String currency, Tags tags) {}

    @Override
    public void onRecord(CallRecord record) {
        if (record.cacheHit().isPresent()) {
            countHit(record, record.cacheHit().get());
        } else if (record.operation() != Operation.MODELS) {
            metersOf(labels(record)).count(record);
        }
    }

    private Labels labels(CallRecord record) {
        boolean answered = record.outcome() == CallOutcome.SUCCEEDED;
        String model = models.of(record.requestModel(), answered || isListed(record));
        List<String> values = new ArrayList<>(tags.size());
        for (String tag : tags) {
            String value = record.tags().get(tag);
            values.add(value == null || value.isEmpty() ? "none" : label(tag, value));
        }
        return new Labels(
                record.operation(),
                record.provider(),
                record.telemetryName(),
                model,
                record.responseModel().map(name -> models.of(name, answered)).orElse(""),
                record.errorType().orElse(""),
                record.outcome(),
                values);
    }

    /** A name that nobody knows and nobody answers to is anything that a client may send. */
    private boolean isListed(CallRecord record) {
        return pricing.price(record.provider(), record.requestModel(), record.startedAt())
                .isPresent();
    }

    private String label(String tag, String value) {
        BoundedLabels bounded = tagValues.get(tag);
        return bounded == null ? BoundedLabels.OTHER : bounded.of(value, true);
    }

    private Meters metersOf(Labels labels) {
        Meters known = meters.get(labels);
        if (known != null) {
            return known;
        }
        Labels told = meters.size() < maxSeries ? labels : labels.overflowing();
        return meters.computeIfAbsent(told, Meters::new);
    }

    private Tags ofTags(List<String> values) {
        List<Tag> labels = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            labels.add(Tag.of("llm.tag." + tags.get(i), values.get(i)));
        }
        return Tags.of(labels);
    }

    /** Amounts are summed in whole billionths; only what is shown is a double. */
    private LongAdder amount(String name, String description, String currency, Tags labels) {
        return amounts.computeIfAbsent(new CostLabels(name, currency, labels), key -> {
            LongAdder nanos = new LongAdder();
            FunctionCounter.builder(name, nanos, sum -> BigDecimal.valueOf(sum.sum(), NANO_DIGITS)
                            .doubleValue())
                    .description(description)
                    .tags(labels)
                    .tag("llm.cost.currency", currency)
                    .register(registry);
            return nanos;
        });
    }

    private void countHit(CallRecord record, CacheHit hit) {
        boolean routed = record.provider().equals("router");
        Tags labels = Tags.of(
                "gen_ai.provider.name",
                record.telemetryName(),
                "gen_ai.request.model",
                routed ? record.requestModel() : models.of(record.requestModel(), true),
                "llm.cache",
                hit.kind().name().toLowerCase(Locale.ROOT));
        Counter.builder(CACHE_HITS)
                .description("Calls that our own cache answered.")
                .tags(labels)
                .register(registry)
                .increment();
        if (hit.saved().isPresent()) {
            Cost saved = hit.saved().get();
            amount(
                            CACHE_SAVED,
                            "What answers from our own cache had cost.",
                            saved.total().currency(),
                            labels)
                    .add(saved.nanos());
        } else {
            Counter.builder(CACHE_SAVED_UNKNOWN)
                    .description("Answers from our own cache of which nobody knows what they had cost.")
                    .tags(labels)
                    .register(registry)
                    .increment();
        }
    }

    /** The meters of all attempts with the same labels. Those that not every attempt needs are made when one does. */
    private final class Meters {
        private final Tags conventions;
        private final Tags own;
        private final Timer duration;
        private final Counter attempts;
        private final Counter unpriced;
        private final Map<String, LongAdder> costs = new ConcurrentHashMap<>();
        private final Map<String, Counter> tokens = new ConcurrentHashMap<>();
        private final Map<String, DistributionSummary> usage = new ConcurrentHashMap<>();
        private final Map<String, Timer> timers = new ConcurrentHashMap<>();

        Meters(Labels labels) {
            conventions = Tags.of(
                    "gen_ai.operation.name", labels.operation().wireName(),
                    "gen_ai.provider.name", labels.telemetryName(),
                    "gen_ai.request.model", labels.requestModel(),
                    "gen_ai.response.model", labels.responseModel());
            own = Tags.of(
                            "gen_ai.operation.name", labels.operation().wireName(),
                            "gen_ai.provider.name", labels.telemetryName(),
                            "llm.provider", labels.provider(),
                            "gen_ai.request.model", labels.requestModel())
                    .and(ofTags(labels.tagValues()));
            duration = timer(
                    OPERATION_DURATION,
                    "GenAI operation duration.",
                    conventions.and("error.type", labels.errorType()),
                    DURATION_BUCKETS);
            attempts = Counter.builder(ATTEMPTS)
                    .description("Attempts to call a model, by how they ended.")
                    .tags(own.and(
                            "llm.outcome",
                            labels.outcome().name().toLowerCase(Locale.ROOT),
                            "error.type",
                            labels.errorType()))
                    .register(registry);
            unpriced = Counter.builder(UNPRICED)
                    .description("Attempts that may have cost something of which the amount is unknown.")
                    .tags(own)
                    .register(registry);
        }

        void count(CallRecord record) {
            attempts.increment();
            duration.record(record.latency());
            record.usage().ifPresent(this::count);
            record.timeToFirstChunk().ifPresent(first -> {
                if (record.stream()) {
                    timer(
                                    TIME_TO_FIRST_CHUNK,
                                    "Time to receive the first chunk of a streamed answer.",
                                    DURATION_BUCKETS)
                            .record(first);
                    countFirstToken(record, first);
                }
            });
            if (record.waited().toMillis() > 0) {
                timer(WAITED, "Time that our own limits held attempts back.", DURATION_BUCKETS)
                        .record(record.waited());
            }
            if (record.cost().isPresent()) {
                Cost cost = record.cost().get();
                costs.computeIfAbsent(
                                cost.total().currency(),
                                currency -> amount(
                                        COST, "What attempts cost, in the currency of the label.", currency, own))
                        .add(cost.nanos());
            } else if (record.billable()) {
                unpriced.increment();
            }
        }

        /** As the conventions define them for servers, seen from here: the network is in it. */
        private void countFirstToken(CallRecord record, Duration first) {
            if (record.outcome() != CallOutcome.SUCCEEDED) {
                return;
            }
            timer(TIME_TO_FIRST_TOKEN, "Time to generate first token for successful responses.", FIRST_TOKEN_BUCKETS)
                    .record(first);
            OptionalLong output = record.usage().map(Usage::outputTokens).orElse(OptionalLong.empty());
            if (output.isPresent() && output.getAsLong() > 1) {
                timer(
                                TIME_PER_OUTPUT_TOKEN,
                                "Time per output token generated after the first token for successful responses.",
                                PER_TOKEN_BUCKETS)
                        .record(record.latency().minus(first).dividedBy(output.getAsLong() - 1));
            }
        }

        private void count(Usage used) {
            count("input", used.inputTokens());
            count("output", used.outputTokens());
            part("cache_read", used.cacheReadInputTokens());
            part("cache_creation", used.cacheCreationInputTokens());
            part("reasoning", used.reasoningOutputTokens());
        }

        private void count(String type, OptionalLong count) {
            if (count.isEmpty()) {
                return;
            }
            usage.computeIfAbsent(type, key -> DistributionSummary.builder(TOKEN_USAGE)
                            .description("Number of input and output tokens used.")
                            .tags(conventions.and("gen_ai.token.type", key))
                            .serviceLevelObjectives(TOKEN_BUCKETS)
                            .register(registry))
                    .record((double) count.getAsLong());
            part(type, count);
        }

        private void part(String type, OptionalLong count) {
            if (count.isPresent()) {
                tokens.computeIfAbsent(type, key -> Counter.builder(TOKENS)
                                .description("Tokens by type; cached ones are also input, reasoning ones also output.")
                                .tags(own.and("gen_ai.token.type", key))
                                .register(registry))
                        .increment((double) count.getAsLong());
            }
        }

        private Timer timer(String name, String description, double[] buckets) {
            return timers.computeIfAbsent(name, key -> timer(name, description, conventions, buckets));
        }

        private Timer timer(String name, String description, Tags labels, double[] buckets) {
            return Timer.builder(name)
                    .description(description)
                    .tags(labels)
                    .serviceLevelObjectives(durations(buckets))
                    .register(registry);
        }
    }

    /** Bounds in seconds as durations. */
    static Duration[] durations(double[] seconds) {
        Duration[] durations = new Duration[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            durations[i] = Duration.ofNanos(Math.round(seconds[i] * 1e9));
        }
        return durations;
    }
}
