package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SSLContextServerParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlmHttpTlsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void servesOverTls(boolean clientsToo) throws Exception {
        SelfSigned key = new SelfSigned(folder);
        SSLContextParameters tls = key.server();
        if (clientsToo) {
            SSLContextServerParameters clients = new SSLContextServerParameters();
            clients.setClientAuthentication("REQUIRE");
            tls.setServerParameters(clients);
        }
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("tls", tls);
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
            HttpClient client = HttpClient.newBuilder().sslContext(key.client()).build();
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
