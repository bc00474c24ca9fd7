package io.github.camelllm.routes.gateway;

import io.github.camelllm.call.Dialects;
import io.github.camelllm.wire.Dialect;

/** Whose API a client speaks. */
public enum ClientApi {
    OPENAI("openai-chat"),
    ANTHROPIC("anthropic"),
    GEMINI("gemini");

    private final Dialect dialect;

    ClientApi(String dialect) {
        this.dialect = Dialects.get(dialect);
    }

    Dialect dialect() {
        return dialect;
    }

    /** Name of its wire format, for {@code CamelLlmWireFormat}. */
    public String wireFormat() {
        return dialect.name();
    }
}
