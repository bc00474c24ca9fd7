package io.github.camelllm.component;

import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.TargetHealth;
import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.catalog.DataPolicy;
import io.github.camelllm.catalog.Model;
import io.github.camelllm.catalog.ProviderDescriptor;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.router.Candidate;
import io.github.camelllm.router.Candidates;
import io.github.camelllm.router.ChoiceInputs;
import io.github.camelllm.router.Leg;
import io.github.camelllm.router.RequestFacts;
import io.github.camelllm.router.RouterChoice;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterTarget;
import io.github.camelllm.tokens.TokenCount;
import io.github.camelllm.wire.RequestScan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.spi.Language;
import org.jspecify.annotations.Nullable;

/**
 * One router as an endpoint sees it: its definition with all targets made ready, so that a wrong option or a missing key is
 * found when it is made and not at the first request. Thread-safe.
 */
final class LlmRouter {
    /** Requests up to here are far from any model's context window, so that their tokens need not be counted. */
    private static final int MAX_ESTIMATED_BYTES = 16 << 10;

    private static final int BYTES_PER_TOKEN = 4;

    private final LlmEndpoint endpoint;
    private final LlmEngine engine;
    private final RouterDefinition definition;
    private final LlmCatalogs.Current catalog;
    private final List<Entry> targets;
    private final List<Entry> contextWindow;
    private final List<Entry> contentFilter;
    private final @Nullable Expression stickyBy;
    private final @Nullable Predicate accept;
    private final Optional<Verifier> verifier;
    private final List<Object> place;
    private final Map<String, Leg> legs = new ConcurrentHashMap<>();

    /** A target with what does not change from request to request. */
    private record Entry(
            RouterTarget target,
            @Nullable Predicate when,
            @Nullable LlmRouter router,
            Optional<Model> model,
            DataPolicy dataPolicy,
            @Nullable TargetHealth health) {}

    /**
     * @param endpoint whose options hold for all targets that do not set their own
     * @param catalog providers and models to choose from
     * @throws IllegalArgumentException if a target's option is wrong or its key is missing
     */
    LlmRouter(LlmEndpoint endpoint, RouterDefinition definition, LlmCatalogs.Current catalog) {
        this.endpoint = endpoint;
        this.catalog = catalog;
        this.definition = definition;
        engine = endpoint.getComponent().engine();
        place = newPlace();
        targets = entries(definition.targets());
        contextWindow = entries(definition.fallbacks().contextWindow());
        contentFilter = entries(definition.fallbacks().contentFilter());
        Language simple = endpoint.getCamelContext().resolveLanguage("simple");
        stickyBy = definition.stickyBy().map(simple::createExpression).orElse(null);
        if (stickyBy != null) {
            stickyBy.init(endpoint.getCamelContext());
        }
        accept = definition
                .cascade()
                .flatMap(RouterDefinition.Cascade::accept)
                .map(text -> predicate(simple, text))
                .orElse(null);
        verifier = definition
                .verification()
                .map(verification -> new Verifier(
                        this,
                        verification,
                        engine,
                        endpoint.getComponent().runtime().template()));
        definition.cascade().flatMap(RouterDefinition.Cascade::judge).ifPresent(judge -> leg(judge.model()));
        definition.verification().ifPresent(verification -> leg(verification.verifier()));
    }

    Optional<Verifier> verifier() {
        return verifier;
    }

    private Predicate predicate(Language simple, String text) {
        Predicate predicate = simple.createPredicate(text);
        predicate.init(endpoint.getCamelContext());
        return predicate;
    }

    private List<Entry> entries(List<RouterTarget> defined) {
        Language simple = endpoint.getCamelContext().resolveLanguage("simple");
        List<Entry> entries = new ArrayList<>();
        for (RouterTarget target : defined) {
            Predicate when = target.when().map(text -> predicate(simple, text)).orElse(null);
            if (target.model().isRouter()) {
                RouterDefinition other = engine.routers().get(target.model().model());
                entries.add(new Entry(
                        target,
                        when,
                        new LlmRouter(endpoint, other, catalog),
                        Optional.empty(),
                        DataPolicy.UNKNOWN,
                        null));
            } else {
                CallTarget asked = newLeg(target.name(), target, List.of()).target();
                ProviderDescriptor provider = catalog.providers().get(asked.provider());
                entries.add(new Entry(
                        target,
                        when,
                        null,
                        catalog.models().find(provider, asked.model()),
                        target.dataPolicy().over(provider.dataPolicyFor(asked.model())),
                        asked.health()));
            }
        }
        return entries;
    }

    LlmCatalogs.Current catalog() {
        return catalog;
    }

    RouterDefinition definition() {
        return definition;
    }

    /**
     * What answers depend on beside the request: its targets, in their order, with what they set for themselves, and which of
     * their conditions hold.
     */
    List<Object> place(Exchange exchange) {
        List<Object> parts = new ArrayList<>(place);
        for (List<Entry> entries : List.of(targets, contextWindow, contentFilter)) {
            for (Entry entry : entries) {
                if (entry.when() != null) {
                    parts.add(entry.when().matches(exchange));
                }
                if (entry.router() != null) {
                    parts.add(entry.router().place(exchange));
                }
            }
        }
        return parts;
    }

    private List<Object> newPlace() {
        List<Object> parts = new ArrayList<>(List.of("router", definition.name()));
        LlmConfiguration configuration = endpoint.getConfiguration();
        parts.add(configuration.getUnsupported());
        parts.add(configuration.getSchemaMode());
        Map<String, String> headers = new LinkedHashMap<>();
        configuration.getAdditionalHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
        parts.add(headers);
        for (RouterTarget target : definition.targets()) {
            parts.add(List.of(target.model().toString(), target.baseUrl(), target.options()));
        }
        return List.copyOf(parts);
    }

    @Nullable
    Predicate accept() {
        return accept;
    }

    /** Where a request may go, best first. */
    RouterChoice choose(ChatRequest request, boolean stream, Exchange exchange) {
        RequestFacts facts = RequestFacts.of(request, engine.tokens().count(request), stream);
        return choose(facts, exchange, Instant.now());
    }

    /** Likewise for a client's request; it is decoded only if more must be known of it than a look tells. */
    RouterChoice choose(WireRequest request, Exchange exchange) {
        RequestScan scan = request.scan();
        if (scan.isText() && scan.body().length <= MAX_ESTIMATED_BYTES) {
            TokenCount tokens = new TokenCount(scan.body().length / BYTES_PER_TOKEN, false, "estimate:bytes");
            return choose(RequestFacts.of(scan, tokens), exchange, Instant.now());
        }
        return choose(request.decoded().request(), scan.stream(), exchange);
    }

    /** Whether answers are taken as they come: neither tested, checked by another model nor continued by one. */
    boolean takesAnswersAsTheyCome() {
        return definition.cascade().isEmpty()
                && definition.verification().isEmpty()
                && definition.streams().onBreak() != RouterDefinition.Streams.OnBreak.CONTINUE;
    }

    private RouterChoice choose(RequestFacts facts, Exchange exchange, Instant now) {
        Optional<String> key =
                Optional.ofNullable(stickyBy).map(expression -> expression.evaluate(exchange, String.class));
        RouterChoice all = RouterChoice.choose(
                definition,
                new Candidates(
                        candidates(targets, facts, exchange, now),
                        candidates(contextWindow, facts, exchange, now),
                        candidates(contentFilter, facts, exchange, now)),
                facts,
                new ChoiceInputs(
                        ThreadLocalRandom.current().nextLong(), engine.routers().nextTurn(definition.name()), key));
        return definition.attempts().maxTargets().isPresent()
                ? all.limitedTo(definition.attempts().maxTargets().getAsInt())
                : all;
    }

    private List<Candidate> candidates(List<Entry> entries, RequestFacts facts, Exchange exchange, Instant now) {
        List<Candidate> candidates = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            boolean holds = entry.when() == null || entry.when().matches(exchange);
            LlmRouter other = entry.router();
            TargetHealth health = entry.health();
            if (other != null) {
                candidates.add(new Candidate.Group(entry.target(), other.choose(facts, exchange, now), holds));
            } else if (health != null) {
                String provider = entry.target().model().provider();
                String model = entry.target().model().model();
                candidates.add(new Candidate.Single(
                        entry.target(),
                        entry.model(),
                        entry.dataPolicy(),
                        engine.pricing().price(provider, model, now),
                        usage -> engine.pricing().cost(usage, provider, model, now),
                        health.snapshot(),
                        holds,
                        List.of()));
            }
        }
        return candidates;
    }

    /** A candidate made ready to be asked. */
    Leg leg(Candidate.Single candidate) {
        return legs.computeIfAbsent(candidate.name(), name -> newLeg(name, candidate.target(), candidate.via()));
    }

    /** A model beside the targets, such as a judge. */
    Leg leg(RouterTarget target) {
        return legs.computeIfAbsent("beside " + target.name(), name -> newLeg(target.name(), target, List.of()));
    }

    private Leg newLeg(String name, RouterTarget target, List<RouterTarget> via) {
        Map<String, String> options = new LinkedHashMap<>();
        via.forEach(router -> options.putAll(router.options()));
        options.putAll(target.options());
        LlmConfiguration base = endpoint.getConfiguration().copy();
        definition.attempts().maxRetries().ifPresent(base::setMaxRetries);
        RouterDefinition.Streams streams = definition.streams();
        if (!streams.equals(RouterDefinition.Streams.DEFAULT)) {
            base.setCommitAfterEvents(
                    streams.commitEvents().isPresent() ? streams.commitEvents().getAsInt() : null);
            base.setCommitAfterBytes(
                    streams.commitBytes().isPresent() ? streams.commitBytes().getAsInt() : null);
            base.setCommitAfterTime(streams.commitTime().orElse(null));
        }
        target.apiKey().ifPresent(base::setApiKey);
        target.baseUrl().ifPresent(base::setBaseUrl);
        TargetOptions adapting = TargetOptions.of(definition.name(), target.name(), options);
        LlmEndpoint leaf = leaf(target, base, options);
        CallTarget asked = leaf.target(target.model().model());
        // A word that is none is found here and not at the first request
        adapting.apply(ChatRequest.builder(asked.model()), leaf);
        boolean inWords = leaf.isSchemaInWords(asked);
        return new Leg(
                name,
                asked,
                request -> {
                    ChatRequest fitting = adapting.apply(request.toBuilder().model(asked.model()), leaf)
                            .build();
                    return inWords ? StructuredOutput.inWords(fitting) : fitting;
                },
                !adapting.concernRequests() && !StructuredOutput.isInWordsByChoice(inWords, asked));
    }

    private LlmEndpoint leaf(RouterTarget target, LlmConfiguration base, Map<String, String> options) {
        try {
            return endpoint.getComponent()
                    .newEndpoint(
                            "llm:" + target.model(),
                            target.model().provider(),
                            target.model().model(),
                            base,
                            new HashMap<>(options));
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    "router '" + definition.name() + "', target '" + target.name() + "': its options cannot be used",
                    e);
        }
    }

    /** Up if any target may be asked; no call is made. */
    void checkHealth(HealthCheckResultBuilder builder) {
        builder.detail("router", definition.name());
        boolean any = false;
        for (Entry entry : targets) {
            TargetHealth health = entry.health();
            if (health != null) {
                TargetSnapshot.Circuit circuit = health.snapshot().circuit();
                builder.detail("target." + entry.target().name(), circuit.name());
                any |= circuit != TargetSnapshot.Circuit.OPEN;
            } else {
                // Another router has a check of its own if a route asks it.
                any = true;
            }
        }
        if (any) {
            builder.up();
        } else {
            builder.message("The circuits of all targets are open").down();
        }
    }

    /** When an answer is of no use any more, by the router, the endpoint and the exchange. */
    Deadline deadline(Exchange exchange) {
        Deadline asked = endpoint.deadline(exchange);
        return definition
                .attempts()
                .deadline()
                .map(limit -> Deadline.after(limit, engine.timer()).earlier(asked))
                .orElse(asked);
    }
}
