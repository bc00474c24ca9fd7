package io.github.camelllm.routes.gateway;

import io.github.camelllm.call.Dialects;
import io.github.camelllm.wire.Dialect;
import java.util.Optional;

/** Whose API a client speaks. */
public enum ClientApi {
    OPENAI("openai-chat", "x-request-id"),
    ANTHROPIC("anthropic", "request-id"),
    GEMINI("gemini", "");

    private final Dialect dialect;
    private final String requestIdHeader;

    ClientApi(String dialect, String requestIdHeader) {
        this.dialect = Dialects.get(dialect);
        this.requestIdHeader = requestIdHeader;
    }

    Dialect dialect() {
        return dialect;
    }

    /** The header in which its SDKs look for the id of a request, in lower case; empty if they look in none. */
    Optional<String> requestIdHeader() {
        return Optional.of(requestIdHeader).filter(name -> !name.isEmpty());
    }

    /** Name of its wire format, for {@code CamelLlmWireFormat}. */
    public String wireFormat() {
        return dialect.name();
    }
}
