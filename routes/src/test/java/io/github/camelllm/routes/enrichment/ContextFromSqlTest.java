package io.github.camelllm.routes.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Responders;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContextFromSqlTest {
    private static final String QUERY =
            "select item, due, price from orders where customer = :#${body[customer]} order by item";

    private final TemplateRun run = new TemplateRun(Responders.echo());
    private final DataSource database = Postgres.plain().emptyDatabase();

    @BeforeEach
    void rows() throws Exception {
        Postgres.execute(
                database,
                "create table orders (customer text, item text, due date, price numeric(9,2))",
                "insert into orders values ('Möller', 'chair', '2026-12-01', 40.50), ('Möller', 'table', null, 99),"
                        + " ('O''Brien', 'lamp', '2026-12-24', 12)",
                "create table audit (note text)");
        run.context().getRegistry().bind("database", database);
    }

    @AfterEach
    void close() {
        run.close();
    }

    private void start(Dsl dsl, Map<String, Object> more) throws Exception {
        Map<String, Object> parameters = new HashMap<>(Map.of(
                "model",
                "openai/gpt-5-mini",
                "query",
                QUERY,
                "prompt",
                "${variable.llmContext}\n\nQuestion: ${body[question]}"));
        parameters.putAll(more);
        run.route(dsl, "llm-context-from-sql", new ContextFromSqlTemplate(), parameters);
    }

    private Exchange ask(String customer) {
        return run.send(Map.of("customer", customer, "question", "What is due?"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void putsTheRowsOfTheRecordsKeyIntoThePrompt(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        Exchange exchange = ask("Möller");

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody())
                .isEqualTo("{\"item\":\"chair\",\"due\":\"2026-12-01\",\"price\":40.50}\n"
                        + "{\"item\":\"table\",\"due\":null,\"price\":99.00}\n\nQuestion: What is due?");
        assertThat(exchange.getVariables()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void bindsTheKeyWhateverItHolds(Dsl dsl) throws Exception {
        start(dsl, Map.of());

        assertThat(ask("O'Brien").getMessage().getBody(String.class)).contains("lamp");
        Exchange attack = ask("x'; insert into audit values ('hacked'); --");

        assertThat(attack.getMessage().getBody(String.class)).startsWith("(none)");
        assertThat(Postgres.number(database, "select count(*) from audit")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void readsNoMoreRowsThanAllowed(Dsl dsl) throws Exception {
        start(dsl, Map.of("maxRows", 1, "dataSource", "#database"));
        run.context().getRegistry().bind("other", Postgres.plain().emptyDatabase());

        assertThat(ask("Möller").getMessage().getBody(String.class))
                .contains("chair")
                .doesNotContain("table");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void refusesMoreTextThanAllowedBeforeAnythingIsAsked(Dsl dsl) throws Exception {
        start(dsl, Map.of("maxChars", 60));

        Exchange exchange = ask("Möller");

        assertThat(exchange.getException())
                .hasMessageContaining("expected at most 60 characters from 2 rows")
                .hasMessageNotContaining("chair");
        assertThat(run.simulator().requestCount()).isZero();
        assertThat(exchange.getMessage().getBody()).isInstanceOf(Map.class);
    }

    @Test
    void isOneStepAsAKamelet() throws Exception {
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("kamelet:llm-context-from-sql-action?model=openai/gpt-5-mini"
                                + "&query=RAW(select item from orders where customer = :#${body})");
            }
        });
        run.context().start();

        assertThat(run.send("Möller").getMessage().getBody(String.class)).startsWith("{\"item\":\"chair\"}");
    }
}
