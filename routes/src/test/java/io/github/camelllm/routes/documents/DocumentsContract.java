package io.github.camelllm.routes.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Operation;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.util.IOHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What indexing and asking do, whichever way vectors are stored. */
abstract class DocumentsContract {
    private static final String MANUAL =
            "# Camels\n\nCamels store fat in their humps.\n\n# Llamas\n\nLlamas carry luggage over the Andes mountains.\n";

    final TemplateRun run = new TemplateRun(Responders.rules()
            .contains("store in humps", ScriptedAnswer.text("Fat [1]."))
            .build());
    private final String store;
    final DataSource database;

    DocumentsContract(String store, Postgres server) {
        this.store = store;
        database = server.emptyDatabase();
    }

    @BeforeEach
    void table() throws Exception {
        createTable();
        createTable();
        run.context().getRegistry().bind("database", database);
    }

    /** As often as anybody likes. */
    private void createTable() throws Exception {
        try (var in = getClass().getResourceAsStream("/camel-llm/sql/" + store + "/schema.sql")) {
            Postgres.execute(database, IOHelper.loadText(in));
        }
    }

    @AfterEach
    void close() {
        run.close();
    }

    void start(Dsl dsl) throws Exception {
        run.route(
                dsl,
                "llm-index-documents",
                new IndexDocumentsTemplate(),
                "direct:index",
                with("embeddings", "openai/text-embedding-3-small"));
        run.route(dsl, "llm-prune-documents", new PruneDocumentsTemplate(), "direct:prune", with());
        Map<String, Object> ask = with("embeddings", "openai/text-embedding-3-small", "model", "openai/gpt-5-mini");
        ask.put("minScore", 0.3);
        run.route(dsl, "llm-ask-documents", new AskDocumentsTemplate(), "direct:ask", ask);
    }

    private Map<String, Object> with(String... pairs) {
        Map<String, Object> parameters = new HashMap<>(Map.of("store", store));
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return parameters;
    }

    Exchange index(String name, Object text) {
        return run.send("direct:index", text, Map.of("CamelFileName", name));
    }

    Exchange ask(String question) {
        return run.send("direct:ask", question, Map.of());
    }

    private static void assertCounts(Exchange exchange, int chunks, int embedded, int removed) {
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader("CamelLlmChunks")).isEqualTo(chunks);
        assertThat(exchange.getMessage().getHeader("CamelLlmEmbeddedChunks")).isEqualTo(embedded);
        assertThat(exchange.getMessage().getHeader("CamelLlmRemovedChunks")).isEqualTo(removed);
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> sources(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getHeader(Passages.SOURCES, List.class);
    }

    private long requests(Operation operation) {
        return run.simulator().requests().stream()
                .filter(request -> request.operation() == operation)
                .count();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void answersFromTheNearestPassageAndNamesIt(Dsl dsl) throws Exception {
        start(dsl);
        Exchange indexed = index("animals.md", MANUAL);
        index("ships.txt", "Ships carry containers over the sea. It's 'quoted' {} [] \u0000 \\ ünï.");

        Exchange answer = ask("What do camels store in humps?");

        assertCounts(indexed, 2, 2, 0);
        assertThat(indexed.getMessage().getBody()).isEqualTo(MANUAL);
        assertThat(indexed.getVariables()).isEmpty();
        assertThat(answer.getMessage().getBody()).isEqualTo("Fat [1].");
        assertThat(answer.getVariables()).isEmpty();
        assertThat(sources(answer).get(0))
                .containsEntry("number", 1)
                .containsEntry("document", "animals.md")
                .containsEntry("title", "Camels")
                .containsEntry("part", 1)
                .containsEntry("cited", true);
        assertThat((Double) sources(answer).get(0).get("score")).isBetween(0.3, 1.0);
        assertThat(sources(answer))
                .extracting(source -> (Double) source.get("score"))
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
        int asked = (int) run.simulator().requestCount() - 1;
        assertThat(run.asked(asked))
                .contains(
                        "[1] animals.md: Camels\nCamels store fat in their humps.",
                        "Question: What do camels store in humps?");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksNoModelWhenNothingIsNearEnough(Dsl dsl) throws Exception {
        start(dsl);
        index("animals.md", MANUAL);

        Exchange answer = ask("Quarterly revenue?");

        assertThat(answer.getMessage().getBody()).isEqualTo("The documents do not tell.");
        assertThat(sources(answer)).isEmpty();
        assertThat(requests(Operation.CHAT)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void embedsUnchangedChunksNotAgainAndForgetsThoseThatAreGone(Dsl dsl) throws Exception {
        start(dsl);
        index("animals.md", MANUAL);

        assertCounts(index("animals.md", MANUAL), 2, 0, 0);
        assertThat(requests(Operation.EMBEDDINGS)).isEqualTo(1);
        assertCounts(index("animals.md", "# Goats\n\nGoats climb.\n\n" + MANUAL.replace("Andes", "high")), 3, 2, 1);
        assertThat(run.simulator()
                        .requests()
                        .get(1)
                        .usage()
                        .orElseThrow()
                        .inputTokens()
                        .orElseThrow())
                .isLessThan(60);
        assertThat(Postgres.number(database, "select ordinal from llm_chunks where title = 'Camels'"))
                .isEqualTo(2);
        assertThat(Postgres.number(database, "select count(*) from llm_chunks where content like '%Andes%'"))
                .isZero();
        assertCounts(index("animals.md", ""), 0, 0, 3);
        assertThat(Postgres.number(database, "select count(*) from llm_chunks")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void storesTheSameWordsTwiceInADocumentOnce(Dsl dsl) throws Exception {
        start(dsl);

        assertCounts(index("a", "# A\n\nSame.\n\n# B\n\nOther.\n\n# A\n\nSame."), 2, 2, 0);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void prunesDocumentsThatNoLongerExist(Dsl dsl) throws Exception {
        start(dsl);
        index("animals.md", MANUAL);
        index("ships.txt", "Ships carry containers.");

        Exchange pruned = run.send("direct:prune", List.of("ships.txt", "it's new"), Map.of());

        assertThat(pruned.getException()).isNull();
        assertThat(pruned.getMessage().getHeader("CamelLlmRemovedChunks")).isEqualTo(2);
        assertThat(Postgres.number(database, "select count(*) from llm_chunks")).isEqualTo(1);
        assertThat(run.send("direct:prune", List.of(), Map.of()).getException())
                .hasMessageContaining("got an empty one");
        assertThat(Postgres.number(database, "select count(*) from llm_chunks")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheIndexAndTheMessageWhenTheProviderFails(Dsl dsl) throws Exception {
        start(dsl);
        index("animals.md", MANUAL);
        run.simulator().failNext(Fault.status(503));

        Exchange failed = index("animals.md", "# New\n\nOther words.");

        assertThat(failed.getException()).isInstanceOf(LlmUnavailableException.class);
        assertThat(failed.getMessage().getBody()).isEqualTo("# New\n\nOther words.");
        assertThat(Postgres.number(database, "select count(*) from llm_chunks")).isEqualTo(2);
        run.simulator().failNext(Fault.status(503));
        Exchange unanswered = ask("What do camels store in humps?");
        assertThat(unanswered.getException()).isInstanceOf(LlmUnavailableException.class);
        assertThat(unanswered.getMessage().getBody()).isEqualTo("What do camels store in humps?");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void embedsAllAnewForAnotherModelAndDoesNotMixTheirVectors(Dsl dsl) throws Exception {
        start(dsl);
        index("animals.md", MANUAL);
        run.route(
                dsl,
                "llm-index-documents",
                new IndexDocumentsTemplate(),
                "direct:large",
                with("embeddings", "mistral/mistral-embed", "collection", "other"));

        Exchange other = run.send("direct:large", MANUAL, Map.of("CamelFileName", "animals.md"));

        assertCounts(other, 2, 2, 0);
        assertThat(sources(ask("What do camels store in humps?")))
                .extracting(s -> s.get("document"))
                .containsOnly("animals.md");
        assertThat(Postgres.number(database, "select count(distinct hash) from llm_chunks"))
                .isEqualTo(4);
    }

    @Test
    void refusesADocumentThatIsTooLong() throws Exception {
        Map<String, Object> parameters = with("embeddings", "openai/text-embedding-3-small", "maxDocumentChars", "10");
        run.route(Dsl.YAML, "llm-index-documents", new IndexDocumentsTemplate(), "direct:index", parameters);

        assertThat(index("long.md", "12345678901").getException())
                .hasMessageContaining("expected at most 10 characters, got 11");
    }

    @Test
    void areStepsAsKamelets() throws Exception {
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:index")
                        .to("kamelet:llm-index-documents-action?embeddings=openai/text-embedding-3-small&store="
                                + store);
                from("direct:prune").to("kamelet:llm-prune-documents-action?store=" + store);
                from("direct:ask")
                        .to("kamelet:llm-ask-documents-action?embeddings=openai/text-embedding-3-small"
                                + "&model=openai/gpt-5-mini&dataSource=#database&store=" + store);
            }
        });
        run.context().start();

        assertCounts(index("animals.md", MANUAL), 2, 2, 0);
        assertThat(ask("What do camels store in humps?").getMessage().getBody()).isEqualTo("Fat [1].");
        assertThat(run.send("direct:prune", List.of("x"), Map.of()).getMessage().getHeader("CamelLlmRemovedChunks"))
                .isEqualTo(2);
    }
}
