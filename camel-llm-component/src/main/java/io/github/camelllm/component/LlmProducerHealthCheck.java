package io.github.camelllm.component;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.wire.ModelsClientCodec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Asks the provider for its list of models, which costs no tokens. */
final class LlmProducerHealthCheck extends AbstractHealthCheck {
    private static final long LIMIT_SECONDS = 10;

    private final LlmEndpoint endpoint;

    LlmProducerHealthCheck(LlmEndpoint endpoint) {
        super("camel", "producer:llm:" + endpoint.getProvider() + "/" + endpoint.getModel() + "-" + endpoint.getId());
        this.endpoint = endpoint;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        if (endpoint.isRouter()) {
            endpoint.router().checkHealth(builder);
            return;
        }
        String model = endpoint.getModel();
        CallTarget target = endpoint.target(model == null ? "" : model);
        builder.detail("provider", target.provider());
        builder.detail("model", target.model());
        if (target.dialect().models().isEmpty()) {
            builder.message("The provider has no call that costs no tokens").unknown();
            return;
        }
        Outcome outcome = new Outcome();
        CallHandle handle = endpoint.getComponent()
                .engine()
                .channels()
                .models()
                .send(Call.of(Operation.MODELS, Optional.empty(), target, false, Map.of("purpose", "health")), outcome);
        try {
            outcome.done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            builder.up();
        } catch (ExecutionException e) {
            builder.down().error(e.getCause());
        } catch (TimeoutException e) {
            handle.cancel();
            builder.down()
                    .message("No answer within " + LIMIT_SECONDS + " seconds")
                    .error(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            handle.cancel();
            builder.unknown().error(e);
        }
    }

    private static final class Outcome implements CallObserver<ModelsClientCodec.Page> {
        final CompletableFuture<Boolean> done = new CompletableFuture<>();

        @Override
        public void completed(ModelsClientCodec.Page result, CallRecord record) {
            done.complete(true);
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            done.completeExceptionally(failure);
        }

        @Override
        public void cancelled(CallRecord record) {
            done.complete(false);
        }
    }
}
