package io.github.camelllm.call;

import java.util.Map;

/**
 * One thing to be asked of one provider.
 *
 * @param <Q> type of the request
 * @param stream whether the answer is to be read as a stream
 * @param tags labels for the record, such as the route's id; never prompt text
 */
public record Call<Q>(Operation operation, Q request, CallTarget target, boolean stream, Map<String, String> tags) {
    public Call {
        tags = Map.copyOf(tags);
    }

    public <P> Call<P> withRequest(P other) {
        return new Call<>(operation, other, target, stream, tags);
    }
}
