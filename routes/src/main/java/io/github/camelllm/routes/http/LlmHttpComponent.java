package io.github.camelllm.routes.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** HTTP servers as consumers: {@code llm-http:host:port}. They share one Vert.x. */
@Component("llm-http")
public class LlmHttpComponent extends DefaultComponent implements SSLContextParametersAware {
    private static final long CLOSE_SECONDS = 10;

    @Metadata(
            label = "advanced",
            autowired = true,
            description = "Vert.x to be used instead of the component's own. It is not closed with the component.")
    private @Nullable Vertx vertx;

    @Metadata(
            label = "advanced",
            defaultValue = "0",
            description = "Event loops of the component's own Vert.x; 0 for one per processor.")
    private int eventLoops;

    @Metadata(
            label = "security",
            defaultValue = "false",
            description = "Whether Camel's global TLS configuration is used.")
    private boolean useGlobalSslContextParameters;

    private final RequestRoom room = RequestRoom.ofHeap();
    private @Nullable Vertx own;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int colon = remaining.lastIndexOf(':');
        String port = remaining.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    "llm-http: expected llm-http:host:port, such as llm-http:127.0.0.1:8080, but got llm-http:"
                            + remaining);
        }
        LlmHttpEndpoint endpoint = new LlmHttpEndpoint(uri, this);
        endpoint.setHost(remaining.substring(0, colon).replaceAll("[\\[\\]]", ""));
        endpoint.setPort(Integer.parseInt(port));
        setProperties(endpoint, parameters);
        if (endpoint.getSslContextParameters() == null) {
            endpoint.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        return endpoint;
    }

    /** The Vert.x that servers run on; made when the first one needs it. */
    Vertx vertxInUse() {
        lock.lock();
        try {
            Vertx given = vertx;
            if (given != null) {
                return given;
            }
            Vertx made = own;
            if (made == null) {
                made = Vertx.vertx(new VertxOptions()
                        .setEventLoopPoolSize(loops())
                        .setFileSystemOptions(new FileSystemOptions()
                                .setClassPathResolvingEnabled(false)
                                .setFileCachingEnabled(false)));
                own = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** What the bodies of requests to all its servers may take. */
    RequestRoom room() {
        return room;
    }

    /** How many event loops a server takes. */
    int loops() {
        return eventLoops > 0 ? eventLoops : Runtime.getRuntime().availableProcessors();
    }

    @Override
    protected void doShutdown() throws Exception {
        Vertx made = own;
        if (made != null) {
            own = null;
            made.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        super.doShutdown();
    }

    public @Nullable Vertx getVertx() {
        return vertx;
    }

    public void setVertx(@Nullable Vertx vertx) {
        this.vertx = vertx;
    }

    public int getEventLoops() {
        return eventLoops;
    }

    public void setEventLoops(int eventLoops) {
        this.eventLoops = eventLoops;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
