package io.github.camelllm.call;

import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A size that is worked out when first asked for. */
final class LaterSize implements AttemptSize {
    private final Supplier<AttemptSize> working;
    private volatile @Nullable AttemptSize known;

    /** @param working may throw what the one who asks shall get */
    LaterSize(Supplier<AttemptSize> working) {
        this.working = working;
    }

    private AttemptSize size() {
        AttemptSize size = known;
        if (size == null) {
            size = working.get();
            known = size;
        }
        return size;
    }

    @Override
    public long estimatedInputTokens() {
        return size().estimatedInputTokens();
    }

    @Override
    public long mostInputTokens() {
        return size().mostInputTokens();
    }

    @Override
    public OptionalLong exactInputTokens() {
        return size().exactInputTokens();
    }

    @Override
    public OptionalLong mostOutputTokens() {
        return size().mostOutputTokens();
    }

    @Override
    public boolean mayWriteCache() {
        return size().mayWriteCache();
    }

    @Override
    public boolean hasMedia() {
        return size().hasMedia();
    }

    @Override
    public OptionalLong mostSearches() {
        return size().mostSearches();
    }
}
