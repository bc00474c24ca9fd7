package io.github.camelllm.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ObjectSchemas;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a whole request to how it is answered; knows nothing of sockets. Thread-safe. */
final class RequestService {
    private static final Logger LOG = System.getLogger(RequestService.class.getName());
    private static final String FAULT_HEADER = "x-simulate-fault";
    private static final String FAULT_QUERY = "simulate-fault";
    private static final Pattern FAULT_WORDS = Pattern.compile("\\[\\[fault: ([^\\]]{1,200})]]");
    private static final Pattern ALT_SSE = Pattern.compile("[?&]alt=sse(&|$)");
    private static final String JSON = "application/json";
    private static final String HTML =
            "<!DOCTYPE html>\n<html><head><title>%1$s</title></head><body><center><h1>%1$s</h1></center></body></html>\n";

    private final SimulatorOptions options;
    private final ChatAnswers chatAnswers;
    private final RateLimiter rateLimiter;

    RequestService(SimulatorOptions options) {
        this.options = options;
        this.chatAnswers = new ChatAnswers(options);
        this.rateLimiter = new RateLimiter(options.rateLimit(), options.nanoTime());
    }

    /**
     * A request as it came.
     *
     * @param uri path and query
     * @param headers by lower-case name
     */
    record Received(Endpoint endpoint, String uri, Map<String, String> headers, byte[] body) {}

    /** What is known of a request while it is answered. */
    private static final class Call {
        private final Received received;
        private final RequestLog.Entry entry;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final String key;

        Call(Received received, RequestLog.Entry entry, String requestId) {
            this.received = received;
            this.entry = entry;
            this.key = ApiKeys.of(received.headers(), received.uri());
            if (dialect() == SimulatedDialect.OPENAI) {
                headers.put("x-request-id", requestId);
            } else if (dialect() == SimulatedDialect.ANTHROPIC) {
                headers.put("request-id", requestId);
            }
        }

        SimulatedDialect dialect() {
            return received.endpoint().dialect();
        }

        Map<String, String> headers(String contentType) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put("content-type", contentType);
            return all;
        }
    }

    /** Never fails: what goes wrong inside is answered with status 500. */
    Reply reply(Received received, RequestLog.Entry entry) {
        Call call = new Call(received, entry, chatAnswers.requestId(entry.number()));
        try {
            return answer(call);
        } catch (OtherAnswers.WrongRequestException e) {
            return problem(call, 400, "", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            LOG.log(Logger.Level.DEBUG, "request {0} was answered with 400", entry.number(), e);
            return problem(call, 400, "", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "request " + entry.number() + " could not be answered", e);
            return problem(
                    call, 500, "", "the simulator failed: " + e.getClass().getName());
        }
    }

    /** The answer to a body that is too large. */
    Reply tooLarge(Received received, RequestLog.Entry entry) {
        Call call = new Call(received, entry, chatAnswers.requestId(entry.number()));
        return problem(call, 413, "", "expected a body of at most " + options.maxBodyBytes() + " bytes");
    }

    private Reply answer(Call call) {
        switch (call.received.endpoint().operation()) {
            case CHAT:
                return chat(call);
            case EMBEDDINGS:
                return embeddings(call);
            case COUNT_TOKENS:
                return countTokens(call);
            case MODELS:
                return models(call);
            default:
                Optional<Fault> fault = fault(call, "", Optional.empty());
                return fault.map(struck -> faulted(call, struck, notFound(call)))
                        .orElseGet(() -> refused(call, notFound(call)));
        }
    }

    private static ErrorAnswers.Problem notFound(Call call) {
        return ErrorAnswers.Problem.of(call.dialect(), 404, "not_found", "the simulator does not serve this path");
    }

    private Reply chat(Call call) {
        ChatServerCodec.ServedRequest served;
        try {
            served = Codecs.of(call.dialect()).decode(call.received.uri(), call.received.body());
        } catch (LlmException e) {
            Optional<Fault> fault = fault(call, call.received.endpoint().model(), Optional.empty());
            return fault.isPresent()
                    ? faulted(call, fault.get(), ErrorAnswers.Problem.of(call.dialect(), 400))
                    : undecodable(call, e);
        }
        ChatRequest request = served.request();
        call.entry.decoded(request.model(), served.stream(), Optional.of(request));
        Optional<Fault> fault = fault(call, request.model(), Optional.of(request));
        if (fault.isEmpty()) {
            Optional<Reply> refused = refused(call, request.model(), () -> TokenCounts.input(request))
                    .or(() -> openSchema(call, request));
            if (refused.isPresent()) {
                return refused.get();
            }
        } else if (replacesAnswer(fault.get(), call.dialect(), served)) {
            return faulted(call, fault.get(), served);
        }
        ScriptedAnswer answer = options.responder().answer(request);
        Optional<Fault> struck = fault.or(answer::fault);
        if (struck.isPresent() && replacesAnswer(struck.get(), call.dialect(), served)) {
            return faulted(call, struck.get(), served);
        }
        struck.ifPresent(call.entry::fault);
        boolean jsonArray = served.stream()
                && call.dialect() == SimulatedDialect.GEMINI
                && !ALT_SSE.matcher(call.received.uri()).find();
        Map<String, String> headers = call.headers(served.stream() && !jsonArray ? streamType(call.dialect()) : JSON);
        Reply reply =
                chatAnswers.reply(call.dialect(), served, call.entry.number(), headers, answer, struck, jsonArray);
        return options.rateLimit().isNone() ? reply : settling(call, reply);
    }

    private static String streamType(SimulatedDialect dialect) {
        return dialect == SimulatedDialect.GEMINI ? "text/event-stream" : "text/event-stream; charset=utf-8";
    }

    /** Counts the output against the key's limit when the answer ends. */
    private Reply settling(Call call, Reply reply) {
        Reply.Billing billing = reply.billing();
        return new Reply(
                reply.steps(),
                new Reply.Billing() {
                    @Override
                    public Optional<Usage> whole() {
                        return settled(billing.whole());
                    }

                    @Override
                    public Optional<Usage> soFar(boolean began) {
                        return settled(billing.soFar(began));
                    }

                    private Optional<Usage> settled(Optional<Usage> usage) {
                        usage.ifPresent(used ->
                                rateLimiter.settle(call.key, used.outputTokens().orElse(0)));
                        return usage;
                    }
                },
                reply.outcome());
    }

    private Reply undecodable(Call call, LlmException e) {
        ChatServerCodec codec = Codecs.of(call.dialect());
        return Reply.refused(Replies.buffered(codec.statusOf(e), call.headers(JSON), codec.encodeError(e)));
    }

    private Reply embeddings(Call call) {
        OtherAnswers.EmbeddingsQuery query =
                OtherAnswers.embeddingsQuery(call.received.endpoint(), call.received.body());
        call.entry.decoded(query.model(), false, Optional.empty());
        Optional<Fault> fault = fault(call, query.model(), Optional.empty());
        if (fault.isEmpty()) {
            Optional<Reply> refused = refused(call, query.model(), query::tokens);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        boolean usage = !(fault.orElse(null) instanceof Fault.NoUsage);
        byte[] body = OtherAnswers.embeddings(call.dialect(), query, options.embeddingDimensions(), usage);
        Optional<Usage> billed =
                Optional.of(Usage.builder().inputTokens(query.tokens()).build());
        return whole(call, fault, body, new Reply.Billing() {
            @Override
            public Optional<Usage> whole() {
                return billed;
            }

            @Override
            public Optional<Usage> soFar(boolean began) {
                return billed;
            }
        });
    }

    private Reply countTokens(Call call) {
        byte[] body = OtherAnswers.chatOfCount(call.dialect(), call.received.body());
        ChatServerCodec.ServedRequest served;
        try {
            served = Codecs.of(call.dialect()).decode(call.received.uri(), body);
        } catch (LlmException e) {
            return undecodable(call, e);
        }
        ChatRequest request = served.request();
        call.entry.decoded(request.model(), false, Optional.of(request));
        Optional<Fault> fault = fault(call, request.model(), Optional.of(request));
        byte[] count = OtherAnswers.tokenCount(call.dialect(), TokenCounts.input(request));
        return fault.isEmpty()
                ? refused(call, request.model(), () -> 0)
                        .orElseGet(() -> whole(call, fault, count, Reply.Billing.NOTHING))
                : whole(call, fault, count, Reply.Billing.NOTHING);
    }

    private Reply models(Call call) {
        String model = call.received.endpoint().model();
        call.entry.decoded(model, false, Optional.empty());
        Optional<Fault> fault = fault(call, model, Optional.empty());
        if (fault.isEmpty() && !model.isEmpty() && !options.models().contains(model)) {
            return refused(call, ErrorAnswers.unknownModel(call.dialect(), model));
        }
        if (fault.isEmpty()) {
            Optional<Reply> refused = refused(call, "", () -> 0);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        byte[] body = model.isEmpty()
                ? OtherAnswers.models(call.dialect(), options.models(), Uris.query(call.received.uri()))
                : OtherAnswers.model(call.dialect(), model);
        return whole(call, fault, body, Reply.Billing.NOTHING);
    }

    /** A body that comes in one piece, with or without a fault. */
    private Reply whole(Call call, Optional<Fault> fault, byte[] body, Reply.Billing billing) {
        if (fault.isEmpty()) {
            return Reply.answered(Replies.buffered(200, call.headers(JSON), body), billing);
        }
        call.entry.fault(fault.get());
        Optional<Iterator<Step>> instead = instead(call, fault.get(), Optional.empty());
        Iterator<Step> steps = instead.orElseGet(() -> FaultSteps.apply(
                fault.get(),
                call.dialect(),
                chatAnswers.requestId(call.entry.number()),
                Replies.buffered(200, call.headers(JSON), body)));
        return Reply.faulted(steps, instead.isPresent() ? Reply.Billing.NOTHING : billing);
    }

    /** The fault that strikes this request: of its header or query, then of its words, then of the plan. */
    private Optional<Fault> fault(Call call, String model, Optional<ChatRequest> request) {
        String header = call.received.headers().get(FAULT_HEADER);
        if (header != null) {
            return Fault.parseOptional(header);
        }
        String query = Uris.query(call.received.uri()).get(FAULT_QUERY);
        if (query != null) {
            return Fault.parseOptional(query);
        }
        Matcher words = FAULT_WORDS.matcher(request.map(Prompts::lastUserText).orElse(""));
        if (words.find()) {
            return Fault.parseOptional(words.group(1));
        }
        return options.faults()
                .faultOf(new FaultPlan.Call(
                        call.entry.number(),
                        call.dialect(),
                        call.received.endpoint().operation(),
                        model,
                        request));
    }

    /** Refuses what a provider would refuse: a wrong key, a missing version, an unknown model, too much. */
    private Optional<Reply> refused(Call call, String model, LongSupplier inputTokens) {
        SimulatedDialect dialect = call.dialect();
        if (!options.apiKeys().isEmpty() && !options.apiKeys().contains(call.key)) {
            return Optional.of(refused(call, ErrorAnswers.unauthorized(dialect)));
        }
        if (dialect == SimulatedDialect.ANTHROPIC && !call.received.headers().containsKey("anthropic-version")) {
            return Optional.of(problem(call, 400, "", "anthropic-version: header is required"));
        }
        if (options.onlyListedModels() && !model.isEmpty() && !options.models().contains(model)) {
            return Optional.of(refused(call, ErrorAnswers.unknownModel(dialect, model)));
        }
        boolean limited = !options.rateLimit().isNone()
                && call.received.endpoint().operation() != Operation.MODELS
                && call.received.endpoint().operation() != Operation.COUNT_TOKENS;
        if (!limited && options.contextWindowTokens() == 0) {
            return Optional.empty();
        }
        long tokens = inputTokens.getAsLong();
        if (options.contextWindowTokens() > 0 && tokens > options.contextWindowTokens()) {
            return Optional.of(
                    refused(call, ErrorAnswers.contextTooLong(dialect, tokens, options.contextWindowTokens())));
        }
        return limited ? limited(call, tokens) : Optional.empty();
    }

    /** Anthropic takes only schemas of which every object is closed. */
    private Optional<Reply> openSchema(Call call, ChatRequest request) {
        boolean open = call.dialect() == SimulatedDialect.ANTHROPIC
                && request.responseFormat().orElse(null) instanceof ResponseFormat.JsonSchema format
                && isOpen(format.schemaJson());
        return open
                ? Optional.of(problem(
                        call,
                        400,
                        "",
                        "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to"
                                + " false"))
                : Optional.empty();
    }

    private static boolean isOpen(String schemaJson) {
        try {
            return !ObjectSchemas.in(Json.MAPPER.readTree(schemaJson)).stream().allMatch(ObjectSchemas::isClosed);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a decoded schema is no JSON: " + Json.where(e));
        }
    }

    private Optional<Reply> limited(Call call, long tokens) {
        Instant now = Instant.now();
        RateLimiter.Verdict verdict = rateLimiter.take(call.key, tokens);
        call.headers.putAll(rateLimiter.headers(call.dialect(), verdict, now));
        if (verdict.passes()) {
            return Optional.empty();
        }
        RetryHint hint = call.dialect() == SimulatedDialect.GEMINI
                ? RetryHint.of(RetryHint.Form.RETRY_INFO, verdict.delay())
                : RetryHint.of(RetryHint.Form.SECONDS, verdict.delay());
        call.headers.putAll(ErrorAnswers.headers(call.dialect(), hint, now));
        String unit = verdict.tokens() ? "tokens" : "requests";
        ErrorAnswers.Problem problem = ErrorAnswers.Problem.of(
                        call.dialect(),
                        429,
                        "",
                        "Rate limit reached: " + unit + " per minute. Please try again in "
                                + RateLimiter.goDuration(verdict.delay()) + ".")
                .withDelay(call.dialect() == SimulatedDialect.GEMINI ? verdict.delay() : Duration.ZERO);
        return Optional.of(refused(call, call.dialect() == SimulatedDialect.OPENAI ? problem.withType(unit) : problem));
    }

    private Reply problem(Call call, int status, String code, String message) {
        return refused(call, ErrorAnswers.Problem.of(call.dialect(), status, code, message));
    }

    private Reply refused(Call call, ErrorAnswers.Problem problem) {
        return Reply.refused(errorSteps(call, problem, Map.of()));
    }

    private Iterator<Step> errorSteps(Call call, ErrorAnswers.Problem problem, Map<String, String> more) {
        Map<String, String> headers = call.headers(JSON);
        headers.putAll(more);
        byte[] body = ErrorAnswers.body(call.dialect(), problem, chatAnswers.requestId(call.entry.number()));
        return Replies.buffered(problem.status(), headers, body);
    }

    /** Whether nothing of the model's answer is left, so that the responder need not be asked. */
    private boolean replacesAnswer(Fault fault, SimulatedDialect dialect, ChatServerCodec.ServedRequest served) {
        if (fault instanceof Fault.PromptFiltered) {
            return dialect != SimulatedDialect.ANTHROPIC;
        }
        if (fault instanceof Fault.Garbage || fault instanceof Fault.ErrorEvent || fault instanceof Fault.Oversized) {
            return !served.stream();
        }
        return fault instanceof Fault.HttpError
                || fault instanceof Fault.QuotaExhausted
                || fault instanceof Fault.ContextTooLong
                || fault instanceof Fault.EmptyBody
                || fault instanceof Fault.WrongContentType
                || fault instanceof Fault.NoCompletion
                || fault instanceof Fault.RefuseConnections
                || fault instanceof Fault.Cut cut && cut.afterChunks().isEmpty();
    }

    private Reply faulted(Call call, Fault fault, ChatServerCodec.ServedRequest served) {
        call.entry.fault(fault);
        return Reply.faulted(
                instead(call, fault, Optional.of(served)).orElseThrow(() -> new AssertionError(fault)),
                Reply.Billing.NOTHING);
    }

    /** A fault of a request that could not be answered anyway. */
    private Reply faulted(Call call, Fault fault, ErrorAnswers.Problem otherwise) {
        call.entry.fault(fault);
        return Reply.faulted(
                instead(call, fault, Optional.empty())
                        .orElseGet(() -> FaultSteps.apply(
                                fault,
                                call.dialect(),
                                chatAnswers.requestId(call.entry.number()),
                                errorSteps(call, otherwise, Map.of()))),
                Reply.Billing.NOTHING);
    }

    /** What comes in place of an answer; empty if the fault needs one. */
    private Optional<Iterator<Step>> instead(Call call, Fault fault, Optional<ChatServerCodec.ServedRequest> served) {
        SimulatedDialect dialect = call.dialect();
        boolean stream = served.map(ChatServerCodec.ServedRequest::stream).orElse(false);
        if (fault instanceof Fault.HttpError error) {
            return Optional.of(httpError(call, error));
        } else if (fault instanceof Fault.QuotaExhausted) {
            Map<String, String> more =
                    dialect == SimulatedDialect.OPENAI ? Map.of("x-should-retry", "false") : Map.of();
            return Optional.of(errorSteps(call, ErrorAnswers.quota(dialect), more));
        } else if (fault instanceof Fault.ContextTooLong) {
            long tokens =
                    served.map(request -> TokenCounts.input(request.request())).orElse(0L);
            long window = options.contextWindowTokens() > 0 ? options.contextWindowTokens() : Math.max(1, tokens / 2);
            return Optional.of(errorSteps(call, ErrorAnswers.contextTooLong(dialect, tokens, window), Map.of()));
        } else if (fault instanceof Fault.PromptFiltered && dialect == SimulatedDialect.OPENAI) {
            return Optional.of(errorSteps(call, ErrorAnswers.promptFiltered(), Map.of()));
        } else if (fault instanceof Fault.PromptFiltered && dialect == SimulatedDialect.GEMINI && served.isPresent()) {
            byte[] body = OtherAnswers.geminiBlocked(served.get().request(), stream);
            return Optional.of(Replies.buffered(200, call.headers(stream ? streamType(dialect) : JSON), body));
        } else if (fault instanceof Fault.EmptyBody) {
            return Optional.of(Replies.buffered(200, call.headers(stream ? streamType(dialect) : JSON), new byte[0]));
        } else if (fault instanceof Fault.WrongContentType wrong) {
            byte[] body = (wrong.type().toLowerCase(Locale.ROOT).contains("html")
                            ? String.format(Locale.ROOT, HTML, "Sign in")
                            : "Service is running.")
                    .getBytes(StandardCharsets.UTF_8);
            return Optional.of(Replies.buffered(200, call.headers(wrong.type()), body));
        } else if (fault instanceof Fault.NoCompletion) {
            byte[] body = "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8);
            byte[] event = "data: {\"status\":\"ok\"}\n\n".getBytes(StandardCharsets.UTF_8);
            return Optional.of(
                    Replies.buffered(200, call.headers(stream ? streamType(dialect) : JSON), stream ? event : body));
        } else if (fault instanceof Fault.Oversized oversized && !stream) {
            String prefix = "{\"padding\":\"";
            String suffix = "\"}";
            long padding = Math.max(1, oversized.bytes() - prefix.length() - suffix.length());
            return Optional.of(List.<Step>of(
                            new Step.Head(200, call.headers(JSON), prefix.length() + padding + suffix.length()),
                            new Step.Flood(prefix, padding, suffix),
                            new Step.End())
                    .iterator());
        } else if (fault instanceof Fault.Garbage garbage && !stream) {
            return Optional.of(Replies.buffered(200, call.headers(JSON), FaultSteps.garbage(garbage.kind())));
        } else if (fault instanceof Fault.ErrorEvent event && !stream) {
            return Optional.of(errorSteps(call, ErrorAnswers.Problem.of(dialect, event.status()), Map.of()));
        } else if (fault instanceof Fault.RefuseConnections
                || fault instanceof Fault.Cut cut && cut.afterChunks().isEmpty()) {
            return Optional.of(
                    FaultSteps.apply(fault, dialect, "", List.<Step>of().iterator()));
        }
        return Optional.empty();
    }

    private Iterator<Step> httpError(Call call, Fault.HttpError error) {
        Map<String, String> more = ErrorAnswers.headers(call.dialect(), error.hint(), Instant.now());
        if (error.body() == Fault.ErrorBody.DIALECT) {
            ErrorAnswers.Problem problem = ErrorAnswers.Problem.of(call.dialect(), error.status());
            boolean inBody = error.hint().form() == RetryHint.Form.RETRY_INFO;
            return errorSteps(call, inBody ? problem.withDelay(error.hint().delay()) : problem, more);
        }
        boolean html = error.body() == Fault.ErrorBody.HTML;
        String words = error.status() + " " + (error.status() == 502 ? "Bad Gateway" : "Error");
        String body =
                error.body() == Fault.ErrorBody.EMPTY ? "" : html ? String.format(Locale.ROOT, HTML, words) : words;
        Map<String, String> headers = call.headers(html ? "text/html" : "text/plain");
        if (body.isEmpty()) {
            headers.remove("content-type");
        }
        headers.putAll(more);
        return Replies.buffered(error.status(), headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
