package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.routes.store.DatabaseErrors;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin API of virtual keys, as a step behind any HTTP consumer: {@code GET} and {@code POST …/keys}, {@code GET},
 * {@code PATCH} and {@code DELETE …/keys/ID}, {@code POST …/keys/ID/rotate}. JSON in and out. It writes to a database, so that
 * its route must not run on an event loop.
 *
 * <p>Each request needs {@code Authorization: Bearer} with the property {@code llm.gateway.keys.adminSecret}. A secret of a key
 * is in the answer that gives it out, and nowhere else.
 */
public final class KeyAdmin extends AdminApi {
    private static final Logger LOG = LoggerFactory.getLogger(KeyAdmin.class);

    private static final String SEGMENT = "keys";
    private static final int MOST_BODY_BYTES = 64 * 1024;
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private @Nullable VirtualKeys keys;

    public KeyAdmin() {
        super(SEGMENT);
    }

    @Override
    protected void doStart() {
        keys = VirtualKeys.of(Objects.requireNonNull(getCamelContext(), "the Camel context is set first"));
        super.doStart();
    }

    @Override
    protected Answer answer(Message in) {
        try {
            return answer(in, Objects.requireNonNull(keys));
        } catch (KeyRefusal e) {
            return e.reason() == KeyRefusal.Reason.UNKNOWN
                    ? Answer.error(404, "not_found", e.getMessage())
                    : Answer.error(409, "conflict", e.getMessage());
        } catch (IllegalStateException | IOException e) {
            LOG.error("A request to the admin API of keys failed: {}", DatabaseErrors.inWords(e));
            return Answer.error(503, "unavailable", "keys cannot be read or changed now: " + e.getMessage());
        }
    }

    private Answer answer(Message in, VirtualKeys all) throws IOException {
        String method = method(in);
        List<String> path = path(in);
        String who = actor(in);
        if (path == null) {
            return noSuchPath();
        }
        if (path.isEmpty()) {
            switch (method) {
                case "GET":
                    return list(query(in), all);
                case "POST":
                    return issued(201, all.create(body(in), who), all);
                default:
                    return wrongMethod("GET, POST", method);
            }
        }
        String id = path.get(0);
        if (path.size() == 1) {
            switch (method) {
                case "GET":
                    return shown(all.ring().get(id).orElseThrow(() -> VirtualKeys.unknown(id)), all);
                case "PATCH":
                    return shown(all.change(id, body(in), who), all);
                case "DELETE":
                    return shown(all.revoke(id, who), all);
                default:
                    return wrongMethod("GET, PATCH, DELETE", method);
            }
        }
        if (path.size() == 2 && path.get(1).equals("rotate")) {
            return method.equals("POST")
                    ? issued(200, all.rotate(id, graceTime(body(in), all.settings()), who), all)
                    : wrongMethod("POST", method);
        }
        return noSuchPath();
    }

    private static Answer wrongMethod(String allowed, String came) {
        String words = allowed.contains(",") ? "one of " + allowed : allowed;
        return Answer.wrongMethod(allowed, "expected " + words + ", but it is " + printable(came, 16));
    }

    private static Answer noSuchPath() {
        return Answer.error(404, "not_found", "expected a path that ends in /keys, /keys/ID or /keys/ID/rotate");
    }

    private static ObjectNode body(Message in) throws IOException {
        byte[] bytes;
        try (InputStream body = in.getBody(InputStream.class)) {
            bytes = body == null ? new byte[0] : body.readNBytes(MOST_BODY_BYTES + 1);
        }
        if (bytes.length > MOST_BODY_BYTES) {
            throw new CatalogException("body: expected at most " + MOST_BODY_BYTES + " bytes");
        }
        return bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : JsonConfig.object(bytes, "body");
    }

    private static Duration graceTime(ObjectNode request, KeySettings settings) {
        ConfigSection section =
                new ConfigSection("", "the body", JsonConfig.node(request, "body"), Set.of("graceTime"));
        Optional<String> text = section.text("graceTime");
        if (text.isEmpty()) {
            return settings.graceTime();
        }
        if (text.get().equals("0")) {
            return Duration.ZERO;
        }
        return Durations.parse(text.get(), KeySettings.LONGEST_GRACE)
                .orElseThrow(() -> new CatalogException("body.graceTime: expected 0 or a duration such as 24h, up to "
                        + KeySettings.LONGEST_GRACE.toDays() + "d, but it is '" + printable(text.get(), 40) + "'"));
    }

    private static Answer list(Map<String, String> query, VirtualKeys all) {
        for (String name : query.keySet()) {
            if (!Set.of("limit", "after").contains(name)) {
                throw new CatalogException(
                        "query: expected limit and after, but there is '" + printable(name, 40) + "'");
            }
        }
        String limit = query.getOrDefault("limit", String.valueOf(PAGE));
        if (!limit.matches("[1-9]\\d{0,3}") || Integer.parseInt(limit) > LARGEST_PAGE) {
            throw new CatalogException("query: 'limit' must be a number from 1 to " + LARGEST_PAGE + " but is '"
                    + printable(limit, 40) + "'");
        }
        int most = Integer.parseInt(limit);
        List<VirtualKey> page = all.ring().after(query.getOrDefault("after", ""), most + 1);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("keys");
        page.stream().limit(most).forEach(key -> list.add(json(key, all)));
        if (page.size() > most) {
            json.put("next", page.get(most - 1).id());
        }
        return new Answer(200, json);
    }

    private static Answer shown(VirtualKey key, VirtualKeys all) {
        return new Answer(200, shownJson(key, all));
    }

    private static ObjectNode shownJson(VirtualKey key, VirtualKeys all) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("key", json(key, all));
        return json;
    }

    private static Answer issued(int status, IssuedKey issued, VirtualKeys all) {
        return new Answer(status, shownJson(issued.key(), all).put("secret", issued.secret()));
    }

    private static ObjectNode json(VirtualKey key, VirtualKeys all) {
        Instant now = all.clock().instant();
        return KeyJson.of(key, now, all.ring().isDefined(key.id()));
    }
}
