package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Operation;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddingsCacheTest extends LlmRouteTest {
    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String model = "llm:openai/text-embedding-3-small?operation=embeddings&cache=exact";
                from("direct:exact").to(model);
                from("direct:short").to(model + "&dimensions=1");
                from("direct:labelled").to(model + "&user=u7&tag.team=claims");
                from("direct:tenant").to(model + "&cacheNamespace=RAW(${header.tenant})");
                from("direct:semantic").to("llm:openai/text-embedding-3-small?operation=embeddings&cache=semantic");
                from("direct:wire").to(model + "&wireFormat=openai-chat");
            }
        };
    }

    @BeforeEach
    void everyTextHasVectors() {
        server.otherwise(OtherOperationsTest::vectors);
    }

    private String status(String uri, Object body, Map<String, Object> headers) {
        return answered(uri, body, headers).getHeader(LlmConstants.CACHE_STATUS, String.class);
    }

    private String status(String uri, Object body) {
        return status(uri, body, Map.of());
    }

    @Test
    void secondVectorsComeFromTheCacheAndSaySo() throws Exception {
        List<String> texts = List.of("four", "three");
        Message first = answered("direct:exact", texts, Map.of());
        Message second = answered("direct:exact", texts, Map.of());

        assertThat(server.requests()).hasSize(1);
        assertThat(first.getHeader(LlmConstants.CACHE_STATUS)).isEqualTo("miss");
        assertThat(second.getBody()).isEqualTo(List.of(List.of(4f, 1f), List.of(5f, 1f)));
        assertThat(second.getHeaders())
                .containsEntry(LlmConstants.CACHE_STATUS, "hit")
                .containsEntry(LlmConstants.CACHE_SAVED, first.getHeader(LlmConstants.COST))
                .containsEntry(LlmConstants.COST, BigDecimal.ZERO)
                .containsEntry(LlmConstants.ATTEMPTS, 0)
                .containsEntry(LlmConstants.INPUT_TOKENS, 10L)
                .containsEntry(LlmConstants.RESPONSE_MODEL, "text-embedding-3-small");
        CallRecord asked = takeRecord();
        CallRecord hit = takeRecord();
        assertThat(hit.operation()).isEqualTo(Operation.EMBEDDINGS);
        assertThat(hit.cacheHit().orElseThrow().kind()).isEqualTo(CacheHit.Kind.EXACT);
        assertThat(hit.cacheHit().orElseThrow().saved()).isEqualTo(asked.cost()).isPresent();
        assertThat(hit.usage()).isEmpty();
    }

    @Test
    void whatChangesVectorsIsApartAndLabelsAreNot() {
        assertThat(status("direct:exact", "four")).isEqualTo("miss");
        assertThat(status("direct:short", "four")).isEqualTo("miss");
        assertThat(status("direct:exact", List.of("four", "four"))).isEqualTo("miss");
        assertThat(status("direct:labelled", "four")).isEqualTo("hit");
    }

    @Test
    void tenantsAreApartAndNobodysTextIsNotCached() {
        assertThat(status("direct:tenant", "four", Map.of("tenant", "acme"))).isEqualTo("miss");
        assertThat(status("direct:tenant", "four", Map.of("tenant", "umbrella")))
                .isEqualTo("miss");
        assertThat(status("direct:tenant", "four", Map.of("tenant", "acme"))).isEqualTo("hit");
        assertThat(status("direct:tenant", "four")).isEqualTo("bypass");
        assertThat(status("direct:tenant", "four")).isEqualTo("bypass");
    }

    @Test
    void headerSaysWhatIsWantedOfTheCache() {
        Map<String, Object> noStore = Map.of(LlmConstants.CACHE_CONTROL, "no-store");
        Map<String, Object> noCache = Map.of(LlmConstants.CACHE_CONTROL, "no-cache");

        assertThat(status("direct:exact", "four", noStore)).isEqualTo("bypass");
        assertThat(status("direct:exact", "four")).isEqualTo("miss");
        assertThat(status("direct:exact", "four", noCache)).isEqualTo("bypass");
        assertThat(status("direct:exact", "four")).isEqualTo("hit");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void equalCallsAtTheSameMomentAreOneRequest() {
        Gate gate = new Gate();
        server.otherwise(request -> Answer.of(200)
                .header("content-type", "application/json")
                .await(gate)
                .chunk(OtherOperationsTest.vectorsJson(request)));
        List<CompletableFuture<Exchange>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(template.asyncSend(
                    "direct:exact", exchange -> exchange.getMessage().setBody("four")));
        }
        LlmCaches caches =
                context.getComponent("llm", LlmComponent.class).runtime().caches();
        await().until(() -> caches.waiting() == 10);
        gate.open();

        for (CompletableFuture<Exchange> done : asked) {
            assertThat(done.join().getMessage().getBody()).isEqualTo(List.of(4f, 1f));
        }
        assertThat(caches.counts().orElseThrow().coalesced()).isEqualTo(9);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void failureIsNotKept() {
        server.play(error(500, "server_error", "broken"));
        Exchange failed = template.request(
                "direct:exact", exchange -> exchange.getMessage().setBody("four"));

        assertThat(failed.getException()).isNotNull();
        assertThat(status("direct:exact", "four")).isEqualTo("miss");
    }

    @Test
    void onlyEqualTextsAreAlikeWhateverIsWanted() {
        assertThat(status("direct:semantic", "How do I cancel?")).isEqualTo("miss");
        assertThat(status("direct:semantic", "How can I cancel?")).isEqualTo("miss");
        assertThat(status("direct:semantic", "How do I cancel?")).isEqualTo("hit");
    }

    @Test
    void clientsOfAWireFormatShareTheCacheWithRoutes() {
        assertThat(status("direct:exact", List.of("four"))).isEqualTo("miss");
        Message served =
                answered("direct:wire", "{\"model\":\"text-embedding-3-small\",\"input\":[\"four\"]}", Map.of());

        assertThat(served.getHeader(LlmConstants.CACHE_STATUS)).isEqualTo("hit");
        assertThat(served.getBody(String.class)).contains("\"embedding\":[4");
        assertThat(server.requests()).hasSize(1);
    }
}
