package io.github.camelllm.component;

import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** Sends exchanges to a provider without holding a thread while it answers. */
public class LlmProducer extends DefaultAsyncProducer {
    private final LlmEndpoint endpoint;
    private Map<Operation, OperationProcessor> processors = Map.of();
    private Map<Operation, OperationProcessor> wireProcessors = Map.of();
    private @Nullable WireFormats wireFormats;
    private @Nullable LlmProducerHealthCheck healthCheck;
    private @Nullable WritableHealthCheckRepository healthChecks;

    public LlmProducer(LlmEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public LlmEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        ChatProcessor chat = new ChatProcessor(endpoint);
        processors = endpoint.isRouter()
                ? Map.of(Operation.CHAT, chat)
                : Map.of(
                        Operation.CHAT, chat,
                        Operation.EMBEDDINGS, new EmbeddingsProcessor(endpoint),
                        Operation.MODELS, new ModelsProcessor(endpoint));
        wireFormats = new WireFormats(endpoint);
        WireChatProcessor wireChat = new WireChatProcessor(endpoint, chat.requests());
        wireProcessors = endpoint.isRouter()
                ? Map.of(Operation.CHAT, wireChat)
                : Map.of(Operation.CHAT, wireChat, Operation.EMBEDDINGS, new WireEmbeddingsProcessor(endpoint));
        // A wrong option or a missing key fails the start and not the first message.
        Operation operation = operation(endpoint.getConfiguration().getOperation());
        String model = endpoint.getModel();
        if (model == null && operation != Operation.MODELS) {
            throw new IllegalArgumentException("llm:" + endpoint.getProvider() + " needs a model: expected llm:"
                    + endpoint.getProvider() + "/MODEL");
        }
        if (endpoint.isRouter() && operation != Operation.CHAT) {
            throw new IllegalArgumentException("llm:router/" + model + ": routers answer the operation chat only");
        }
        endpoint.requireReady();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.getComponent()
                .engine()
                .addListeners(endpoint.getCamelContext().getRegistry().findByType(CallRecordListener.class));
        startHealthCheck();
    }

    @Override
    protected void doStop() throws Exception {
        if (healthChecks != null && healthCheck != null) {
            healthChecks.removeHealthCheck(healthCheck);
            healthCheck = null;
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            String header = exchange.getMessage().getHeader(LlmConstants.OPERATION, String.class);
            Operation operation =
                    operation(header == null ? endpoint.getConfiguration().getOperation() : header);
            WireFormats formats = wireFormats;
            boolean wire = formats != null && formats.isUsedBy(exchange);
            OperationProcessor processor = (wire ? wireProcessors : processors).get(operation);
            if (processor == null && operation == Operation.MODELS && formats != null && wire) {
                throw formats.invalid(
                        "llm:" + endpoint.getProvider() + ": wireFormat knows the operations chat and embeddings, not "
                                + operation.wireName(),
                        null);
            }
            if (processor == null && endpoint.isRouter() && !processors.isEmpty()) {
                throw new LlmInvalidRequestException(
                        "llm:router/" + endpoint.getModel() + ": routers answer the operation chat only",
                        ErrorDetails.local(
                                endpoint.getProvider(), String.valueOf(endpoint.getModel()), "invalid_option", false),
                        null);
            }
            if (processor == null) {
                throw new IllegalStateException("The producer of llm:" + endpoint.getProvider() + " is not started");
            }
            processor.process(exchange, callback);
            return false;
        } catch (LlmException e) {
            ResultHeaders.setFailure(exchange, e, endpoint.getConfiguration().getMaxRedeliveryDelay());
        } catch (Exception e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private Operation operation(String name) {
        try {
            return Operation.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new LlmInvalidRequestException(
                    "llm:" + endpoint.getProvider() + ": operation must be one of "
                            + Arrays.stream(Operation.values())
                                    .map(Operation::wireName)
                                    .toList(),
                    ErrorDetails.local(
                            endpoint.getProvider(), String.valueOf(endpoint.getModel()), "invalid_option", false),
                    e);
        }
    }

    private void startHealthCheck() {
        healthChecks = HealthCheckHelper.getHealthCheckRepository(
                endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
        if (healthChecks != null) {
            healthCheck = new LlmProducerHealthCheck(endpoint);
            healthCheck.setEnabled(endpoint.getComponent().isHealthCheckProducerEnabled());
            healthChecks.addHealthCheck(healthCheck);
        }
    }
}
