package io.github.camelllm.call;

import io.github.camelllm.wire.RequestScan;
import java.util.OptionalLong;

/**
 * Size of a request that is passed on: from the number of its bytes as long as these are text, which is no more than they are, and
 * from the decoded request where they are not, or where it must be known exactly.
 */
final class PassedSize implements AttemptSize {
    /** What providers put around a request, a message, its parts and tools; as generous as for requests that are decoded. */
    private static final long PER_REQUEST = 64;

    private static final long PER_PART = 16;
    private static final long WITH_TOOLS = 1_024;
    private static final long PER_TOOL = 64;
    private static final long WITH_SCHEMA = 512;

    /** In most languages' texts, JSON around them included. */
    static final int BYTES_PER_TOKEN = 4;

    private final RequestScan scan;
    private final CallTarget target;
    private final AttemptSize decoded;

    /** @param decoded the size of the decoded request, worked out when asked for */
    PassedSize(RequestScan scan, CallTarget target, AttemptSize decoded) {
        this.scan = scan;
        this.target = target;
        this.decoded = decoded;
    }

    @Override
    public long estimatedInputTokens() {
        return scan.isText() ? scan.body().length / BYTES_PER_TOKEN : decoded.estimatedInputTokens();
    }

    @Override
    public long mostInputTokens() {
        if (!scan.isText()) {
            return decoded.mostInputTokens();
        }
        return scan.body().length
                + PER_REQUEST
                + PER_PART * (2L * scan.messages() + scan.parts())
                + (scan.tools() > 0 ? WITH_TOOLS + PER_TOOL * scan.tools() : 0)
                + (scan.hasSchema() ? WITH_SCHEMA : 0);
    }

    @Override
    public OptionalLong exactInputTokens() {
        return decoded.exactInputTokens();
    }

    @Override
    public OptionalLong mostOutputTokens() {
        OptionalLong each = scan.maxOutputTokens().isPresent()
                ? OptionalLong.of(scan.maxOutputTokens().getAsInt())
                : target.limits().maxOutputTokens();
        return each.isPresent() ? OptionalLong.of(each.getAsLong() * scan.answers()) : each;
    }

    @Override
    public boolean mayWriteCache() {
        return scan.mayWriteCache() || !scan.isText() && decoded.mayWriteCache();
    }

    @Override
    public boolean hasMedia() {
        return !scan.isText() && decoded.hasMedia();
    }

    @Override
    public OptionalLong mostSearches() {
        return scan.isText() ? Searches.unasked(target.model()) : decoded.mostSearches();
    }
}
