package io.github.camelllm.call;

import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;

/** One page of the target's list of models; the request is the page's token. */
final class ModelsOperation implements WireOperation<Optional<String>, ModelsClientCodec.Page> {
    /** @throws io.github.camelllm.chat.LlmInvalidRequestException if the dialect cannot list models */
    private static ModelsClientCodec codec(CallTarget target) {
        return target.dialect().models().orElseThrow(() -> target.lacks(Operation.MODELS));
    }

    @Override
    public AttemptSize size(Optional<String> pageToken, CallTarget target) {
        return AttemptSize.NONE;
    }

    @Override
    public EncodedRequest encode(Optional<String> pageToken, boolean stream, CallTarget target) {
        return codec(target).encode(pageToken, target.wire());
    }

    @Override
    public ModelsClientCodec.Page decode(
            byte[] body, WireHeaders headers, Optional<String> pageToken, CallTarget target) {
        return codec(target).decode(body, target.wire());
    }

    @Override
    public Facts facts(ModelsClientCodec.Page result) {
        return Facts.NONE;
    }

    @Override
    public Optional<Usage> count(
            Optional<String> pageToken,
            Optional<ModelsClientCodec.Page> result,
            Optional<ModelsClientCodec.Page> partial,
            CallTarget target) {
        return Optional.empty();
    }
}
