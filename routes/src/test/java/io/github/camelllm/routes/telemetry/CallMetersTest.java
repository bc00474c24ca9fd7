package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.Usage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What records of attempts become in metrics, as Prometheus reads them. */
class CallMetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private CallMeters meters(String... settings) {
        Map<String, String> properties = new HashMap<>(Map.of("metrics", "prometheus"));
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        return new CallMeters(registry, Pricing.builtIn(), TelemetrySettings.of(properties));
    }

    private PrometheusText scraped() {
        return PrometheusText.parse(registry.scrape());
    }

    /** A record of a model, with what differs from a streamed answer of 2.1 s, 100 tokens in and 11 out. */
    static final class Attempt {
        String model = "gpt-5-mini";
        CallOutcome outcome = CallOutcome.SUCCEEDED;
        String error = "";
        Optional<Usage> usage = Optional.of(Usage.builder()
                .inputTokens(100)
                .outputTokens(11)
                .cacheReadInputTokens(40)
                .build());
        Optional<Cost> cost = Optional.empty();
        Map<String, String> tags = Map.of();
        Duration waited = Duration.ZERO;
        Optional<CacheHit> hit = Optional.empty();

        CallRecord record() {
            return new CallRecord(
                    CallId.next(),
                    CallId.next(),
                    1,
                    Operation.CHAT,
                    "openai",
                    "openai",
                    model,
                    Optional.of(model + "-2025-08-07"),
                    true,
                    Instant.parse("2026-11-01T00:00:00Z"),
                    Duration.ofMillis(2_100),
                    Optional.of(Duration.ofMillis(100)),
                    outcome,
                    error.isEmpty() ? Optional.empty() : Optional.of(error),
                    OptionalInt.of(200),
                    Optional.empty(),
                    Optional.of(FinishReason.STOP),
                    true,
                    usage,
                    UsageSource.REPORTED,
                    cost,
                    List.of(),
                    tags,
                    waited,
                    hit,
                    Optional.empty(),
                    0);
        }

        Attempt model(String value) {
            model = value;
            return this;
        }

        Attempt failed(String type) {
            outcome = CallOutcome.FAILED;
            error = type;
            return this;
        }

        Attempt cost(String dollars) {
            cost = Optional.of(costOf(dollars));
            return this;
        }

        Attempt tags(String name, String value) {
            tags = Map.of(name, value);
            return this;
        }
    }

    static Cost costOf(String dollars) {
        Cost nothing = Cost.nothing("USD", "book", "model");
        return new Cost(
                new Money(new BigDecimal(dollars), "USD"),
                nothing.parts(),
                nothing.priceBookVersion(),
                nothing.priceModel(),
                nothing.priceDate(),
                nothing.assumptions());
    }

    @Test
    void tokensDurationsAndFirstTokensHaveTheNamesAndBucketsOfTheConventions() {
        meters().onRecord(new Attempt().record());

        PrometheusText text = scraped();
        assertThat(text.types())
                .containsEntry("gen_ai_client_token_usage", "histogram")
                .containsEntry("gen_ai_client_operation_duration_seconds", "histogram")
                .containsEntry("gen_ai_client_operation_time_to_first_chunk_seconds", "histogram")
                .containsEntry("gen_ai_server_time_to_first_token_seconds", "histogram")
                .containsEntry("gen_ai_server_time_per_output_token_seconds", "histogram");
        assertThat(text.value("gen_ai_client_token_usage_sum", "gen_ai_token_type", "input"))
                .isEqualTo(100);
        assertThat(text.value("gen_ai_client_token_usage_sum", "gen_ai_token_type", "output"))
                .isEqualTo(11);
        assertThat(text.value(
                        "gen_ai_client_operation_duration_seconds_sum",
                        "gen_ai_operation_name",
                        "chat",
                        "gen_ai_provider_name",
                        "openai",
                        "gen_ai_request_model",
                        "gpt-5-mini",
                        "gen_ai_response_model",
                        "gpt-5-mini-2025-08-07",
                        "error_type",
                        ""))
                .isEqualTo(2.1);
        assertThat(text.value("gen_ai_server_time_to_first_token_seconds_sum")).isEqualTo(0.1);
        // Two seconds for the ten tokens after the first
        assertThat(text.value("gen_ai_server_time_per_output_token_seconds_sum"))
                .isEqualTo(0.2);
        assertThat(text.bounds("gen_ai_client_token_usage"))
                .contains("1.0", "4.0", "6.7108864E7", "+Inf")
                .hasSize(15);
        assertThat(text.bounds("gen_ai_client_operation_duration_seconds"))
                .contains("0.01", "81.92", "+Inf")
                .hasSize(15);
        assertThat(text.bounds("gen_ai_server_time_to_first_token_seconds"))
                .contains("0.001", "10.0")
                .hasSize(17);
        assertThat(text.bounds("gen_ai_server_time_per_output_token_seconds"))
                .contains("0.01", "2.5")
                .hasSize(14);
    }

    @Test
    void failuresAreTheirOwnSeries() {
        CallMeters meters = meters();
        meters.onRecord(new Attempt().record());
        meters.onRecord(new Attempt().failed("rate_limited").record());

        PrometheusText text = scraped();
        assertThat(text.value("gen_ai_client_operation_duration_seconds_count", "error_type", "rate_limited"))
                .isEqualTo(1);
        assertThat(text.value("llm_attempts_total", "llm_outcome", "failed", "error_type", "rate_limited"))
                .isEqualTo(1);
        assertThat(text.value("gen_ai_server_time_to_first_token_seconds_count"))
                .as("only of answers")
                .isEqualTo(1);
    }

    @Test
    void costAddsUpWithoutDrift() {
        CallMeters meters = meters();
        for (int i = 0; i < 1_000; i++) {
            meters.onRecord(new Attempt().cost("0.000000001").record());
            meters.onRecord(new Attempt().cost("0.1").record());
        }

        assertThat(scraped().value("llm_cost_total", "llm_cost_currency", "USD"))
                .isEqualTo(100.000001);
    }

    @Test
    void anUnknownCostIsCountedAndNotZero() {
        CallMeters meters = meters();
        meters.onRecord(new Attempt().record());

        PrometheusText text = scraped();
        assertThat(text.value("llm_attempts_unpriced_total")).isEqualTo(1);
        assertThat(text.samples("llm_cost_total")).isEmpty();
    }

    @Test
    void unknownUsageIsNoUsage() {
        Attempt attempt = new Attempt();
        attempt.usage = Optional.empty();
        meters().onRecord(attempt.record());

        assertThat(scraped().samples("gen_ai_client_token_usage_count")).isEmpty();
    }

    @Test
    void tokensOfProvidersCachesAreParts() {
        meters().onRecord(new Attempt().record());

        PrometheusText text = scraped();
        assertThat(text.value("llm_tokens_total", "gen_ai_token_type", "input")).isEqualTo(100);
        assertThat(text.value("llm_tokens_total", "gen_ai_token_type", "cache_read"))
                .isEqualTo(40);
    }

    @Test
    void answersFromOurCacheAreHitsAndNoAttempts() {
        Attempt attempt = new Attempt();
        attempt.hit =
                Optional.of(new CacheHit(CacheHit.Kind.EXACT, Optional.of(costOf("0.02")), Duration.ofSeconds(5)));
        CallMeters meters = meters();
        meters.onRecord(attempt.record());
        attempt.hit = Optional.of(new CacheHit(CacheHit.Kind.EXACT, Optional.empty(), Duration.ofSeconds(5)));
        meters.onRecord(attempt.record());

        PrometheusText text = scraped();
        assertThat(text.value("llm_cache_hits_total", "llm_cache", "exact")).isEqualTo(2);
        assertThat(text.value("llm_cache_saved_total")).isEqualTo(0.02);
        assertThat(text.value("llm_cache_saved_unknown_total")).isEqualTo(1);
        assertThat(text.samples("llm_attempts_total")).isEmpty();
    }

    @Test
    void waitsForOurLimitsAreTimed() {
        Attempt attempt = new Attempt();
        attempt.waited = Duration.ofMillis(250);
        meters().onRecord(attempt.record());

        assertThat(scraped().value("llm_attempt_waited_seconds_sum")).isEqualTo(0.25);
    }

    @Test
    void onlyTagsOnTheListAreLabels() {
        CallMeters meters = meters("tags", "team");
        meters.onRecord(new Attempt().tags("team", "billing").record());
        meters.onRecord(new Attempt().tags("session", "s-1").record());

        PrometheusText text = scraped();
        assertThat(text.value("llm_attempts_total", "llm_tag_team", "billing")).isEqualTo(1);
        assertThat(text.value("llm_attempts_total", "llm_tag_team", "none")).isEqualTo(1);
        assertThat(registry.scrape()).doesNotContain("s-1");
    }

    @Test
    void tagsHaveSoManyValuesAndNoMore() {
        CallMeters meters = meters("tags", "team", "maxTagValues", "3");
        for (int i = 0; i < 10; i++) {
            meters.onRecord(new Attempt().tags("team", "team-" + i).record());
        }

        PrometheusText text = scraped();
        assertThat(text.samples("llm_attempts_total")).hasSize(4);
        assertThat(text.value("llm_attempts_total", "llm_tag_team", "other")).isEqualTo(7);
    }

    @Test
    void namesThatNobodyAnswersToAreNoLabels() {
        CallMeters meters = meters();
        meters.onRecord(
                new Attempt().model("invented-by-a-client").failed("not_found").record());
        meters.onRecord(new Attempt().failed("not_found").record());

        PrometheusText text = scraped();
        assertThat(text.value("llm_attempts_total", "gen_ai_request_model", "other"))
                .isEqualTo(1);
        assertThat(text.value("llm_attempts_total", "gen_ai_request_model", "gpt-5-mini"))
                .as("one with a price is known")
                .isEqualTo(1);
    }

    @Test
    void modelsAreBounded() {
        CallMeters meters = meters("maxModels", "4");
        for (int i = 0; i < 20; i++) {
            meters.onRecord(new Attempt().model("model-" + i).record());
        }

        // Each takes a place as it was asked and one as it answered
        assertThat(scraped().samples("llm_attempts_total")).hasSize(3);
    }

    @Test
    void combinationsAreBounded() {
        CallMeters meters = meters("tags", "team", "maxSeries", "5");
        for (int i = 0; i < 50; i++) {
            meters.onRecord(new Attempt().tags("team", "team-" + i).record());
        }

        PrometheusText text = scraped();
        assertThat(text.samples("llm_attempts_total")).hasSize(6);
        assertThat(text.value("llm_attempts_total", "llm_tag_team", "other", "gen_ai_request_model", "other"))
                .isEqualTo(45);
    }

    @Test
    void hostileValuesAreEscapedOrLeftOut() {
        CallMeters meters = meters("tags", "team");
        meters.onRecord(new Attempt().tags("team", "a\"} 1\nfake_metric 1").record());
        meters.onRecord(new Attempt().tags("team", "quote\" and \\").record());

        PrometheusText text = scraped();
        assertThat(text.names()).doesNotContain("fake_metric");
        assertThat(text.value("llm_attempts_total", "llm_tag_team", "other")).isEqualTo(1);
    }
}
