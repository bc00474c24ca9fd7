package io.github.camelllm.transport;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An HTTP proxy. {@code https} targets are reached through a CONNECT tunnel, {@code http} targets by asking the proxy with
 * the absolute URI. The proxy itself is spoken to without TLS.
 *
 * @param host name or address of the proxy
 * @param port 1 to 65535
 * @param credentials sent as Basic authentication to the proxy only; empty for none
 * @param nonProxyHosts hosts that are reached directly: a name, or one with {@code *} as its first or last character
 *     ({@code *.internal}, {@code 10.*}), compared without regard to case
 */
public record ProxySettings(String host, int port, Optional<Credentials> credentials, List<String> nonProxyHosts) {
    /** User name and password for the proxy. */
    public record Credentials(String user, String password) {
        public Credentials {
            if (user.indexOf(':') >= 0) {
                throw new IllegalArgumentException("a user name for Basic authentication has no colon (RFC 7617)");
            }
        }

        String basic() {
            byte[] plain = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(plain);
        }

        /** The user only. */
        @Override
        public String toString() {
            return "Credentials[" + user + ", …]";
        }
    }

    public ProxySettings {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a proxy: host '" + host + "', port " + port);
        }
        nonProxyHosts = nonProxyHosts.stream()
                .map(pattern -> pattern.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    public static ProxySettings of(String host, int port) {
        return new ProxySettings(host, port, Optional.empty(), List.of());
    }

    /** Whether a target is reached through this proxy. */
    public boolean appliesTo(String targetHost) {
        String target = targetHost.toLowerCase(Locale.ROOT);
        return nonProxyHosts.stream().noneMatch(pattern -> matches(pattern, target));
    }

    private static boolean matches(String pattern, String target) {
        if (pattern.startsWith("*")) {
            return target.endsWith(pattern.substring(1));
        }
        if (pattern.endsWith("*")) {
            return target.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        return target.equals(pattern);
    }
}
