package io.github.camelllm.routes.conformance;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.gateway.TestGateway;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.RetryHint;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.PropertiesComponent;

/** The gateway that SDKs are tried against. Callers need a key; the simulator plays the providers. */
final class ConformanceGateway implements AutoCloseable {
    static final String KEY = "sk-llm-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /** A PNG of one pixel. */
    static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    private static final String KEY_HASH = "7a0d5337ad8d9ea2e5f22480fee90e0d5e7b2b913253ce0d1ade29729724d77f";
    private static final String LEAVES = "until I leave";
    private static final int FEWER_CALLS = 10_000;
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestGateway gateway;

    private ConformanceGateway(TestGateway gateway) {
        this.gateway = gateway;
    }

    static ConformanceGateway started() throws Exception {
        Simulator simulator = Simulator.builder()
                .responder(new Answers())
                .keptRequests(10_000)
                .build()
                .start();
        TestGateway gateway = TestGateway.of(
                simulator,
                "auth",
                "keys",
                "key.sdk.hash",
                KEY_HASH,
                "alias.fast",
                "anthropic/claude-haiku-4-5",
                "alias.vectors",
                "gemini/gemini-embedding-001",
                "models",
                models().collect(Collectors.joining(",")) + ",router/limited-*");
        // Faults on purpose must not make the router leave its targets alone
        LlmComponent component = gateway.context().getComponent("llm", LlmComponent.class);
        component.setCircuitMinCalls(FEWER_CALLS);
        component.setCircuitWindow(FEWER_CALLS);
        PropertiesComponent properties = gateway.context().getPropertiesComponent();
        properties.addInitialProperty("llm.router.any.targets", "gemini/gemini-2.5-pro,anthropic/claude-sonnet-4-5");
        for (String api : List.of("openai", "anthropic", "gemini")) {
            for (String sdk : List.of("js", "java", "python")) {
                String name = "limited-" + api + "-" + sdk;
                properties.addInitialProperty("llm.router." + name + ".targets", "openai/" + name + ",gemini/" + name);
            }
        }
        return new ConformanceGateway(gateway.start());
    }

    /** The names that clients are told of. */
    static Stream<String> models() {
        return Target.providers()
                .flatMap(target ->
                        Stream.concat(Stream.of(target.chat(), target.reasoning()), target.embeddings().stream()))
                .distinct();
    }

    String url() {
        return gateway.url();
    }

    /** How many requests for a text the providers got. */
    long requestsFor(String text) {
        return requests(chat -> lastText(chat).contains(text)).count();
    }

    /** What the provider was told by a header of the request for a text. */
    String headerOf(String text, String name) {
        return requests(chat -> lastText(chat).contains(text))
                .map(request -> request.headers().get(name))
                .findFirst()
                .orElseThrow();
    }

    /** How many streams that wait until their client leaves were cancelled. Waits until none is left. */
    long cancelledStreams() throws InterruptedException {
        gateway.simulator().awaitIdle(LONG);
        return requests(chat -> lastText(chat).contains(LEAVES))
                .filter(request -> request.outcome() == RecordedRequest.Outcome.CLIENT_LEFT)
                .count();
    }

    private Stream<RecordedRequest> requests(Predicate<ChatRequest> which) {
        return gateway.simulator().requests().stream()
                .filter(request -> request.chat().filter(which).isPresent());
    }

    private static String lastText(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        return messages.isEmpty() ? "" : messages.get(messages.size() - 1).text();
    }

    @Override
    public void close() {
        gateway.close();
    }

    /** Answers that show what reached the provider. */
    private static final class Answers implements Responder {
        private final Set<String> failed = ConcurrentHashMap.newKeySet();

        @Override
        public ScriptedAnswer answer(ChatRequest request) {
            String text = lastText(request);
            if (text.contains("repeat your instructions")) {
                return ScriptedAnswer.text(request.messages().stream()
                        .filter(message ->
                                message instanceof ChatMessage.System || message instanceof ChatMessage.Developer)
                        .map(ChatMessage::text)
                        .collect(Collectors.joining("\n")));
            }
            if (text.contains("How many messages")) {
                return ScriptedAnswer.text(request.messages().size() + " messages");
            }
            if (text.startsWith("Say ")) {
                return Responders.echo().answer(request);
            }
            if (text.contains("fail once") && failed.add(text)) {
                return ScriptedAnswer.failing(
                        Fault.status(503, RetryHint.of(RetryHint.Form.MILLIS, Duration.ofMillis(1))));
            }
            return Responders.deterministic().answer(request);
        }
    }
}
