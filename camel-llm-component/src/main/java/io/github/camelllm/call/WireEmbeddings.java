package io.github.camelllm.call;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.EmbeddingsPassThrough;
import io.github.camelllm.wire.EmbeddingsScan;
import java.util.Optional;

/**
 * A client's request for embeddings in the client's own wire format, for targets that take it as it is.
 *
 * @param dialect that of the client, which lets embeddings go through
 */
public record WireEmbeddings(Dialect dialect, EmbeddingsScan scan) {
    /**
     * A request as it came; empty if its dialect lets none go through.
     *
     * @param body not copied: it must not change any more
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no request of the dialect, as far as it is looked at
     */
    public static Optional<WireEmbeddings> of(Dialect dialect, byte[] body) {
        return dialect.embeddingsPassThrough().map(passing -> new WireEmbeddings(dialect, passing.scan(body)));
    }

    EmbeddingsPassThrough passThrough() {
        return dialect.embeddingsPassThrough().orElseThrow();
    }

    /** Whether the inputs are numbers of tokens, which only the provider whose tokens they are can read. */
    public boolean hasTokens() {
        return scan.tokens() > 0;
    }

    /** Whether the target can be given the client's own bytes. */
    public boolean passesTo(CallTarget target) {
        return target.dialect().name().equals(dialect.name()) && passThrough().fits(scan, target.wire());
    }

    /** What the client asks, if its inputs are texts. */
    EmbeddingsRequest decoded(String model) {
        return dialect.embeddingsServer()
                .orElseThrow()
                .decode("", scan.request().body())
                .request()
                .withModel(model);
    }

    /** Tells nothing of the request but its dialect and size. */
    @Override
    public String toString() {
        return "WireEmbeddings[" + dialect.name() + ", " + scan.request().body().length + " bytes]";
    }
}
