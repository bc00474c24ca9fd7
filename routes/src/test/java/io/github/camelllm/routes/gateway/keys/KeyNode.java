package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionException;

/** A node of a gateway with its virtual keys, at a time that the test moves. */
final class KeyNode implements AutoCloseable {
    static final String ADMIN = "an-admin-secret-of-a-test";

    final SimulatedContext context;
    final VirtualKeys keys;
    final Authenticator authenticator;

    /** @param properties besides, such as those of a database */
    KeyNode(Simulator simulator, ManualClock clock, Map<String, String> properties) throws Exception {
        Properties all = new Properties();
        all.setProperty("llm.gateway.keys.adminSecret", ADMIN);
        // Looks only when it is told to
        all.setProperty("llm.gateway.keys.refreshInterval", "30m");
        all.putAll(properties);
        context = new SimulatedContext(simulator, all);
        LlmComponent component = context.getComponent("llm", LlmComponent.class);
        if ("jdbc".equals(properties.get("llm.gateway.keys.store"))) {
            component.setPolicyStore("jdbc");
        }
        component.setLedger(properties.containsKey("llm.ledger.journal"));
        context.start();
        keys = VirtualKeys.of(context, clock);
        authenticator = keys.authenticator();
    }

    static ObjectNode json(String text) {
        return JsonConfig.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "body");
    }

    IssuedKey create(String request) {
        return keys.create(json(request), "alice");
    }

    Caller caller(String secret) {
        return authenticator.authenticate(secret).toCompletableFuture().join();
    }

    Caller current(Caller before) {
        return authenticator.current(before).toCompletableFuture().join();
    }

    LlmException refusal(String secret) {
        return refusal(authenticator, secret);
    }

    /** Why a secret is not accepted; no message quotes it. */
    static LlmException refusal(Authenticator authenticator, String secret) {
        try {
            Caller caller =
                    authenticator.authenticate(secret).toCompletableFuture().join();
            throw new AssertionError("expected a refusal, but it is " + caller);
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(LlmException.class);
            if (!secret.isEmpty()) {
                assertThat(e.getCause().toString()).doesNotContain(secret);
            }
            return (LlmException) e.getCause();
        }
    }

    LlmPolicies policies() {
        return context.getComponent("llm", LlmComponent.class).getPolicies();
    }

    @Override
    public void close() {
        context.stop();
    }
}
