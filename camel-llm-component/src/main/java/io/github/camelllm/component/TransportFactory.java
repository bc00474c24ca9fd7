package io.github.camelllm.component;

import io.github.camelllm.transport.ApacheHttpTransport;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.HttpTransportSettings;
import io.github.camelllm.transport.HttpVersionPolicy;
import io.github.camelllm.transport.ProxySettings;
import io.github.camelllm.transport.TlsSettings;
import io.github.camelllm.transport.VertxHttpTransport;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** Makes the transport that the options of a component describe: its client, connections, TLS and proxy. */
final class TransportFactory {
    private final LlmComponentOptions options;
    private final CamelContext camel;

    TransportFactory(LlmComponentOptions options, CamelContext camel) {
        this.options = options;
        this.camel = camel;
    }

    /**
     * @param tls of the component, or the global one if it is to be used
     * @throws IllegalArgumentException if an option is wrong, or the client is not on the class path
     */
    HttpTransport transport(@Nullable SSLContextParameters tls) throws Exception {
        HttpTransportSettings.Builder settings = HttpTransportSettings.builder()
                .maxConnections(options.getMaxConnections())
                .maxConnectionsPerHost(options.getMaxConnectionsPerHost())
                .maxPending(options.getMaxPendingCalls())
                .httpVersion(HttpVersionPolicy.valueOf(options.getHttpVersion()));
        if (tls != null) {
            settings.tls(TlsSettings.of(tls.createSSLContext(camel)));
        }
        String proxyHost = options.getProxyHost();
        if (proxyHost != null) {
            settings.proxy(proxy(proxyHost));
        }
        return client(settings.build());
    }

    private HttpTransport client(HttpTransportSettings settings) {
        switch (options.getHttpClient()) {
            case "apache":
                return new ApacheHttpTransport(settings);
            case "vertx":
                try {
                    return VertxHttpTransport.of(
                            settings, type -> camel.getRegistry().findSingleByType(type));
                } catch (NoClassDefFoundError e) {
                    throw new IllegalArgumentException(
                            "llm: httpClient=vertx needs io.vertx:vertx-core, version 4, on the class path", e);
                }
            default:
                throw new IllegalArgumentException(
                        "llm: httpClient must be apache or vertx, is " + options.getHttpClient());
        }
    }

    private ProxySettings proxy(String host) {
        Integer port = options.getProxyPort();
        if (port == null) {
            throw new IllegalArgumentException("llm: proxyHost is set, so proxyPort must be set too");
        }
        String password = options.getProxyPassword();
        Optional<ProxySettings.Credentials> credentials = Optional.ofNullable(options.getProxyUsername())
                .map(user -> new ProxySettings.Credentials(user, password == null ? "" : password));
        String direct = options.getNonProxyHosts();
        return new ProxySettings(host, port, credentials, direct == null ? List.of() : List.of(direct.split(",")));
    }
}
