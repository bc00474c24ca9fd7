package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SSLContextServerParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlmHttpTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    /** A key and its certificate for localhost, made by the JDK's own tool. */
    private Path keyStore() throws Exception {
        Path file = folder.resolve("server.p12");
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(tool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tool.exitValue()).isZero();
        return file;
    }

    private static SSLContextParameters server(Path file, boolean clientsToo) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        store.setPassword(PASSWORD);
        KeyManagersParameters keys = new KeyManagersParameters();
        keys.setKeyStore(store);
        keys.setKeyPassword(PASSWORD);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setKeyManagers(keys);
        if (clientsToo) {
            SSLContextServerParameters clients = new SSLContextServerParameters();
            clients.setClientAuthentication("REQUIRE");
            tls.setServerParameters(clients);
        }
        return tls;
    }

    private static SSLContext client(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(file.toFile())) {
            store.load(in, PASSWORD.toCharArray());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("server", store.getCertificate("server"));
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void servesOverTls(boolean clientsToo) throws Exception {
        Path file = keyStore();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("tls", server(file, clientsToo));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("llm-http:127.0.0.1:0?sslContextParameters=#tls")
                            .routeId("served")
                            .setBody(constant("secret"));
                }
            });
            context.start();
            int port = ((LlmHttpConsumer) context.getRoute("served").getConsumer()).getPort();
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            HttpClient client = HttpClient.newBuilder().sslContext(client(file)).build();
            if (clientsToo) {
                assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
                        .as("a client without a certificate")
                        .isInstanceOf(IOException.class);
            } else {
                assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("secret");
            }
            assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void saysThatItHasNoCertificate() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("tls", new SSLContextParameters());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("llm-http:127.0.0.1:0?sslContextParameters=#tls").to("log:never");
                }
            });
            assertThatThrownBy(context::start).hasStackTraceContaining("no key manager with a certificate");
        }
    }
}
