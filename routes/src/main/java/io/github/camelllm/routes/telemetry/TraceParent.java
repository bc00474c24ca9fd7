package io.github.camelllm.routes.telemetry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code traceparent} of W3C Trace Context.
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">Trace Context, section 3.2</a>
 */
public record TraceParent(String traceId) {
    /** Name of the header. */
    public static final String HEADER = "traceparent";
    /** Name of the header that goes with it. */
    public static final String STATE_HEADER = "tracestate";

    /** A newer version may have more behind it. */
    private static final Pattern FORM = Pattern.compile(
            "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.{0,400})?");

    /** Empty if there is no header, or one that is not well-formed and so to be ignored. */
    public static Optional<TraceParent> of(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(header);
        return form.matches() && (form.group(3) == null || !form.group(1).equals("00"))
                ? Optional.of(new TraceParent(form.group(2)))
                : Optional.empty();
    }
}
