package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.testing.TestCertificate;
import io.github.camelllm.transport.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Transports.class)
class ProxyTest {
    private final PlaybackServer target = PlaybackServer.start(TestCertificate.context());
    private final List<HttpTransport> started = new ArrayList<>();
    private final Transports transports;

    ProxyTest(Transports transports) {
        this.transports = transports;
    }

    @AfterEach
    void stop() {
        started.forEach(HttpTransport::close);
        target.close();
    }

    private Collector send(ProxySettings proxy, URI uri) {
        HttpTransport transport = transports.start(HttpTransportSettings.builder()
                .tls(TlsSettings.of(TestCertificate.context()))
                .proxy(proxy)
                .closeGrace(Duration.ZERO)
                .build());
        started.add(transport);
        Collector answer = new Collector();
        transport.send(HttpRequest.post(uri, List.of(HttpField.of("authorization", "Bearer k")), new byte[10]), answer);
        return answer;
    }

    @Test
    void reachesAnHttpsTargetThroughATunnel() throws Exception {
        target.play(Answer.json(200, "{}"));
        try (TunnelProxy proxy = new TunnelProxy()) {
            ProxySettings settings = new ProxySettings(
                    "127.0.0.1",
                    proxy.port(),
                    Optional.of(new ProxySettings.Credentials("user", "pass")),
                    List.of("*.internal"));
            assertThat(send(settings, target.uri("/v1")).awaitEnd()).isEqualTo("{}");
            assertThat(proxy.heads).singleElement().satisfies(head -> assertThat(head)
                    .startsWith("CONNECT 127.0.0.1:" + target.port() + " HTTP/1.1\r\n")
                    .contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n")
                    .doesNotContain("Bearer"));
            assertThat(target.takeRequest().header("proxy-authorization")).isEmpty();
        }
    }

    @Test
    void speaksHttp2ThroughATunnel() throws Exception {
        try (Http2Server http2 = Http2Server.startTls(
                        request -> request.response().end(request.version().name()));
                TunnelProxy proxy = new TunnelProxy()) {
            assertThat(send(ProxySettings.of("127.0.0.1", proxy.port()), http2.uri("/"))
                            .awaitEnd())
                    .isEqualTo("HTTP_2");
            started.forEach(HttpTransport::close);
        }
    }

    @Test
    void asksTheProxyForAnHttpTarget() {
        try (PlaybackServer proxy = PlaybackServer.start()) {
            proxy.play(Answer.json(200, "{}"));
            ProxySettings settings = new ProxySettings(
                    "127.0.0.1", proxy.port(), Optional.of(new ProxySettings.Credentials("user", "pass")), List.of());
            assertThat(send(settings, URI.create("http://models.example/v1?x=1"))
                            .awaitEnd())
                    .isEqualTo("{}");
            RecordedRequest request = proxy.takeRequest();
            assertThat(request.target()).isEqualTo("http://models.example/v1?x=1");
            assertThat(request.header("host")).contains("models.example");
            assertThat(request.header("proxy-authorization")).contains("Basic dXNlcjpwYXNz");
        }
    }

    @Test
    void tellsThatTheProxyRefused() {
        try (PlaybackServer proxy = PlaybackServer.start()) {
            proxy.play(
                    Answer.of(407).header("proxy-authenticate", "Basic realm=\"x\""), Answer.raw("nonsense\r\n\r\n"));
            ProxySettings settings = ProxySettings.of("127.0.0.1", proxy.port());
            TransportException refused = send(settings, target.uri("/")).awaitFailure();
            assertThat(refused.kind()).isEqualTo(Kind.CONNECT_FAILED);
            assertThat(refused).hasMessageContaining("407");
            assertThat(refused.requestMayHaveReachedServer()).isFalse();
            assertThat(send(settings, target.uri("/")).awaitFailure().kind()).isEqualTo(Kind.CONNECT_FAILED);
        }
        assertThat(target.acceptedConnections()).isZero();
    }

    @Test
    void goesAroundTheProxyWhereToldTo() {
        target.play(Answer.json(200, "{}"));
        ProxySettings nobody = new ProxySettings("127.0.0.1", 1, Optional.empty(), List.of("127.0.0.*"));
        assertThat(send(nobody, target.uri("/")).awaitEnd()).isEqualTo("{}");
    }

    @Test
    void matchesNonProxyHosts() {
        ProxySettings proxy =
                new ProxySettings("p", 8080, Optional.empty(), List.of("LocalHost", "*.internal", "10.*"));
        assertThat(proxy.appliesTo("localhost")).isFalse();
        assertThat(proxy.appliesTo("a.Internal")).isFalse();
        assertThat(proxy.appliesTo("10.1.2.3")).isFalse();
        assertThat(proxy.appliesTo("internal")).isTrue();
        assertThat(proxy.appliesTo("110.1.2.3")).isTrue();
        assertThat(proxy.appliesTo("api.openai.com")).isTrue();
    }

    /** Connects where CONNECT says, and copies bytes both ways. */
    private static final class TunnelProxy implements AutoCloseable {
        final List<String> heads = new CopyOnWriteArrayList<>();
        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();

        TunnelProxy() throws IOException {
            start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() throws IOException {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                start(() -> serve(client));
            }
        }

        private void serve(Socket client) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) client.getInputStream().read());
            }
            heads.add(head.toString());
            String[] address = head.toString().split(" ")[1].split(":");
            Socket server = new Socket(address[0], Integer.parseInt(address[1]));
            sockets.add(server);
            client.getOutputStream()
                    .write("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            start(() -> copy(server, client));
            copy(client, server);
        }

        private static void copy(Socket from, Socket to) throws IOException {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int n; (n = in.read(buffer)) > 0; ) {
                out.write(buffer, 0, n);
            }
            to.close();
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException e) {
                    assertThat(e).as("an end of the tunnel was closed").isNotNull();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
