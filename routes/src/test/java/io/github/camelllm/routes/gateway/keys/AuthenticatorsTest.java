package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.simulator.Simulator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthenticatorsTest {
    private final ManualClock clock = new ManualClock();
    private final Simulator simulator = Simulator.started();
    private Issuer issuer;

    @BeforeEach
    void start() throws Exception {
        issuer = new Issuer(clock);
    }

    @AfterEach
    void stop() {
        issuer.close();
        simulator.close();
    }

    private KeyNode node(Map<String, String> more) throws Exception {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("llm.gateway.jwt.issuer", issuer.url());
        properties.put("llm.gateway.jwt.audience", "llm-gateway");
        return new KeyNode(simulator, clock, properties);
    }

    private Authenticator authenticator(KeyNode node) {
        return Authenticators.of(node.context, clock).orElseThrow();
    }

    private static String id(Authenticator authenticator, String secret) {
        return authenticator.authenticate(secret).toCompletableFuture().join().id();
    }

    @Test
    void keysAndTokensAreAcceptedSideBySide() throws Exception {
        for (Map<String, String> properties :
                List.of(Map.<String, String>of(), Map.of("llm.gateway.auth", "jwt, keys"))) {
            try (KeyNode node = node(properties)) {
                Authenticator both = authenticator(node);

                assertThat(id(both, node.create("{'id':'a','name':'A'}").secret()))
                        .isEqualTo("a");
                Caller zoe =
                        both.authenticate(issuer.token()).toCompletableFuture().join();
                assertThat(zoe.id()).isEqualTo("jwt:zoe");
                assertThat(both.current(zoe)).isCompletedWithValue(zoe);
                assertThat(KeyNode.refusal(both, IssuedKey.newSecret())).hasMessageContaining("the key is not known");
                assertThat(KeyNode.refusal(both, "a.b.c")).hasMessageContaining("expected a signed JSON Web Token");
                assertThat(KeyNode.refusal(both, "")).hasMessageEndingWith("but nothing was sent");
                assertThat(KeyNode.refusal(both, "open sesame"))
                        .hasMessageEndingWith("but another text of 11 characters was sent");
            }
        }
    }

    @Test
    void onlyWhatIsNamedIsAccepted() throws Exception {
        try (KeyNode node = node(Map.of("llm.gateway.auth", "jwt"))) {
            assertThat(id(authenticator(node), issuer.token())).isEqualTo("jwt:zoe");
            KeyNode.refusal(authenticator(node), node.create("{'name':'A'}").secret());
        }
        try (KeyNode node = node(Map.of("llm.gateway.auth", "keys"))) {
            assertThat(id(
                            authenticator(node),
                            node.create("{'id':'a','name':'A'}").secret()))
                    .isEqualTo("a");
            KeyNode.refusal(authenticator(node), issuer.token());
        }
        try (KeyNode node = node(Map.of("llm.gateway.auth", "none"))) {
            assertThat(Authenticators.of(node.context)).isEmpty();
        }
    }

    @Test
    void anotherKindIsRefused() throws Exception {
        for (String kind : List.of("basic", "keys,none", ",")) {
            try (KeyNode node = node(Map.of("llm.gateway.auth", kind))) {
                assertThatThrownBy(() -> Authenticators.of(node.context))
                        .isInstanceOf(CatalogException.class)
                        .hasMessage("property llm.gateway.auth: expected keys, jwt, keys,jwt or none, but it is '"
                                + kind + "'");
            }
        }
    }
}
