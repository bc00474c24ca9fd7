package io.github.camelllm.routes.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Results;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuartzTest {
    private final Simulator simulator =
            Simulator.builder().responder(Responders.echo()).build().start();
    private final SimulatedContext context = new SimulatedContext(simulator);
    private Results results;

    @BeforeEach
    void fillTable() throws Exception {
        results = new Results();
        results.update("create table reviews (id int primary key, text varchar(1000), summary varchar(1000), failure"
                + " varchar(1000))");
        results.update("insert into reviews (id, text) values (1, 'first'), (2, 'second'), (3, 'third')");
    }

    @AfterEach
    void close() throws Exception {
        context.close();
        simulator.close();
        results.close();
    }

    private void start(Dsl dsl) throws Exception {
        context.getRegistry().bind("results", results.dataSource());
        dsl.load(context, "llm-quartz", new QuartzTemplate());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:failed")
                        .to("sql:update reviews set failure = :#${header.llmReason} where id = :#${body[ID]}");
            }
        });
        dsl.loadUse(context, "queues/reviews.camel.yaml", new ReviewRoutes());
        context.start();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksAboutEachRowOnceAndTakesUpInTheNextRunWhatFailedForNow(Dsl dsl) throws Exception {
        simulator.failNext(Fault.parse("status=503"));
        start(dsl);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> results.query("select summary from reviews where summary is null")
                        .isEmpty());

        assertThat(results.query("select summary from reviews order by id"))
                .containsExactly("Sum up: first", "Sum up: second", "Sum up: third");
        assertThat(simulator.requestCount()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void handsOverARowThatCannotBeAnswered(Dsl dsl) throws Exception {
        simulator.failNext(Fault.parse("context-too-long"));
        start(dsl);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> results.query("select id from reviews where summary is null and failure is null")
                        .isEmpty());

        assertThat(results.query("select id from reviews where failure like '%mistral%'"))
                .containsExactly("1");
        assertThat(simulator.requestCount()).isEqualTo(3);
    }
}
