package io.github.camelllm.routes.gateway;

import io.github.camelllm.call.WireRequest;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.gateway.keys.Authenticator;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.routes.quality.Judgement;
import io.github.camelllm.routes.quality.Quality;
import io.github.camelllm.routes.quality.Scoring;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.RequestScan;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a client asks for and who it is, and refuses what is no request. Lists of models, feedback and the
 * gateway's own health are answered here.
 */
public final class EnterStage extends GatewayStage {
    /** Exchange property with the {@link Caller}. */
    public static final String CALLER = "CamelLlmGatewayCaller";
    /** Exchange property with the operation in lower case, such as {@code chat}. */
    public static final String OPERATION = "CamelLlmGatewayOperation";

    private static final String KEY_TAG = LlmConstants.TAG + ".key";
    /** Header of the message with what the client said that its request is for. */
    static final String TASK_TAG = LlmConstants.TAG + ".task";

    private static final String TASK = "x-llm-task";
    private @Nullable HealthAnswer health;
    private @Nullable ModelList models;
    private @Nullable AnswerScoring scoring;

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        health = new HealthAnswer(getCamelContext(), state());
        models = new ModelList(getCamelContext());
        if (Quality.isPossible(getCamelContext())) {
            // A wrong setting is found now and not with the first judgement
            Scoring scores = Quality.of(getCamelContext()).scoring();
            scoring = scores.isOff() ? null : new AnswerScoring(scores);
        }
    }

    @Override
    boolean run(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        String path = GatewayPaths.withoutSlash(message.getHeader(Exchange.HTTP_PATH, "", String.class));
        // What is asked goes by it as well
        message.setHeader(Exchange.HTTP_PATH, path);
        GatewayRequest request = GatewayPaths.read(
                message.getHeader(Exchange.HTTP_METHOD, "", String.class),
                path,
                name -> message.getHeader(name) != null,
                System.nanoTime());
        // Whatever fails from here on is told in the shape of the client's API
        exchange.setProperty(GatewayRequest.PROPERTY, request);
        String secret = Authentication.takeSecret(message);
        Optional<String> ownKeys = OwnKeys.take(message);
        HealthAnswer state = health;
        if (request.operation() == GatewayOperation.HEALTH && state != null) {
            exchange.setRouteStop(true);
            return state.answer(exchange, path.endsWith("/ready"), callback);
        }
        Optional<Authenticator> authenticator = state().authenticator();
        if (request.operation() == GatewayOperation.FEEDBACK) {
            return feedback(
                    exchange,
                    authenticator.isEmpty()
                            ? CompletableFuture.completedFuture(state().config().anyone())
                            : authenticator.get().authenticate(secret).toCompletableFuture(),
                    callback);
        }
        if (authenticator.isEmpty()) {
            enter(exchange, request, state().config().anyone(), ownKeys);
            callback.done(true);
            return true;
        }
        CompletableFuture<Caller> caller =
                authenticator.get().authenticate(secret).toCompletableFuture();
        if (caller.isDone()) {
            finish(exchange, () -> enter(exchange, request, join(caller), ownKeys));
            callback.done(true);
            return true;
        }
        caller.whenComplete((known, failure) -> {
            finish(exchange, () -> enter(exchange, request, join(caller), ownKeys));
            callback.done(false);
        });
        return false;
    }

    /** What a client says of a call is kept on a thread that may wait for the database. */
    private boolean feedback(Exchange exchange, CompletableFuture<Caller> caller, AsyncCallback callback) {
        exchange.setRouteStop(true);
        requireJson(exchange.getMessage());
        caller.whenComplete((known, failure) -> {
            try {
                Caller judge = join(caller);
                state().workers().run(() -> {
                    finish(exchange, () -> FeedbackAnswer.answer(exchange, judge));
                    callback.done(false);
                });
            } catch (RuntimeException e) {
                exchange.setException(e);
                callback.done(false);
            }
        });
        return false;
    }

    /** @throws LlmException if that is why there is no caller */
    static Caller join(CompletableFuture<Caller> caller) {
        try {
            return caller.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw e;
        }
    }

    private void enter(Exchange exchange, GatewayRequest request, Caller caller, Optional<String> ownKeys) {
        Message message = exchange.getMessage();
        ownKeys.ifPresent(header -> state().config().ownKeys().use(header, caller, exchange));
        exchange.setProperty(CALLER, caller);
        exchange.setProperty(OPERATION, request.operation().name().toLowerCase(Locale.ROOT));
        GatewayRequest known = request.operation().hasBody() ? read(request, exchange) : request;
        String model = known.model();
        if (!model.isEmpty()
                && !Targets.isSafe(model)
                && !state().config().aliases().containsKey(model)) {
            throw Refusals.invalid(Refusals.NOT_FOUND, "there is no such model here");
        }
        exchange.setProperty(GatewayRequest.PROPERTY, known);
        ModelList list = models;
        if (known.operation() == GatewayOperation.MODELS && list != null) {
            message.setBody(list.answer(known, caller, state().config()));
            message.setHeader(Exchange.CONTENT_TYPE, "application/json");
            exchange.setRouteStop(true);
            return;
        }
        AnswerScoring scores = scoring;
        if (scores != null) {
            scores.asked(exchange, known);
        }
        setTask(message);
        label(message, caller);
        // A key that a client brought is not kept, and its call must not be repeated with another one
        if (ownKeys.isEmpty()) {
            state().deadLetters()
                    .ifPresent(letters -> letters.watch(
                            exchange, known, caller, state().config().requestHeaders()));
        }
    }

    /** Tags of the call. */
    static void label(Message message, Caller caller) {
        message.setHeader(KEY_TAG, caller.id());
        caller.tags().forEach((name, value) -> message.setHeader(LlmConstants.TAG + "." + name, value));
    }

    /** What the client says that the request is for. A tag of the caller's own wins. */
    private static void setTask(Message message) {
        String task = message.getHeader(TASK, String.class);
        if (task != null) {
            message.removeHeader(TASK);
            if (!task.isBlank() && task.length() <= Judgement.TASK_CHARS) {
                message.setHeader(TASK_TAG, task.strip());
            }
        }
    }

    private GatewayRequest read(GatewayRequest request, Exchange exchange) {
        Message message = exchange.getMessage();
        requireJson(message);
        byte[] sent = message.getBody(byte[].class);
        byte[] body = sent == null ? new byte[0] : sent;
        Predicate<String> allowedHosts = state().config().allowedUrlHosts()::contains;
        RequestFacts facts = request.operation() == GatewayOperation.CHAT
                ? scan(request, exchange, body, allowedHosts)
                : RequestFacts.read(body, allowedHosts);
        if (request.api() == ClientApi.GEMINI) {
            return request;
        }
        if (facts.model().isEmpty()) {
            throw Refusals.invalid("model: expected the name of a model");
        }
        return request.with(facts.model(), facts.stream());
    }

    /** Checks a chat request in the same pass that finds out what the endpoint must know of it. */
    private static RequestFacts scan(
            GatewayRequest request, Exchange exchange, byte[] body, Predicate<String> allowedHosts) {
        Dialect dialect = request.api().dialect();
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        CheckedJson checked = new CheckedJson(body, allowedHosts);
        RequestScan scan = dialect.passThrough().scan(path, body, checked::over);
        exchange.setProperty(LlmConstants.SCANNED_REQUEST, new WireRequest.Scanned(dialect, path, scan));
        return checked.facts();
    }

    private static void requireJson(Message message) {
        String type = message.getHeader(Exchange.CONTENT_TYPE, "application/json", String.class);
        String plain = type.split(";", 2)[0].strip();
        if (!plain.equalsIgnoreCase("application/json")) {
            throw Refusals.invalid(Refusals.UNSUPPORTED_TYPE, "expected a body of the type application/json");
        }
        String coding = message.getHeader("content-encoding", "identity", String.class);
        if (!coding.equalsIgnoreCase("identity")) {
            throw Refusals.invalid(Refusals.UNSUPPORTED_TYPE, "expected a body without a content encoding");
        }
    }
}
