package io.github.camelllm.routes.quality;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.gateway.keys.AdminSecret;
import io.github.camelllm.routes.gateway.keys.KeyAdmin;
import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin API of routers' weights, as a step behind any HTTP consumer: {@code GET …/routers/NAME}, {@code POST
 * …/routers/NAME/rebalance}, with {@code ?dryRun=true} to change nothing, and {@code POST …/routers/NAME/restore}, with {@code
 * ?version=N} for the weights of another change than the one before the last. JSON out. It waits for a database, so that its route
 * must not run on an event loop.
 *
 * <p>Each request needs {@code Authorization: Bearer} with the property {@code llm.gateway.keys.adminSecret}.
 */
public final class RouterAdmin extends ServiceSupport implements Processor, CamelContextAware {
    /** Segment of paths behind which the name of a router stands. */
    public static final String SEGMENT = "routers";

    private static final Logger LOG = LoggerFactory.getLogger(RouterAdmin.class);
    private static final String SECRET = "llm.gateway.keys.adminSecret";
    private static final String PATHS =
            "expected GET …/routers/NAME, POST …/routers/NAME/rebalance or POST" + " …/routers/NAME/restore";
    private static final String CLIENT_ACTOR = "X-Llm-Actor";
    private static final int ACTOR_CHARS = 128;
    private static final int MOST_CHANGES = 50;

    private @Nullable CamelContext context;
    private volatile @Nullable AdminSecret secret;

    /** An answer. */
    private record Answer(int status, Map<String, ?> json) {
        static Answer error(int status, String type, @Nullable String message) {
            return new Answer(status, Map.of("error", Map.of("type", type, "message", String.valueOf(message))));
        }
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    @Override
    protected void doStart() {
        secret = new AdminSecret(Objects.requireNonNull(context, "the Camel context is set first")
                .getPropertiesComponent()
                .resolveProperty(SECRET)
                .orElseThrow(() -> new CatalogException(
                        "property " + SECRET + " is missing; expected the secret of the admin API")));
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        if (secret == null) {
            // A bean that nobody started
            start();
        }
        Message in = exchange.getMessage();
        Answer answer = answer(exchange, in);
        in.removeHeaders("*");
        in.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        in.setHeader(Exchange.CONTENT_TYPE, "application/json");
        in.setHeader("Cache-Control", "no-store");
        if (answer.status() == 401) {
            in.setHeader("WWW-Authenticate", "Bearer");
        }
        in.setBody(Json.MAPPER.writeValueAsBytes(answer.json()));
    }

    private Answer answer(Exchange exchange, Message in) {
        AdminSecret expected = secret;
        if (expected == null || !expected.isIn(in.getHeader("Authorization", String.class))) {
            return Answer.error(
                    401,
                    "unauthorized",
                    "expected the header 'Authorization: Bearer' with the admin secret, which came not");
        }
        if (!Quality.isPossible(exchange.getContext())) {
            return Answer.error(
                    404, "not_found", "scores are kept in the ledger, which this application does not have");
        }
        try {
            return answer(in, Quality.of(exchange.getContext()).balancer());
        } catch (IllegalArgumentException e) {
            return Answer.error(400, "invalid_request", e.getMessage());
        } catch (IllegalStateException e) {
            return Answer.error(409, "conflict", e.getMessage());
        } catch (SQLException e) {
            LOG.error("A request to the admin API of routers failed: {}", DatabaseErrors.inWords(e));
            return Answer.error(503, "unavailable", "the ledger's database does not answer; the log says why");
        }
    }

    private static Answer answer(Message in, RouterBalancer balancer) throws SQLException {
        String method = String.valueOf(in.getHeader(Exchange.HTTP_METHOD));
        List<String> path = behindRouters(in.getHeader(Exchange.HTTP_PATH, "", String.class));
        Map<String, String> query = query(in.getHeader(Exchange.HTTP_QUERY, "", String.class));
        if (path.isEmpty() || path.size() > 2) {
            return Answer.error(404, "not_found", PATHS);
        }
        String router = path.get(0);
        String action = path.size() == 1 ? "" : path.get(1);
        if (!method.equals(action.isEmpty() ? "GET" : "POST")) {
            return Answer.error(405, "method_not_allowed", PATHS);
        }
        if (!balancer.routers().contains(router)) {
            return Answer.error(
                    404,
                    "not_found",
                    "there is no router of that name that follows its scores; those that do are "
                            + balancer.routers().stream().sorted().toList());
        }
        String actor = actor(in);
        switch (action) {
            case "":
                Map<String, Object> shown = new LinkedHashMap<>();
                shown.put("router", router);
                shown.put("weights", balancer.weights(router));
                shown.put(
                        "changes",
                        balancer.history(router, MOST_CHANGES).stream()
                                .map(WeightsMap::of)
                                .toList());
                return new Answer(200, shown);
            case "rebalance":
                boolean dryRun = "true".equals(only(query, "dryRun", "true|false"));
                return new Answer(200, WeightsMap.of(balancer.rebalance(router, actor, dryRun)));
            case "restore":
                Optional<Long> version = Optional.of(only(query, "version", "\\d{1,9}"))
                        .filter(text -> !text.isEmpty())
                        .map(Long::valueOf);
                return new Answer(200, WeightsMap.of(balancer.restore(router, version, actor)));
            default:
                return Answer.error(404, "not_found", PATHS);
        }
    }

    /** The one parameter that there may be; empty text if it is not there. */
    private static String only(Map<String, String> query, String name, String regex) {
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            if (!parameter.getKey().equals(name) || !parameter.getValue().matches(regex)) {
                throw new IllegalArgumentException("query: expected nothing but " + name + ", matching " + regex);
            }
        }
        return query.getOrDefault(name, "");
    }

    private static String actor(Message in) {
        String named = in.getHeader(KeyAdmin.ACTOR, in.getHeader(CLIENT_ACTOR, "admin", String.class), String.class)
                .strip()
                .replaceAll("\\p{Cntrl}", "?");
        return named.isEmpty() ? "admin" : named.substring(0, Math.min(ACTOR_CHARS, named.length()));
    }

    private static List<String> behindRouters(String path) {
        List<String> segments =
                Stream.of(path.split("/")).filter(segment -> !segment.isEmpty()).toList();
        int at = segments.indexOf(SEGMENT);
        return at < 0
                ? List.of()
                : segments.subList(at + 1, segments.size()).stream()
                        .map(RouterAdmin::decoded)
                        .toList();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return query;
    }
}
