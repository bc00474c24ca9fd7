package io.github.camelllm.call;

/** Where the usage figures of a record come from. */
public enum UsageSource {
    /** The provider reported them. */
    REPORTED,
    /** We counted or estimated them, because the answer broke off or its provider reports none. */
    COUNTED,
    /** Nothing is known. */
    UNKNOWN
}
