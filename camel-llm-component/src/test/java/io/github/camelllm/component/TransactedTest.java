package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.TransactedPolicy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.junit.jupiter.api.Test;

/** Callers that need their thread back only when the answer is there. */
class TransactedTest extends LlmRouteTest {
    private final AtomicReference<Thread> before = new AtomicReference<>();
    private final AtomicReference<Thread> after = new AtomicReference<>();

    /** Marks the exchange as transacted, as Spring's and JTA's policies do, and routes it on the calling thread. */
    private static final class InTransaction implements TransactedPolicy {
        @Override
        public void beforeWrap(Route route, NamedNode definition) {
            // There is nothing to prepare.
        }

        @Override
        public Processor wrap(Route route, Processor processor) {
            return new DelegateAsyncProcessor(processor) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    exchange.getUnitOfWork().beginTransactedBy(this);
                    try {
                        processor.process(exchange);
                    } catch (Exception e) {
                        exchange.setException(e);
                    } finally {
                        exchange.getUnitOfWork().endTransactedBy(this);
                    }
                    callback.done(true);
                    return true;
                }
            };
        }
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        context.getRegistry().bind("inTransaction", new InTransaction());
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:transacted")
                        .transacted("inTransaction")
                        .process(exchange -> before.set(Thread.currentThread()))
                        .to("llm:openai/" + MODEL)
                        .process(exchange -> after.set(Thread.currentThread()));
                from("direct:stream")
                        .transacted("inTransaction")
                        .process(exchange -> before.set(Thread.currentThread()))
                        .to("llm:openai/" + MODEL + "?streaming=true")
                        .split(body())
                        .streaming()
                        .process(exchange -> after.set(Thread.currentThread()))
                        .end();
                from("direct:plain").to("llm:openai/" + MODEL).process(exchange -> after.set(Thread.currentThread()));
            }
        };
    }

    @Test
    void transactedRouteGoesOnOnItsOwnThread() {
        server.play(answer("ok"));

        assertThat(template.requestBody("direct:transacted", "Hi", String.class))
                .isEqualTo("ok");

        assertThat(after.get()).isSameAs(before.get()).isSameAs(Thread.currentThread());
    }

    @Test
    void transactedRouteSplitsAStreamOnItsOwnThread() {
        server.play(stream("a", "b").chunk(streamEnd()));

        template.sendBody("direct:stream", "Hi");

        assertThat(after.get()).isSameAs(before.get());
    }

    @Test
    void restOfARouteNeverRunsOnAnIoThread() {
        server.play(answer("ok"));

        template.requestBody("direct:plain", "Hi", String.class);

        assertThat(after.get().getName()).contains("LlmWorker");
    }
}
