package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportSettingsTest {
    @Test
    void hasTheseDefaults() {
        int threads = Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
        assertThat(HttpTransportSettings.DEFAULT)
                .isEqualTo(new HttpTransportSettings(
                        512,
                        256,
                        100,
                        1024,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(55),
                        Duration.ofMinutes(10),
                        65_536,
                        threads,
                        HttpVersionPolicy.AUTO,
                        Optional.empty(),
                        Optional.empty(),
                        "camel-llm",
                        Duration.ofSeconds(2),
                        Optional.empty()));
        assertThat(HttpTimeouts.DEFAULT)
                .isEqualTo(new HttpTimeouts(
                        Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(2), Duration.ofMinutes(10)));
        assertThat(HttpRequest.DEFAULT_MAX_BODY_BYTES).isEqualTo(67_108_864);
    }

    @Test
    void keepsEverySettingThroughItsBuilder() {
        HttpTransportSettings settings = new HttpTransportSettings(
                1,
                2,
                3,
                4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                Duration.ofSeconds(7),
                8192,
                9,
                HttpVersionPolicy.HTTP_2,
                Optional.empty(),
                Optional.of(ProxySettings.of("proxy", 3128)),
                "agent",
                Duration.ofSeconds(10),
                Optional.of(Thread::new));
        assertThat(settings.toBuilder().build()).isEqualTo(settings);
    }

    @Test
    void namesTheWrongSettingAndItsRule() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> HttpTransportSettings.builder().maxConnections(0).build())
                .withMessage("maxConnections must be at least 1, is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpTransportSettings.builder()
                        .idleTimeout(Duration.ZERO)
                        .build())
                .withMessage("idleTimeout must be positive, is PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpTimeouts.NONE.withIdle(Duration.ofMillis(-1)))
                .withMessage("idle timeout is negative: PT-0.001S");
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "tab\u0000", "grüße", "\u007f"})
    void refusesValuesThatCouldSmuggleInAHeader(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpField.of("x-test", value))
                .withMessageContaining("x-test")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(value));
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(strings = {"", "a b", "a:b", "a\r\n", "ü", "a(b"})
    void refusesNamesThatAreNoToken(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpField.of(name, "v"));
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(
            strings = {
                "/v1",
                "ftp://host/",
                "https:///v1",
                "https://user:key@host/",
                "https://host/grüße",
                "https://host/?q=ü"
            })
    void refusesUrisThatItCannotCall(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpRequest.get(URI.create(uri), List.of()))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("key"));
    }

    @Test
    void refusesABodyLimitThatIsNoLimit() {
        HttpRequest request = HttpRequest.get(URI.create("https://host/"), List.of());
        assertThatIllegalArgumentException().isThrownBy(() -> request.withMaxBodyBytes(0));
    }

    @Test
    void tellsNoSecretsInText() {
        HttpRequest request = HttpRequest.post(
                URI.create("https://api.example/v1?key=secret"),
                List.of(HttpField.of("authorization", "Bearer secret")),
                "secret".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(request.toString()).isEqualTo("POST https://api.example/v1 [6 bytes]");
        assertThat(request.headers().toString()).contains("authorization").doesNotContain("secret");
        assertThat(new ProxySettings.Credentials("user", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void tellsWhatKindOfFailureIsATimeout() {
        for (TransportException.Kind kind : TransportException.Kind.values()) {
            TransportException failure = new TransportException(kind, "host:443", false, false, "why", null);
            assertThat(failure.isTimeout()).isEqualTo(kind.name().endsWith("TIMEOUT"));
        }
    }
}
