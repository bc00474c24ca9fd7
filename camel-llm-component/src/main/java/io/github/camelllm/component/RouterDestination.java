package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.LaterHandle;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.Acceptance;
import io.github.camelllm.router.Candidate;
import io.github.camelllm.router.Leg;
import io.github.camelllm.router.ModelRef;
import io.github.camelllm.router.RoutedRequest;
import io.github.camelllm.router.RouterChoice;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RoutingChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The targets of one router, for the requests of one exchange. */
final class RouterDestination implements ChatDestination.Cacheable {
    private final LlmRouter router;
    private final LlmEngine engine;
    private final Exchange exchange;
    private final Map<String, String> tags;
    private final Deadline deadline;
    private final long begunNanos;
    private final Optional<Acceptance<ChatRequest, ChatResponse>> acceptance;
    private final ExchangeTrace trace;

    /** @param acceptance tests the answers of small models; empty if the router takes the first answer */
    RouterDestination(
            LlmRouter router,
            LlmEngine engine,
            Exchange exchange,
            Map<String, String> tags,
            Optional<Acceptance<ChatRequest, ChatResponse>> acceptance,
            ExchangeTrace trace) {
        this.router = router;
        this.engine = engine;
        this.exchange = exchange;
        this.tags = ResultHeaders.ofRouter(tags, router.definition().name());
        this.deadline = router.deadline(exchange);
        this.begunNanos = LlmEndpoint.begunNanos(exchange);
        this.acceptance = acceptance;
        this.trace = trace;
    }

    @Override
    public String model() {
        return router.definition().name();
    }

    @Override
    public String provider() {
        return ModelRef.ROUTER;
    }

    @Override
    public String telemetryName() {
        return ModelRef.ROUTER;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public List<Object> place() {
        return router.place(exchange);
    }

    @Override
    public CallHandle send(ChatRequest request, boolean stream, CallObserver<ChatResponse> observer) {
        return send(engine.routing(), request, stream, router.choose(request, stream, exchange), acceptance, observer);
    }

    @Override
    public CallHandle send(WireRequest request, CallObserver<WireAnswer> observer) {
        return send(
                engine.wireRouting(),
                request,
                request.scan().stream(),
                router.choose(request, exchange),
                Optional.empty(),
                observer);
    }

    private <Q, R> CallHandle send(
            RoutingChannel<Q, R> channel,
            Q request,
            boolean stream,
            RouterChoice choice,
            Optional<Acceptance<Q, R>> tests,
            CallObserver<R> observer) {
        RouterDefinition definition = router.definition();
        if (choice.ranked().isEmpty()) {
            observer.failed(choice.noTarget(), RoutingChannel.notAsked(definition.name(), stream, tags));
            return new LaterHandle();
        }
        Targets targets = new Targets(choice);
        return channel.send(
                new RoutedRequest<>(
                        definition.name(),
                        request,
                        stream,
                        tags,
                        deadline,
                        targets.first(),
                        targets,
                        definition.hedging(),
                        definition.streams().onBreak(),
                        tests,
                        trace.current(),
                        begunNanos),
                observer);
    }

    /** Follows the choice from failure to failure. Called by one thread at a time. */
    private final class Targets implements RoutedRequest.Fallback {
        private final Map<String, Candidate.Single> candidates = new HashMap<>();
        private final Set<String> handedOut = new HashSet<>();
        private final @Nullable CallerKeys brought = exchange.getProperty(LlmConstants.CALLER_KEYS, CallerKeys.class);
        private RouterChoice choice;

        Targets(RouterChoice choice) {
            this.choice = choice;
        }

        List<Leg> first() {
            return legs(Set.of());
        }

        @Override
        public List<Leg> after(ErrorKind failure, Leg failed, List<Leg> remaining) {
            Set<String> asked = new HashSet<>(handedOut);
            remaining.forEach(leg -> asked.remove(leg.name()));
            Candidate.Single candidate = candidates.get(failed.name());
            if (candidate == null) {
                throw new AssertionError(failed.name());
            }
            choice = choice.after(failure, candidate);
            return legs(asked);
        }

        /** What the choice leaves, without those that were asked already or are under way. */
        private List<Leg> legs(Set<String> asked) {
            List<Leg> legs = new ArrayList<>();
            for (Candidate.Single candidate : choice.ranked()) {
                if (!asked.contains(candidate.name())) {
                    candidates.put(candidate.name(), candidate);
                    handedOut.add(candidate.name());
                    Leg leg = router.leg(candidate);
                    legs.add(brought == null ? leg : brought.on(leg, engine));
                }
            }
            return legs;
        }
    }
}
