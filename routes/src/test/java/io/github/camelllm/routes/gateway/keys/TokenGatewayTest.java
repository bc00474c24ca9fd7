package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import io.github.camelllm.routes.gateway.TestGateway;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Simulator;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users of an OpenID Connect server before a whole gateway, with the settings of docs/keys.md. */
class TokenGatewayTest {
    private static final Path BYOK = Path.of("src/test/resources/docs/keys-byok.properties");

    private Issuer issuer;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        issuer = new Issuer(Clock.systemUTC());
        Properties settings = new Properties();
        try (Reader page = Files.newBufferedReader(BYOK)) {
            settings.load(page);
        }
        settings.setProperty("llm.gateway.jwt.issuer", issuer.url());
        settings.setProperty("llm.gateway.jwt.audience", "llm-gateway");
        settings.setProperty("llm.gateway.jwt.models", "openai/*");
        gateway = TestGateway.with(Simulator.started(), settings).start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        issuer.close();
    }

    @ParameterizedTest
    @CsvSource({"alice,200", "zoe,403"})
    void bringKeysOfProvidersIfTheirIdIsNamed(String user, int status) throws Exception {
        String token =
                Issuer.sign(JWSAlgorithm.RS256, Issuer.RSA, issuer.claims().subject(user));
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.post(
                            "/v1/chat/completions",
                            "{\"model\":\"openai/gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                            "Authorization: Bearer " + token,
                            "x-llm-provider-key: openai=sk-own")
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        }
    }
}
