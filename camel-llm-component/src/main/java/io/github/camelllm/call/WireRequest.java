package io.github.camelllm.call;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.RequestScan;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client's chat request in the client's own wire format. It goes to a target of the same dialect as it is, and is decoded only
 * for others, or where more must be known of it than a look tells. Thread-safe.
 */
public final class WireRequest {
    private final Client client;
    private final UnaryOperator<ChatRequest> adapt;
    private final boolean asIs;
    private volatile @Nullable ChatRequest adapted;
    private volatile @Nullable Fit fit;

    private record Fit(CallTarget target, boolean passes) {}

    /**
     * A client's request as far as it was looked at.
     *
     * @param path path and query, for dialects that say model or streaming there
     */
    public record Scanned(Dialect dialect, String path, RequestScan scan) {
        /**
         * Looks at a request.
         *
         * @param path path and query, for dialects that say model or streaming there
         * @param body not copied: it must not change any more
         * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no request of the dialect, as far as it is looked at
         */
        public static Scanned of(Dialect dialect, String path, byte[] body) {
            return new Scanned(dialect, path, dialect.passThrough().scan(path, body));
        }

        /** Whether it is this request that was looked at: the very bytes, which nobody changes. */
        public boolean isOf(Dialect otherDialect, String otherPath, byte[] body) {
            return scan.body() == body
                    && path.equals(otherPath)
                    && dialect.name().equals(otherDialect.name());
        }
    }

    /** What came, shared by the forms it takes for different targets. */
    private static final class Client {
        final Dialect dialect;
        final String path;
        final RequestScan scan;
        final Map<String, String> headers;
        volatile @Nullable ServedRequest decoded;

        Client(Scanned scanned, Map<String, String> headers) {
            this.dialect = scanned.dialect();
            this.path = scanned.path();
            this.scan = scanned.scan();
            this.headers = Map.copyOf(headers);
        }

        ServedRequest decoded() {
            ServedRequest known = decoded;
            if (known == null) {
                known = withFeatures(dialect.server().decode(path, scan.body()));
                decoded = known;
            }
            return known;
        }

        /** Members of the body may need the features that the headers ask for. */
        private ServedRequest withFeatures(ServedRequest served) {
            Map<String, String> features = new HashMap<>(headers);
            features.keySet().retainAll(dialect.passThrough().featureHeaders());
            return features.isEmpty()
                    ? served
                    : new ServedRequest(
                            served.request().toBuilder()
                                    .dialectHeaders(features)
                                    .build(),
                            served.stream(),
                            served.streamUsage());
        }
    }

    private WireRequest(Client client, UnaryOperator<ChatRequest> adapt, boolean asIs) {
        this.client = client;
        this.adapt = adapt;
        this.asIs = asIs;
    }

    /**
     * A request as it came.
     *
     * @param headers those of the client that the dialect lets go along, by lower-case name
     */
    public static WireRequest of(Scanned scanned, Map<String, String> headers) {
        return new WireRequest(new Client(scanned, headers), UnaryOperator.identity(), true);
    }

    /**
     * The request for a target.
     *
     * @param change what is done to it once it is decoded
     * @param changesOnlyModel whether the change is but of the model, so that the client's own bytes will do too
     */
    public WireRequest adapted(UnaryOperator<ChatRequest> change, boolean changesOnlyModel) {
        return new WireRequest(client, change, changesOnlyModel);
    }

    public Dialect dialect() {
        return client.dialect;
    }

    public RequestScan scan() {
        return client.scan;
    }

    Map<String, String> headers() {
        return client.headers;
    }

    /** Whether the target gets the client's own bytes. Remembered for the target last asked about. */
    // Each call has one target from its start to its end, so identity is enough
    @SuppressWarnings("ReferenceEquality")
    boolean passesTo(CallTarget target) {
        Fit known = fit;
        if (known == null || known.target != target) {
            known = new Fit(target, isTakenBy(target));
            fit = known;
        }
        return known.passes;
    }

    private boolean isTakenBy(CallTarget target) {
        return asIs
                && target.dialect().name().equals(client.dialect.name())
                && client.dialect.passThrough().fits(client.scan, target.wire());
    }

    /**
     * What the client asks, decoded when first needed.
     *
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if it cannot be
     */
    public ServedRequest decoded() {
        return client.decoded();
    }

    /** As {@link #decoded}, in the form for the target. */
    ChatRequest request() {
        ChatRequest known = adapted;
        if (known == null) {
            known = adapt.apply(client.decoded().request());
            adapted = known;
        }
        return known;
    }

    /** Tells nothing of the request but its dialect and size. */
    @Override
    public String toString() {
        return "WireRequest[" + client.dialect.name() + ", " + client.scan.body().length + " bytes]";
    }
}
