package io.github.camelllm.wire.anthropic;

import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.DialectContract;

class AnthropicDialectTest extends DialectContract {
    @Override
    protected Dialect dialect() {
        return new AnthropicDialect();
    }

    @Override
    protected Lacking lackingKnob() {
        return new Lacking(target(), question().toBuilder().seed(7).build(), "seed");
    }

    @Override
    protected Lacking lackingMeaning() {
        return new Lacking(
                target(),
                question().toBuilder()
                        .responseFormat(new ResponseFormat.JsonObject())
                        .build(),
                "responseFormat");
    }
}
