package io.github.camelllm.routes.failover;

import org.apache.camel.builder.RouteBuilder;

/** Asks several models at once, or one several times, and takes the answer that most of them gave. The twin of {@code camel-llm/templates/llm-majority-vote.camel.yaml}, which says more. */
public final class MajorityVoteTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-majority-vote")
                .templateParameter("from")
                .templateParameter("models")
                .templateParameter("vote", "${body}")
                .templateParameter("tie", "first")
                .templateBean("majority")
                .typeClass(MajorityVote.class)
                .property("vote", "{{vote}}")
                .property("tie", "{{tie}}")
                .end()
                .from("{{from}}")
                .setVariable("llmQuestion", body())
                .doTry()
                .split(constant("{{models}}"))
                .parallelProcessing()
                .aggregationStrategy("{{majority}}")
                .onPrepare(new Question())
                .setVariable("llmModel", simple("${body.strip()}"))
                .setBody(method(Question.class, "copy"))
                .toD("llm:${variable.llmModel}")
                .end()
                .endDoTry()
                .doFinally()
                .removeVariable("llmQuestion")
                .removeVariable("llmModel")
                .end();
    }
}
