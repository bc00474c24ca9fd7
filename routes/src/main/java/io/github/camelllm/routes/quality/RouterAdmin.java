package io.github.camelllm.routes.quality;

import io.github.camelllm.routes.gateway.keys.AdminApi;
import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.wire.Json;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
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
public final class RouterAdmin extends AdminApi {
    /** Segment of paths behind which the name of a router stands. */
    public static final String SEGMENT = "routers";

    private static final Logger LOG = LoggerFactory.getLogger(RouterAdmin.class);
    private static final String PATHS =
            "expected GET …/routers/NAME, POST …/routers/NAME/rebalance or POST" + " …/routers/NAME/restore";
    private static final int MOST_CHANGES = 50;

    public RouterAdmin() {
        super(SEGMENT);
    }

    @Override
    protected Answer answer(Message in) {
        CamelContext context = Objects.requireNonNull(getCamelContext());
        if (!Quality.isPossible(context)) {
            return Answer.error(
                    404, "not_found", "scores are kept in the ledger, which this application does not have");
        }
        try {
            return answer(in, Quality.of(context).balancer());
        } catch (IllegalStateException e) {
            return Answer.error(409, "conflict", e.getMessage());
        } catch (SQLException e) {
            LOG.error("A request to the admin API of routers failed: {}", DatabaseErrors.inWords(e));
            return Answer.error(503, "unavailable", "the ledger's database does not answer; the log says why");
        }
    }

    private Answer answer(Message in, RouterBalancer balancer) throws SQLException {
        List<String> path = path(in);
        Map<String, String> query = query(in);
        if (path == null || path.isEmpty() || path.size() > 2) {
            return Answer.error(404, "not_found", PATHS);
        }
        String router = path.get(0);
        String action = path.size() == 1 ? "" : path.get(1);
        String allowed = action.isEmpty() ? "GET" : "POST";
        if (!method(in).equals(allowed)) {
            return Answer.wrongMethod(allowed, PATHS);
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
                return json(shown);
            case "rebalance":
                boolean dryRun = "true".equals(only(query, "dryRun", "true|false"));
                return json(WeightsMap.of(balancer.rebalance(router, actor, dryRun)));
            case "restore":
                Optional<Long> version = Optional.of(only(query, "version", "\\d{1,9}"))
                        .filter(text -> !text.isEmpty())
                        .map(Long::valueOf);
                return json(WeightsMap.of(balancer.restore(router, version, actor)));
            default:
                return Answer.error(404, "not_found", PATHS);
        }
    }

    private static Answer json(Map<String, ?> answer) {
        return new Answer(200, Json.MAPPER.valueToTree(answer));
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
}
