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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
 * The admin API of virtual keys, as a step behind any HTTP consumer: {@code GET} and {@code POST …/keys}, {@code GET},
 * {@code PATCH} and {@code DELETE …/keys/ID}, {@code POST …/keys/ID/rotate}. JSON in and out. It writes to a database, so that
 * its route must not run on an event loop.
 *
 * <p>Each request needs {@code Authorization: Bearer} with the property {@code llm.gateway.keys.adminSecret}. A secret of a key
 * is in the answer that gives it out, and nowhere else.
 */
public final class KeyAdmin extends ServiceSupport implements Processor, CamelContextAware {
    /** Header with who changes keys, for the audit; a route that knows sets it. */
    public static final String ACTOR = "CamelLlmActor";

    private static final Logger LOG = LoggerFactory.getLogger(KeyAdmin.class);

    /** The same from clients, which may name whom they like: they hold the admin secret. */
    private static final String CLIENT_ACTOR = "X-Llm-Actor";

    private static final String ADMIN = "admin";
    private static final String SEGMENT = "keys";
    private static final int MOST_BODY_BYTES = 64 * 1024;
    private static final int ACTOR_CHARS = 128;
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private @Nullable CamelContext context;
    private @Nullable VirtualKeys keys;
    private @Nullable AdminSecret secret;

    /** An answer. */
    private record Answer(int status, ObjectNode json) {
        static Answer error(int status, String type, @Nullable String message) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.putObject("error").put("type", type).put("message", String.valueOf(message));
            return new Answer(status, json);
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
        VirtualKeys started = VirtualKeys.of(Objects.requireNonNull(context, "the Camel context is set first"));
        secret = new AdminSecret(started.settings()
                .adminSecret()
                .orElseThrow(() -> new CatalogException("property " + KeySettings.PREFIX
                        + "adminSecret is missing; expected the secret of the admin API, such as"
                        + " {{env:LLM_ADMIN_SECRET}}")));
        keys = started;
    }

    @Override
    public void process(Exchange exchange) {
        if (keys == null) {
            // A bean that nobody started
            start();
        }
        Message in = exchange.getMessage();
        Answer answer = answer(in);
        in.removeHeaders("*");
        in.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        in.setHeader(Exchange.CONTENT_TYPE, "application/json");
        in.setHeader("Cache-Control", "no-store");
        if (answer.status() == 401) {
            in.setHeader("WWW-Authenticate", "Bearer");
        }
        in.setBody(answer.json().toString().getBytes(StandardCharsets.UTF_8));
    }

    private Answer answer(Message in) {
        VirtualKeys all = keys;
        AdminSecret expected = secret;
        if (all == null || expected == null) {
            throw new IllegalStateException("KeyAdmin has stopped");
        }
        if (!expected.isIn(in.getHeader("Authorization", String.class))) {
            return Answer.error(
                    401,
                    "unauthorized",
                    "expected the header 'Authorization: Bearer' with the admin secret, which came not");
        }
        try {
            return answer(in, all);
        } catch (KeyRefusal e) {
            return e.reason() == KeyRefusal.Reason.UNKNOWN
                    ? Answer.error(404, "not_found", e.getMessage())
                    : Answer.error(409, "conflict", e.getMessage());
        } catch (IllegalArgumentException e) {
            return Answer.error(400, "invalid_request", e.getMessage());
        } catch (IllegalStateException | IOException e) {
            LOG.error("A request to the admin API of keys failed: {}", DatabaseErrors.inWords(e));
            return Answer.error(503, "unavailable", "keys cannot be read or changed now: " + e.getMessage());
        }
    }

    private Answer answer(Message in, VirtualKeys all) throws IOException {
        String method = String.valueOf(in.getHeader(Exchange.HTTP_METHOD));
        List<String> path = behindKeys(in.getHeader(Exchange.HTTP_PATH, "", String.class));
        String who = actor(in);
        if (path.isEmpty()) {
            switch (method) {
                case "GET":
                    return list(query(in), all);
                case "POST":
                    return issued(201, all.create(body(in), who), all);
                default:
                    return wrongMethod("GET and POST", method);
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
                    return wrongMethod("GET, PATCH and DELETE", method);
            }
        }
        if (path.size() == 2 && path.get(1).equals("rotate")) {
            return method.equals("POST")
                    ? issued(200, all.rotate(id, graceTime(body(in), all.settings()), who), all)
                    : wrongMethod("POST", method);
        }
        return noSuchPath();
    }

    private static Answer wrongMethod(String expected, String came) {
        return Answer.error(405, "method_not_allowed", "expected " + expected + ", but it is " + printable(came, 16));
    }

    private static Answer noSuchPath() {
        return Answer.error(404, "not_found", "expected a path that ends in /keys, /keys/ID or /keys/ID/rotate");
    }

    /** Segments behind the first one that is {@code keys}, wherever the consumer is mounted. */
    private static List<String> behindKeys(String path) {
        List<String> segments = List.of(path.split("/")).stream()
                .filter(segment -> !segment.isEmpty())
                .toList();
        int at = segments.indexOf(SEGMENT);
        if (at < 0) {
            throw new KeyRefusal(
                    KeyRefusal.Reason.UNKNOWN, "expected a path that ends in /keys, /keys/ID or /keys/ID/rotate");
        }
        return segments.subList(at + 1, segments.size());
    }

    private static String actor(Message in) {
        String named = in.getHeader(ACTOR, in.getHeader(CLIENT_ACTOR, ADMIN, String.class), String.class);
        return named.isBlank() ? ADMIN : printable(named.strip(), ACTOR_CHARS);
    }

    private static String printable(String text, int most) {
        String cut = text.length() <= most ? text : text.substring(0, most);
        return cut.replaceAll("\\p{Cntrl}", "?");
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

    private static Map<String, String> query(Message in) {
        Map<String, String> query = new TreeMap<>();
        String text = Optional.ofNullable(in.getHeader(Exchange.HTTP_QUERY, String.class))
                .orElse("");
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
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
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("key", json(key, all));
        return new Answer(200, json);
    }

    private static Answer issued(int status, IssuedKey issued, VirtualKeys all) {
        Answer answer = shown(issued.key(), all);
        answer.json().put("secret", issued.secret());
        return new Answer(status, answer.json());
    }

    private static ObjectNode json(VirtualKey key, VirtualKeys all) {
        Instant now = all.clock().instant();
        return KeyJson.of(key, now, all.ring().isDefined(key.id()));
    }
}
