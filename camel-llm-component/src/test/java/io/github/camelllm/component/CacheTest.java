package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

class CacheTest extends LlmRouteTest {
    private static final String SCHEMA = "RAW({\"type\":\"object\",\"required\":[\"city\"]})";

    @Override
    Map<String, String> properties() {
        return Map.of("llm.router.two.targets", "openai/" + MODEL + ",openai/gpt-5-nano");
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String model = "llm:openai/" + MODEL;
                from("direct:exact").to(model + "?cache=exact&tag.team=claims");
                from("direct:other-options").to(model + "?cache=exact&temperature=1&user=u7&serviceTier=flex");
                from("direct:tenant").to(model + "?cache=exact&cacheNamespace=RAW(${header.tenant})");
                from("direct:tag").to(model + "?cache=exact&tag.tenant=acme");
                from("direct:schema").to(model + "?cache=exact&maxRepairs=0&jsonSchema=" + SCHEMA);
                from("direct:stream").to(model + "?cache=exact&streaming=true").setBody(body().convertToString());
                from("direct:router").to("llm:router/two?cache=exact");
                from("direct:off").to(model);
            }
        };
    }

    private Message ask(String uri) {
        return answered(uri, "Where is Ulm?", Map.of());
    }

    private static String status(Message message) {
        return message.getHeader(LlmConstants.CACHE_STATUS, String.class);
    }

    @Test
    void secondAnswerComesFromTheCacheAndSaysSo() throws Exception {
        server.play(answer("On the Danube"));
        Message first = ask("direct:exact");
        Message second = ask("direct:exact");

        assertThat(server.requests()).hasSize(1);
        assertThat(second.getBody()).isEqualTo("On the Danube");
        assertThat(status(first)).isEqualTo("miss");
        assertThat(first.getHeader(LlmConstants.CACHE_SAVED)).isNull();
        assertThat(second.getHeaders())
                .containsEntry(LlmConstants.CACHE_STATUS, "hit")
                .containsEntry(LlmConstants.CACHE_AGE, 0L)
                .containsEntry(LlmConstants.CACHE_SAVED, first.getHeader(LlmConstants.COST))
                .containsEntry(LlmConstants.COST, BigDecimal.ZERO)
                .containsEntry(LlmConstants.COST_CURRENCY, "USD")
                .containsEntry(LlmConstants.ATTEMPTS, 0)
                .containsEntry(LlmConstants.INPUT_TOKENS, 1000L)
                .containsEntry(LlmConstants.OUTPUT_TOKENS, 500L)
                .containsEntry(LlmConstants.FINISH_REASON, "stop")
                .containsEntry(LlmConstants.RESPONSE_MODEL, "gpt-5-mini-2025-08-07");
        CallRecord asked = takeRecord();
        CallRecord hit = takeRecord();
        assertThat(asked.cacheHit()).isEmpty();
        assertThat(hit.cacheHit().orElseThrow().kind()).isEqualTo(CacheHit.Kind.EXACT);
        assertThat(hit.cacheHit().orElseThrow().saved()).isEqualTo(asked.cost());
        assertThat(hit.tags()).containsEntry("team", "claims");
        assertThat(records).isEmpty();
    }

    @Test
    void optionsThatChangeTheAnswerAreApartAndLabelsAreNot() {
        server.play(answer("one"), answer("two"), answer("three"));
        ask("direct:exact");

        assertThat(status(ask("direct:other-options"))).isEqualTo("miss");
        assertThat(status(ask("direct:tag"))).isEqualTo("miss");
        assertThat(status(answered("direct:exact", "Where is Ulm?", Map.of(LlmConstants.USER, "somebody"))))
                .isEqualTo("hit");
    }

    @Test
    void withoutTheOptionNothingIsKept() {
        server.play(answer("one"), answer("two"));

        assertThat(status(ask("direct:off"))).isNull();
        assertThat(ask("direct:off").getBody()).isEqualTo("two");
    }

    @Test
    void tenantsAreApartAndNobodysMessageIsNotCached() {
        server.otherwise(request -> answer("answer " + server.requests().size()));
        Map<String, Object> acme = Map.of("tenant", "acme");
        answered("direct:tenant", "Hi", acme);

        assertThat(answered("direct:tenant", "Hi", acme).getBody()).isEqualTo("answer 1");
        assertThat(answered("direct:tenant", "Hi", Map.of("tenant", "umbrella")).getBody())
                .isEqualTo("answer 2");
        assertThat(answered("direct:tenant", "Hi", Map.of()).getBody()).isEqualTo("answer 3");
        Message nobody = answered("direct:tenant", "Hi", Map.of());
        assertThat(nobody.getBody()).isEqualTo("answer 4");
        assertThat(status(nobody)).isEqualTo("bypass");
    }

    @Test
    void headerSaysWhatIsWantedOfTheCache() {
        server.otherwise(request -> answer("answer " + server.requests().size()));
        ask("direct:exact");
        Message fresh = answered("direct:exact", "Where is Ulm?", Map.of(LlmConstants.CACHE_CONTROL, "no-cache"));

        assertThat(fresh.getBody()).isEqualTo("answer 2");
        assertThat(status(fresh)).isEqualTo("bypass");
        await().untilAsserted(() -> assertThat(ask("direct:exact").getBody()).isEqualTo("answer 2"));
        assertThat(answered("direct:exact", "Where is Ulm?", Map.of(LlmConstants.CACHE_CONTROL, "no-store"))
                        .getBody())
                .isEqualTo("answer 3");
        assertThat(ask("direct:exact").getBody()).isEqualTo("answer 2");
        Exchange wrong = template.request(
                "direct:exact", exchange -> exchange.getMessage().setHeader(LlmConstants.CACHE_CONTROL, "max-age=3"));
        assertThat(wrong.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessage("llm:openai: header CamelLlmCacheControl must be no-cache or no-store");
    }

    @Test
    void answerThatMissesItsSchemaIsAskedForAgain() {
        server.play(answer("none"), answer("{\"city\":\"Ulm\"}"));
        Exchange first = template.request(
                "direct:schema", exchange -> exchange.getMessage().setBody("Where?"));
        assertThat(first.getException()).isInstanceOf(LlmMalformedResponseException.class);

        await().untilAsserted(() ->
                assertThat(component().runtime().caches().waiting()).isZero());
        Message second = answered("direct:schema", "Where?", Map.of());
        assertThat(status(second)).isEqualTo("miss");
        assertThat(status(answered("direct:schema", "Where?", Map.of()))).isEqualTo("hit");
    }

    @Test
    void streamIsReplayedFromTheCache() {
        server.play(stream("On the ", "Danube").chunk(streamEnd()));
        Message first = ask("direct:stream");
        Message second = ask("direct:stream");

        assertThat(first.getBody()).isEqualTo("On the Danube");
        assertThat(second.getBody()).isEqualTo("On the Danube");
        assertThat(status(first)).isEqualTo("miss");
        assertThat(status(second)).isEqualTo("hit");
        assertThat(second.getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(1000L);
        assertThat(status(ask("direct:exact"))).isEqualTo("hit");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void routersAnswerIsCachedUnderTheRoutersName() {
        server.play(answer("routed"));
        Message first = ask("direct:router");
        Message second = ask("direct:router");

        assertThat(status(first)).isEqualTo("miss");
        assertThat(status(second)).isEqualTo("hit");
        assertThat(second.getHeader(LlmConstants.ROUTER)).isEqualTo("two");
        assertThat(second.getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo(first.getHeader(LlmConstants.REQUEST_MODEL));
    }

    @Test
    void hundredEqualCallsAreOneRequest() {
        Gate gate = new Gate();
        server.play(Answer.of(200)
                .header("content-type", "application/json")
                .await(gate)
                .chunk(answerJson("once")));
        List<CompletableFuture<Exchange>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(template.asyncSend(
                    "direct:exact", exchange -> exchange.getMessage().setBody("Where is Ulm?")));
        }
        await().until(() -> component().runtime().caches().waiting() == 100);
        gate.open();

        Map<String, Long> statuses = new HashMap<>();
        for (CompletableFuture<Exchange> done : asked) {
            Message message = done.join().getMessage();
            assertThat(message.getBody()).isEqualTo("once");
            statuses.merge(status(message), 1L, Long::sum);
        }
        assertThat(statuses).isEqualTo(Map.of("miss", 1L, "coalesced", 99L));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> template.requestBody("llm:openai/x?cache=always", "Hi"))
                .rootCause()
                .hasMessage("llm:openai: cache must be off, exact or semantic but is 'always'");
        assertThatThrownBy(() -> template.requestBody("llm:openai/x?cache=exact&cacheTtl=0s", "Hi"))
                .rootCause()
                .hasMessage("llm:openai: cacheTtl must be above 0 but is PT0S");
        assertThatThrownBy(() -> template.requestBody("llm:openai/x?cache=semantic&semanticThreshold=2", "Hi"))
                .rootCause()
                .hasMessage("llm:openai: semanticThreshold must be above 0 up to 1 but is 2.0");
        assertThatThrownBy(() -> template.requestBody("llm:openai/x?cache=semantic", "Hi"))
                .rootCause()
                .hasMessageStartingWith("cache=semantic needs something on the class path that has it");
    }

    private LlmComponent component() {
        return context.getComponent("llm", LlmComponent.class);
    }
}
