package io.github.camelllm.routes.telemetry;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.catalog.Glob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Has no spans of its own, and tells providers of the trace that came in as it came. */
final class PassedOnTracing implements CallTracing {
    /** W3C Trace Context, section 3.3.1.5: what is longer may be left out. */
    private static final int MOST_STATE_CHARS = 512;

    private final List<String> providers;

    /** @param providers globs over those that are told */
    PassedOnTracing(List<String> providers) {
        this.providers = providers;
    }

    @Override
    public CallTrace begin(Asked asked, Function<String, Optional<String>> headers) {
        Optional<String> parent = headers.apply(TraceParent.HEADER)
                .filter(text -> TraceParent.of(text).isPresent());
        if (parent.isEmpty()) {
            return CallTrace.NONE;
        }
        Map<String, String> along = new HashMap<>(Map.of(TraceParent.HEADER, parent.get()));
        headers.apply(TraceParent.STATE_HEADER)
                .filter(state -> state.length() <= MOST_STATE_CHARS && state.matches("[\\x20-\\x7e]+"))
                .ifPresent(state -> along.put(TraceParent.STATE_HEADER, state));
        return new CallTrace() {
            @Override
            public Map<String, String> sending(Call<?> attempt) {
                return isTold(providers, attempt.target().provider()) ? along : Map.of();
            }

            @Override
            public CallTrace within(Asked asked, String purpose) {
                return this;
            }
        };
    }

    /** Whether a provider is one of those that globs name. */
    static boolean isTold(List<String> globs, String provider) {
        return globs.stream().anyMatch(glob -> Glob.matches(glob, provider));
    }
}
