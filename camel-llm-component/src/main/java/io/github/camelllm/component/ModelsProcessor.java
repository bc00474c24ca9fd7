package io.github.camelllm.component;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.wire.ModelsClientCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** Lists the provider's models: the body becomes a list of maps with {@code id} and what else the provider tells. */
final class ModelsProcessor implements OperationProcessor {
    /** No provider lists more; one that never ends its list must not keep us asking. */
    private static final int MAX_PAGES = 100;

    private final LlmEndpoint endpoint;
    private final LlmEngine engine;

    ModelsProcessor(LlmEndpoint endpoint) {
        this.endpoint = endpoint;
        engine = endpoint.getComponent().engine();
    }

    @Override
    public void process(Exchange exchange, AsyncCallback callback) {
        String model = endpoint.getModel();
        CallTarget target = endpoint.target(model == null ? "" : model, exchange);
        Continuation continuation = new Continuation(exchange, callback, engine.workers(), endpoint.getConfiguration());
        new Pages(target, continuation).ask(Optional.empty());
    }

    private final class Pages implements WholeAnswerObserver<ModelsClientCodec.Page> {
        private final CallTarget target;
        private final Continuation continuation;
        private final List<Map<String, Object>> models = new ArrayList<>();
        private int pages;

        Pages(CallTarget target, Continuation continuation) {
            this.target = target;
            this.continuation = continuation;
        }

        void ask(Optional<String> pageToken) {
            pages++;
            engine.channels()
                    .models()
                    .send(
                            Call.of(Operation.MODELS, pageToken, target, false, endpoint.tags(continuation.exchange())),
                            this);
        }

        @Override
        public Continuation continuation() {
            return continuation;
        }

        @Override
        public void completed(ModelsClientCodec.Page page, CallRecord record) {
            page.models().forEach(model -> models.add(asMap(model)));
            if (page.nextPageToken().isPresent() && pages < MAX_PAGES) {
                ask(page.nextPageToken());
                return;
            }
            continuation.resume(() -> {
                Exchange exchange = continuation.exchange();
                ResultHeaders.clearFailure(exchange);
                ResultHeaders.set(exchange.getMessage(), record, Optional.empty());
                exchange.getMessage().setBody(models);
            });
        }
    }

    private static Map<String, Object> asMap(ModelInfo model) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", model.id());
        model.displayName().ifPresent(name -> map.put("displayName", name));
        model.ownedBy().ifPresent(owner -> map.put("ownedBy", owner));
        model.created().map(Instant::toString).ifPresent(created -> map.put("created", created));
        model.contextWindowTokens().ifPresent(tokens -> map.put("contextWindowTokens", tokens));
        model.maxOutputTokens().ifPresent(tokens -> map.put("maxOutputTokens", tokens));
        return map;
    }
}
