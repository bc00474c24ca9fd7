package io.github.camelllm.examples.cost;

import io.github.camelllm.chat.LlmBudgetExceededException;
import org.apache.camel.builder.RouteBuilder;

/** The routes of {@code camel/teams.camel.yaml} in Java. */
final class TeamRoutes extends RouteBuilder {
    @Override
    public void configure() {
        // Sums up the files of a team. What a budget refuses goes to another folder, with the reason beside it
        routeTemplate("team")
                .templateParameter("team")
                .templateParameter("costCenter")
                // One file after the other: otherwise all calls are under way at once, and each sets aside the most it
                // can cost
                .from("file:{{folder}}/inbox/{{team}}?synchronous=true&initialDelay=0&sortBy=file:name"
                        + "&moveFailed=.failed")
                // Only so that each run prints the same: what the call before cost is booked by then
                .delay(100)
                .convertBodyTo(String.class)
                .setHeader("CamelLlmTag.team", constant("{{team}}"))
                .setHeader("CamelLlmTag.costCenter", constant("{{costCenter}}"))
                .doTry()
                .to("llm:{{team.model}}")
                .to("file:{{folder}}/summaries/{{team}}")
                .doCatch(LlmBudgetExceededException.class)
                .to("file:{{folder}}/refused/{{team}}")
                .setBody(simple("${exception.message}"))
                .to("file:{{folder}}/refused/{{team}}?fileName=${file:name.noext}.reason.txt")
                .end();

        templatedRoute("team")
                .routeId("marketing")
                .parameter("team", "marketing")
                .parameter("costCenter", "4100");
        templatedRoute("team").routeId("sales").parameter("team", "sales").parameter("costCenter", "4200");
        templatedRoute("team").routeId("support").parameter("team", "support").parameter("costCenter", "5100");

        // What budgets have to say
        from("seda:budget-alerts")
                .routeId("alerts")
                .to("file:{{folder}}?fileName=alerts.txt&fileExist=Append&appendChars=\\n");
    }
}
