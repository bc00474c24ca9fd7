package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.Tool;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.DialectContract;
import java.util.List;

class GeminiContractTest extends DialectContract {
    @Override
    protected Dialect dialect() {
        return new GeminiDialect();
    }

    @Override
    protected Lacking lackingKnob() {
        return new Lacking(target(), question().toBuilder().verbosity("low").build(), "verbosity");
    }

    @Override
    protected Lacking lackingMeaning() {
        return new Lacking(
                target(),
                question().toBuilder()
                        .tools(List.of(new Tool.Native("elsewhere", "{}")))
                        .build(),
                "tools");
    }
}
