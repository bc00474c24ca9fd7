package io.github.camelllm.routes.gateway;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.routes.http.RequestListener;
import io.github.camelllm.routes.telemetry.AccessLine;
import io.github.camelllm.routes.telemetry.TraceParent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Shows the gateway's requests to those who watch: tracer, meters and access log, as far as settings ask for them. */
public final class GatewayRequests implements RequestListener, CallRecordListener, CamelContextAware {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

    private @Nullable CamelContext context;
    private volatile @Nullable GatewayWatch watch;

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.context = camelContext;
    }

    private GatewayWatch watch() {
        GatewayWatch known = watch;
        CamelContext own = context;
        if (known == null && own != null) {
            known = GatewayState.of(own).watch();
            watch = known;
        }
        return known == null ? GatewayWatch.NONE : known;
    }

    @Override
    public void received(Exchange exchange) {
        GatewayWatch known = watch();
        known.log().ifPresent(log -> log.began(exchange.getExchangeId()));
        if (known.tracing().isPresent()) {
            Message message = exchange.getMessage();
            known.tracing()
                    .get()
                    .begin(
                            exchange,
                            method(message.getHeader(Exchange.HTTP_METHOD, "", String.class)),
                            GatewayPaths.templateOf(message.getHeader(Exchange.HTTP_PATH, "", String.class)));
        }
    }

    @Override
    public void onRecord(CallRecord record) {
        watch().log().ifPresent(log -> log.onRecord(record));
    }

    @Override
    public void ended(Ended request) {
        GatewayWatch known = watch();
        if (known == GatewayWatch.NONE) {
            return;
        }
        Optional<Exchange> exchange = request.exchange();
        Optional<Caller> caller = exchange.map(served -> served.getProperty(EnterStage.CALLER, Caller.class));
        known.meters()
                .ifPresent(meters -> meters.ended(
                        method(request.method()),
                        GatewayPaths.templateOf(request.path()),
                        request.status(),
                        request.whole(),
                        request.duration()));
        known.tracing()
                .ifPresent(tracing -> exchange.ifPresent(
                        served -> tracing.end(served, request.status(), request.whole(), caller.map(Caller::id))));
        known.log().ifPresent(log -> {
            Map<String, String> facts =
                    exchange.map(served -> facts(served, known)).orElse(Map.of());
            log.ended(
                    exchange.map(Exchange::getExchangeId),
                    calls -> new AccessLine(
                            Instant.now(),
                            request.method(),
                            request.path(),
                            request.status(),
                            request.whole(),
                            request.duration(),
                            facts,
                            calls),
                    !request.whole() && facts.containsKey("stream"));
        });
    }

    /** A bounded number of words. */
    private static String method(String sent) {
        return METHODS.contains(sent) ? sent : "_OTHER";
    }

    private static Map<String, String> facts(Exchange exchange, GatewayWatch watch) {
        Map<String, String> facts = new LinkedHashMap<>();
        Optional.ofNullable(exchange.getProperty(EnterStage.CALLER, Caller.class))
                .ifPresent(caller -> facts.put("key", caller.id()));
        GatewayRequest.find(exchange).ifPresent(request -> {
            facts.put("api", request.api().name().toLowerCase(Locale.ROOT));
            facts.put("operation", request.operation().name().toLowerCase(Locale.ROOT));
            if (!request.model().isEmpty()) {
                facts.put("asked", request.model());
            }
            if (request.stream()) {
                facts.put("stream", "true");
            }
        });
        Exception failure = exchange.getException();
        if (failure != null) {
            facts.put("error", failure instanceof LlmException known ? known.getErrorType() : "internal");
        }
        watch.tracing()
                .flatMap(tracing -> tracing.traceId(exchange))
                .or(() -> TraceParent.of(exchange.getMessage().getHeader(TraceParent.HEADER, String.class))
                        .map(TraceParent::traceId))
                .ifPresent(id -> facts.put("traceId", id));
        return facts;
    }
}
