package io.github.camelllm.routes.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnrichmentRoutesTest {
    private final TemplateRun run = new TemplateRun(Responders.rules()
            .contains("Summarise", ScriptedAnswer.text("A short one."))
            .contains("never again", ScriptedAnswer.text("{\"mood\":\"angry\",\"id\":2}"))
            .contains("two days", ScriptedAnswer.text("Two days."))
            .contains("lamp", ScriptedAnswer.text("A lamp is due."))
            .contains("pay", ScriptedAnswer.text("{\"label\":\"invoice\",\"confidence\":0.9}"))
            .contains("hm", ScriptedAnswer.text("{\"label\":\"order\",\"confidence\":0.3}"))
            .contains("Danish", ScriptedAnswer.text("goddag"))
            .contains("humps", ScriptedAnswer.text("Fat [1]."))
            .otherwise(Responders.echo()));

    @AfterEach
    void close() {
        run.close();
    }

    private void load(Dsl dsl, String yaml, org.apache.camel.builder.RouteBuilder java) throws Exception {
        if (dsl == Dsl.YAML) {
            PluginHelper.getRoutesLoader(run.context())
                    .loadRoutes(
                            PluginHelper.getResourceLoader(run.context()).resolveResource("classpath:docs/" + yaml));
        } else {
            run.context().addRoutes(java);
        }
        run.context().start();
    }

    private Object send(String endpoint, Object body, Map<String, Object> headers) {
        Exchange exchange = run.send(endpoint, body, headers);
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void routesOfThePagesRun(Dsl dsl) throws Exception {
        DataSource database = Postgres.plain().emptyDatabase();
        Postgres.execute(
                database,
                "create table orders (customer text, item text, due date)",
                "insert into orders values ('Acme', 'lamp', '2026-12-24')",
                new String(getClass()
                        .getResourceAsStream("/camel-llm/sql/arrays/schema.sql")
                        .readAllBytes()));
        run.context().getRegistry().bind("database", database);
        Properties properties = new Properties();
        properties.setProperty("terms", "src/test/resources/docs/terms");
        properties.setProperty("store", "arrays");
        run.context().getPropertiesComponent().setOverrideProperties(properties);
        load(dsl, "enrichment.camel.yaml", new EnrichmentRoutes());

        assertThat(send("direct:append", Map.of("report", "long"), Map.of()))
                .isEqualTo(Map.of("report", "long", "summary", "A short one."));
        assertThat(send("direct:merge", Map.of("id", 1, "remark", "never again"), Map.of()))
                .isEqualTo(Map.of("id", 1, "remark", "never again", "mood", "angry"));
        assertThat(send("direct:terms", "When?", Map.of("country", "dk"))).isEqualTo("Two days.");
        assertThat(send("direct:customer", Map.of("customer", "Acme", "question", "What is due?"), Map.of()))
                .isEqualTo("A lamp is due.");
        send("direct:mail", "I want to pay", Map.of());
        send("direct:mail", "hm", Map.of());
        assertThat(run.context().createConsumerTemplate().receiveBody("seda:invoice", 10_000))
                .isEqualTo("I want to pay");
        assertThat(run.context().createConsumerTemplate().receiveBody("seda:desk", 10_000))
                .isEqualTo("hm");
        assertThat(send("direct:translate", "good day", Map.of("language", "Danish")))
                .isEqualTo("goddag");
        assertThat(send("direct:private", "I am a@example.com", Map.of())).isEqualTo("I am a@example.com");
        send("direct:index", "Camels store fat in their humps.", Map.of("CamelFileName", "camels.md"));
        assertThat(send("direct:ask", "What do camels store in humps?", Map.of()))
                .isEqualTo("Fat [1].");
        send("direct:prune", List.of("other.md"), Map.of());
        assertThat(Postgres.number(database, "select count(*) from llm_chunks")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void templateOfThePageRuns(Dsl dsl) throws Exception {
        if (dsl == Dsl.YAML) {
            dsl.load(run.context(), "llm-translate", new LettersRoute());
        }
        load(dsl, "template.camel.yaml", new LettersRoute());

        assertThat(send("direct:letters", "good day", Map.of())).isEqualTo("goddag");
    }
}
