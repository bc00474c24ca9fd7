package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.PassedExchanges.Case;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.tokens.Tokenizers;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.RequestScan;
import io.github.camelllm.wire.WireHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A look at whole answers and at requests tells what decoding them tells. */
class PassedAnswerTest {
    private static final TokenCounter ESTIMATES = TokenCounter.using(Tokenizers.NONE);

    static Stream<Case> answers() throws IOException {
        return PassedExchanges.answers();
    }

    static Stream<Case> requests() throws IOException {
        return PassedExchanges.requests();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void tellsWhatDecodingTells(Case answer) {
        CallTarget target = PassedExchanges.target(answer.dialect());
        ChatResponse decoded;
        try {
            decoded = answer.dialect().chat().decode(answer.bytes(), WireHeaders.NONE, target.wire());
        } catch (LlmException e) {
            assertThat(answer.dialect().passThrough().facts(answer.bytes(), target.wire()))
                    .isEmpty();
            return;
        }

        Optional<AnswerFacts> facts = answer.dialect().passThrough().facts(answer.bytes(), target.wire());

        if (facts.isPresent()) {
            assertThat(facts.get())
                    .isEqualTo(new AnswerFacts(
                            decoded.id(), decoded.model(), decoded.finish().map(Finish::reason), decoded.usage()));
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void knowsOfARequestWhatDecodingKnows(Case request) {
        String path = PassedExchanges.path(request.dialect(), false);
        ServedRequest decoded;
        try {
            decoded = request.dialect().server().decode(path, request.bytes());
        } catch (LlmInvalidRequestException e) {
            return;
        }

        RequestScan scan = request.dialect().passThrough().scan(path, request.bytes());

        assertThat(scan.stream()).isEqualTo(decoded.stream());
        assertThat(scan.maxOutputTokens()).isEqualTo(decoded.request().maxOutputTokens());
        assertThat(scan.answers()).isEqualTo(decoded.request().n().orElse(1));
        assertThat(scan.tools() > 0 || !scan.isText())
                .isEqualTo(!decoded.request().tools().isEmpty() || !scan.isText());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void neverBoundsARequestBelowWhatDecodingBoundsItBy(Case request) {
        String path = PassedExchanges.path(request.dialect(), false);
        CallTarget target = PassedExchanges.target(request.dialect());
        WireRequest wire;
        AttemptSize decoded;
        try {
            wire = WireRequest.of(WireRequest.Scanned.of(request.dialect(), path, request.bytes()), Map.of());
            decoded = new ChatSize(wire.decoded().request(), target, ESTIMATES, ESTIMATES);
        } catch (LlmInvalidRequestException e) {
            return;
        }
        AttemptSize looked = new PassedSize(wire.scan(), target, decoded);

        assertThat(looked.mostInputTokens()).isGreaterThanOrEqualTo(decoded.mostInputTokens());
        assertThat(looked.mostOutputTokens()).isEqualTo(decoded.mostOutputTokens());
        assertThat(looked.hasMedia()).isEqualTo(decoded.hasMedia());
        assertThat(looked.mostSearches()).isEqualTo(decoded.mostSearches());
        // Decoding goes by members that it does not know, a look by those that have to do with caches
        boolean hints = new String(request.bytes(), StandardCharsets.UTF_8).matches("(?s).*\"[a-z_]*cache[a-z_]*\".*");
        assertThat(looked.mayWriteCache() || !hints && (wire.scan().isText() || !decoded.mayWriteCache()))
                .isTrue();
    }
}
