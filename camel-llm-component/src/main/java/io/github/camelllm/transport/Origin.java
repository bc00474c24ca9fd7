package io.github.camelllm.transport;

import java.net.URI;
import java.util.Locale;

/** The server side of a connection: exchanges with the same origin may share connections. */
record Origin(boolean tls, String host, int port) {
    static Origin of(URI uri) {
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Origin(tls, host.toLowerCase(Locale.ROOT), uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80);
    }

    String scheme() {
        return tls ? "https" : "http";
    }

    /** Host, and port where it is not the scheme's own, as in a Host header. */
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
