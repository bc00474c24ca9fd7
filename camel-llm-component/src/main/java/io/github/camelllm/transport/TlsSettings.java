package io.github.camelllm.transport;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;

/**
 * How TLS is spoken.
 *
 * @param context keys and trust
 * @param hostnameVerifier replaces the check that the certificate is for the host (RFC 9525); empty for that check
 * @param protocols such as {@code TLSv1.3}; empty for what the context allows, without what is known to be weak
 * @param cipherSuites JSSE names; empty for what the context allows
 */
public record TlsSettings(
        SSLContext context,
        Optional<HostnameVerifier> hostnameVerifier,
        List<String> protocols,
        List<String> cipherSuites) {
    public TlsSettings {
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
    }

    public static TlsSettings of(SSLContext context) {
        return new TlsSettings(context, Optional.empty(), List.of(), List.of());
    }
}
