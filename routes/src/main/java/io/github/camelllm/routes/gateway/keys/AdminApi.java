package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.store.PrefixedProperties;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * An API for administrators as a step behind any HTTP consumer, wherever that is mounted. JSON out. It waits for a database, so
 * that its route must not run on an event loop.
 *
 * <p>Each request needs {@code Authorization: Bearer} with the property {@code llm.gateway.keys.adminSecret}.
 */
public abstract class AdminApi extends ServiceSupport implements Processor, CamelContextAware {
    /** Header with who changes something, for the audit; a route that knows sets it. */
    public static final String ACTOR = "CamelLlmActor";

    /** The same from clients, which may name whom they like: they hold the admin secret. */
    private static final String CLIENT_ACTOR = "X-Llm-Actor";

    private static final String ADMIN = "admin";
    private static final int ACTOR_CHARS = 128;

    private final String segment;
    private @Nullable CamelContext context;
    private volatile @Nullable AdminSecret secret;

    /** @param segment of paths behind which they say what is asked for */
    protected AdminApi(String segment) {
        this.segment = segment;
    }

    /**
     * An answer.
     *
     * @param headers beside those that all answers have
     */
    public record Answer(int status, JsonNode json, Map<String, String> headers) {
        public Answer {
            headers = Map.copyOf(headers);
        }

        public Answer(int status, JsonNode json) {
            this(status, json, Map.of());
        }

        /** @param allowed the methods that there are, such as {@code GET, POST} */
        public static Answer wrongMethod(String allowed, String message) {
            return new Answer(405, error(405, "method_not_allowed", message).json(), Map.of("Allow", allowed));
        }

        public static Answer error(int status, String type, @Nullable String message) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.putObject("error").put("type", type).put("message", String.valueOf(message));
            return new Answer(status, json);
        }
    }

    /** What a request with the secret gets. @throws IllegalArgumentException if the request is wrong */
    protected abstract Answer answer(Message in);

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /** @throws CatalogException if there is no secret, or one that is too short */
    @Override
    protected void doStart() {
        CamelContext known = Objects.requireNonNull(context, "the Camel context is set first");
        secret = new AdminSecret(KeySettings.of(PrefixedProperties.of(known, KeySettings.PREFIX))
                .adminSecret()
                .orElseThrow(() -> new CatalogException("property " + KeySettings.PREFIX
                        + "adminSecret is missing; expected the secret of the admin API, such as"
                        + " {{env:LLM_ADMIN_SECRET}}")));
    }

    @Override
    public void process(Exchange exchange) {
        if (secret == null) {
            // A bean that nobody started
            start();
        }
        Message in = exchange.getMessage();
        Answer answer = checked(in);
        in.removeHeaders("*");
        in.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        in.setHeader(Exchange.CONTENT_TYPE, "application/json");
        in.setHeader("Cache-Control", "no-store");
        if (answer.status() == 401) {
            in.setHeader("WWW-Authenticate", "Bearer");
        }
        answer.headers().forEach(in::setHeader);
        in.setBody(answer.json().toString().getBytes(StandardCharsets.UTF_8));
    }

    private Answer checked(Message in) {
        AdminSecret expected = secret;
        if (expected == null) {
            throw new IllegalStateException(getClass().getSimpleName() + " has stopped");
        }
        if (!expected.isIn(in.getHeader("Authorization", String.class))) {
            return Answer.error(
                    401,
                    "unauthorized",
                    "expected the header 'Authorization: Bearer' with the admin secret, which came not");
        }
        try {
            return answer(in);
        } catch (IllegalArgumentException e) {
            return Answer.error(400, "invalid_request", e.getMessage());
        }
    }

    /** The request's method. */
    protected static String method(Message in) {
        return String.valueOf(in.getHeader(Exchange.HTTP_METHOD));
    }

    /** Segments of the request's path behind the first one that is this API's, decoded; null if none is. */
    protected final @Nullable List<String> path(Message in) {
        List<String> segments = Stream.of(
                        in.getHeader(Exchange.HTTP_PATH, "", String.class).split("/"))
                .filter(text -> !text.isEmpty())
                .toList();
        int at = segments.indexOf(segment);
        return at < 0
                ? null
                : segments.subList(at + 1, segments.size()).stream()
                        // A plus is a plus in a path
                        .map(text -> decoded(text.replace("+", "%2B")))
                        .toList();
    }

    /** The request's query parameters, by name. */
    protected static Map<String, String> query(Message in) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : in.getHeader(Exchange.HTTP_QUERY, "", String.class).split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Who asks, for the audit. */
    protected static String actor(Message in) {
        String named = in.getHeader(ACTOR, in.getHeader(CLIENT_ACTOR, ADMIN, String.class), String.class);
        return named.isBlank() ? ADMIN : printable(named.strip(), ACTOR_CHARS);
    }

    /** A client's words as they may be told to it and written down. */
    protected static String printable(String text, int most) {
        String cut = text.length() <= most ? text : text.substring(0, most);
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
