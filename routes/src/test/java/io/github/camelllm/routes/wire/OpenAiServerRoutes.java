package io.github.camelllm.routes.wire;

import java.io.InputStream;
import org.apache.camel.builder.RouteBuilder;

/** The same as {@code wire/openai-server.camel.yaml}, in Java. */
final class OpenAiServerRoutes extends RouteBuilder {
    @Override
    public void configure() {
        from("platform-http:/v1/chat/completions?httpMethodRestrict=POST")
                .to("llm:anthropic/claude-haiku-4-5?wireFormat=openai-chat")
                .removeHeaders("*", "Content-Type")
                .convertBodyTo(InputStream.class);
    }
}
