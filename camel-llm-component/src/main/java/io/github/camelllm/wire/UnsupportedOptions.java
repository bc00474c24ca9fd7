package io.github.camelllm.wire;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies the {@link Unsupported} policy while one request is encoded, and collects the names of what was dropped. Not
 * thread-safe.
 */
public final class UnsupportedOptions {
    private final WireTarget target;
    private List<String> dropped = List.of();

    public UnsupportedOptions(WireTarget target) {
        this.target = target;
    }

    /**
     * An option that only tunes the answer.
     *
     * @param option its vocabulary name, such as {@code seed}
     */
    public void knob(String option) {
        if (target.unsupported() == Unsupported.ERROR) {
            throw refused(option);
        }
        drop(option);
    }

    /** An option without which another question would be asked, such as {@code tools}. */
    public void meaning(String option) {
        if (target.unsupported() == Unsupported.ERROR || target.unsupported() == Unsupported.DEFAULT) {
            throw refused(option);
        }
        drop(option);
    }

    /** Names of the options dropped so far, each once. */
    public List<String> dropped() {
        return dropped;
    }

    private void drop(String option) {
        if (dropped.isEmpty()) {
            dropped = new ArrayList<>(2);
        }
        if (!dropped.contains(option)) {
            dropped.add(option);
        }
    }

    private LlmInvalidRequestException refused(String option) {
        return new LlmInvalidRequestException(
                target.provider() + "/" + target.model() + " does not support '" + option
                        + "'; nothing was sent (unsupported=drop or unsupported=warn sends the request without it)",
                ErrorDetails.local(target.provider(), target.model(), "unsupported_option", false),
                null);
    }
}
