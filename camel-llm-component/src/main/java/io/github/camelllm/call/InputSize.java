package io.github.camelllm.call;

import java.util.OptionalLong;

/** Size of an attempt that has input only, all of it text or tokens. */
interface InputSize extends AttemptSize {
    @Override
    default OptionalLong mostOutputTokens() {
        return OptionalLong.of(0);
    }

    @Override
    default boolean mayWriteCache() {
        return false;
    }

    @Override
    default boolean hasMedia() {
        return false;
    }

    @Override
    default OptionalLong mostSearches() {
        return OptionalLong.of(0);
    }

    /** Of input whose tokens are counted already. */
    record Counted(long tokens) implements InputSize {
        @Override
        public long estimatedInputTokens() {
            return tokens;
        }

        @Override
        public long mostInputTokens() {
            return tokens;
        }

        @Override
        public OptionalLong exactInputTokens() {
            return OptionalLong.of(tokens);
        }
    }
}
