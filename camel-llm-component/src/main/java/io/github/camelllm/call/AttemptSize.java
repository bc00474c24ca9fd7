package io.github.camelllm.call;

import java.util.OptionalLong;

/** How many tokens an attempt may use, known before it is sent. Thread-safe. */
public interface AttemptSize {
    /** An attempt that uses no tokens, such as one that lists models. */
    AttemptSize NONE = new InputSize.Counted(0);

    /** What it probably is; can be too low. Cheap. */
    long estimatedInputTokens();

    /**
     * A number that is not exceeded: no token is shorter than a byte, so texts count their UTF-8 bytes; media count twice
     * their estimate. Cheap.
     */
    long mostInputTokens();

    /** What the provider will count; empty if that cannot be known here. Takes about 25 ns a character. */
    OptionalLong exactInputTokens();

    /** All answers asked for together, reasoning included; empty if neither request nor catalogue sets a limit. */
    OptionalLong mostOutputTokens();

    /** Whether some input may be charged as a write to the provider's prompt cache. */
    boolean mayWriteCache();

    /** Whether some input or output may be charged at the rates of images or audio. */
    boolean hasMedia();

    /** Searches that the provider may run and charge apart; empty if nothing bounds their number. */
    OptionalLong mostSearches();
}
