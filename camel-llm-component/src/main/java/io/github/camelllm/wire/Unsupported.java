package io.github.camelllm.wire;

/** What to do with a request option that a provider or dialect lacks. */
public enum Unsupported {
    /** Knobs are dropped with a warning; options that change the meaning are refused. */
    DEFAULT,
    /** Everything is refused. */
    ERROR,
    /** Everything is dropped with a warning. */
    WARN,
    /** Everything is dropped silently. */
    DROP
}
