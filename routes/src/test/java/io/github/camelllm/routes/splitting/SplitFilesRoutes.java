package io.github.camelllm.routes.splitting;

import org.apache.camel.builder.RouteBuilder;

/** What docs/splitting.md shows, run by {@link SplitFilesTest}; the same in YAML: splitting/split-files.yaml. */
final class SplitFilesRoutes extends RouteBuilder {
    @Override
    public void configure() {
        templatedRoute("llm-split-csv")
                .parameter("from", "file:{{inbox}}/csv?synchronous=true")
                .parameter("to", "seda:records?size=100&blockWhenFull=true")
                .parameter("delimiter", ";")
                .parameter("deadLetters", "{{inbox}}/bad");

        templatedRoute("llm-split-json")
                .parameter("from", "file:{{inbox}}/json?synchronous=true")
                .parameter("to", "seda:records?size=100&blockWhenFull=true");

        templatedRoute("llm-split-xml")
                .parameter("from", "file:{{inbox}}/xml?synchronous=true")
                .parameter("to", "seda:records?size=100&blockWhenFull=true")
                .parameter("element", "//order");

        templatedRoute("llm-split-text")
                .parameter("from", "file:{{inbox}}/text?synchronous=true")
                .parameter("to", "seda:records?size=100&blockWhenFull=true")
                .parameter("model", "openai/gpt-5-mini")
                .parameter("chunkTokens", "800")
                .parameter("overlapTokens", "80");
    }
}
