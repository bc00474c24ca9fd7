package io.github.camelllm.wire;

import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields of an HTTP answer. Names are compared without regard to case. */
public interface WireHeaders {
    /** No header at all. */
    WireHeaders NONE = new WireHeaders() {
        @Override
        public Optional<String> first(String name) {
            return Optional.empty();
        }

        @Override
        public void forEach(BiConsumer<String, String> action) {}
    };

    /** Value of the first header of that name. */
    Optional<String> first(String name);

    /** All headers in the order they came; a name may come more than once. */
    void forEach(BiConsumer<String, String> action);
}
