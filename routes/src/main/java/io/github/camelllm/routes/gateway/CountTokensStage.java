package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.router.ModelRef;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiServerAnswers;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** How many tokens a request has: counted or estimated here, without asking anybody. */
public final class CountTokensStage extends GatewayStage {
    private final TokenCounter counter = TokenCounter.create();

    @Override
    boolean run(Exchange exchange, AsyncCallback callback) {
        // A long text takes longer to count than an event loop may take
        state().workers().run(() -> {
            finish(exchange, () -> count(exchange));
            callback.done(false);
        });
        return false;
    }

    private void count(Exchange exchange) {
        GatewayRequest asked = GatewayRequest.of(exchange);
        byte[] body = exchange.getMessage().getBody(byte[].class);
        ChatRequest request =
                asked.api().dialect().server().decode(asked.path(), body).request();
        String target = exchange.getProperty(RouteStage.TARGET, request.model(), String.class);
        int slash = target.indexOf('/');
        String model =
                slash > 0 && !target.startsWith(ModelRef.ROUTER + "/") ? target.substring(slash + 1) : request.model();
        long tokens = counter.count(request.toBuilder().model(model).build()).tokens();
        exchange.getMessage()
                .setBody(
                        asked.api() == ClientApi.GEMINI
                                ? GeminiServerAnswers.tokenCount(tokens)
                                : ((AnthropicDialect) asked.api().dialect())
                                        .tokenCounts()
                                        .encodeAnswer(tokens));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
    }
}
