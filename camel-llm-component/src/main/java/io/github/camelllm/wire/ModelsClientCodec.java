package io.github.camelllm.wire;

import io.github.camelllm.chat.ModelInfo;
import java.util.List;
import java.util.Optional;

/** The list of models in a dialect. Errors are those of the dialect's {@link ChatClientCodec}. Stateless and thread-safe. */
public interface ModelsClientCodec {
    /** @param pageToken as given by the page before; empty for the first page */
    EncodedRequest encode(Optional<String> pageToken, WireTarget target);

    Page decode(byte[] body, WireTarget target);

    /** @param nextPageToken empty on the last page */
    record Page(List<ModelInfo> models, Optional<String> nextPageToken) {
        public Page {
            models = List.copyOf(models);
        }
    }
}
