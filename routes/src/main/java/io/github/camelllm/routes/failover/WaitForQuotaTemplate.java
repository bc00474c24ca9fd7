package io.github.camelllm.routes.failover;

import io.github.camelllm.chat.LlmRateLimitedException;
import org.apache.camel.builder.RouteBuilder;

/** Lets messages wait, instead of failing, while the provider is out of quota. The twin of {@code camel-llm/templates/llm-wait-for-quota.camel.yaml}, which says more. */
public final class WaitForQuotaTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-wait-for-quota")
                .templateParameter("from")
                .templateParameter("model")
                .templateParameter("concurrency", "8")
                .templateParameter("capacity", "1000")
                .templateParameter("longestWait", "600000")
                .templateParameter("defaultWait", "5000")
                .templateBean("room")
                .typeClass(WaitingRoom.class)
                .property("concurrency", "{{concurrency}}")
                .property("capacity", "{{capacity}}")
                .property("longestWait", "{{longestWait}}")
                .property("defaultWait", "{{defaultWait}}")
                .end()
                .from("{{from}}")
                .setProperty(WaitingRoom.WAITS, constant(true))
                .loopDoWhile(exchangeProperty(WaitingRoom.WAITS))
                // Waits for its turn; high before normal before low
                .process("{{room}}")
                .doTry()
                .to("llm:{{model}}")
                .doCatch(LlmRateLimitedException.class)
                .onWhen(simple("${exception.retryable}"))
                .to("bean:{{room}}?method=pause")
                .doFinally()
                .to("bean:{{room}}?method=leave")
                .end()
                .end();
    }
}
