package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.call.PassedExchanges.Case;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.FrameDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A stream that is passed on brings the same bytes in whatever chunks, and counts as one that is decoded. */
class PassedStreamTest {
    /** What became of a stream. */
    private record Outcome(
            String passed,
            int pieces,
            @Nullable AnswerFacts facts,
            @Nullable LlmException failure) {}

    private static final class Sink implements WireOperation.StreamSink {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final StringBuilder words = new StringBuilder();
        int pieces;

        @Override
        public void event(StreamEvent event) {
            if (event instanceof StreamEvent.Passed passed) {
                ByteBuffer more = passed.bytes();
                bytes.write(more.array(), more.arrayOffset() + more.position(), more.remaining());
                pieces += passed.pieces();
            }
        }

        @Override
        public void words(String text) {
            words.append(text);
        }
    }

    static Stream<Case> streams() throws IOException {
        return PassedExchanges.streams();
    }

    private static Call<WireRequest> call(Case stream) {
        return Call.of(
                Operation.CHAT,
                PassedExchanges.streaming(stream.dialect()),
                PassedExchanges.target(stream.dialect()),
                true,
                Map.of());
    }

    private static Outcome pass(Case stream, int chunkBytes) {
        Sink sink = new Sink();
        PassedStream reader = new PassedStream(call(stream), sink);
        LlmException failure = null;
        AnswerFacts facts;
        try {
            // One array for all chunks, as transports do it
            byte[] chunk = new byte[chunkBytes];
            for (int at = 0; at < stream.bytes().length; at += chunkBytes) {
                int length = Math.min(chunkBytes, stream.bytes().length - at);
                System.arraycopy(stream.bytes(), at, chunk, 0, length);
                reader.read(ByteBuffer.wrap(chunk, 0, length));
            }
            facts = ((WireAnswer.Passed) reader.end()).facts();
        } catch (LlmException e) {
            failure = e;
            facts = ((WireAnswer.Passed) reader.partial()).facts();
        }
        return new Outcome(sink.bytes.toString(StandardCharsets.UTF_8), sink.pieces, facts, failure);
    }

    private static ChatResponse decoded(Case stream) {
        DecodedStream reader = new DecodedStream(PassedExchanges.target(stream.dialect()), new Sink());
        reader.read(ByteBuffer.wrap(stream.bytes()));
        return reader.end();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void tellsWhatDecodingTells(Case stream) {
        Outcome passed = pass(stream, 1 << 20);

        ChatResponse decoded;
        try {
            decoded = decoded(stream);
        } catch (LlmException e) {
            assertThat(passed.failure()).isNotNull().hasSameClassAs(e).hasMessage(e.getMessage());
            return;
        }
        assertThat(passed.failure()).isNull();
        assertThat(passed.facts())
                .isEqualTo(new AnswerFacts(
                        decoded.id(), decoded.model(), decoded.finish().map(Finish::reason), decoded.usage()));
        assertThat(passed.passed()).isEqualTo(new String(stream.bytes(), StandardCharsets.UTF_8));
        assertThat(passed.pieces() > 0)
                .isEqualTo(decoded.choices().stream()
                        .anyMatch(choice -> !choice.message().content().isEmpty()));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void hearsEveryWordThatMayHaveToBeCounted(Case stream) {
        ChatResponse decoded;
        try {
            decoded = decoded(stream);
        } catch (LlmException e) {
            return;
        }
        Sink sink = new Sink();
        PassedStream reader = new PassedStream(call(stream), sink);
        reader.read(ByteBuffer.wrap(stream.bytes()));

        decoded.choices().forEach(choice -> choice.message().content().forEach(part -> {
            if (part instanceof ContentPart.Text text && decoded.choices().size() == 1) {
                assertThat(sink.words.toString()).contains(text.text());
            }
        }));
    }

    @Property(tries = 200)
    void chunksDoNotMatter(@ForAll("cases") Case stream, @ForAll("sizes") int chunkBytes) {
        Outcome whole = pass(stream, 1 << 20);
        Outcome cut = pass(stream, chunkBytes);

        if (whole.failure() == null) {
            assertThat(cut.passed()).isEqualTo(whole.passed());
        } else {
            // The LF of a last CRLF, if it came alone, is not worth passing on
            assertThat(cut.passed().stripTrailing()).isEqualTo(whole.passed().stripTrailing());
        }
        assertThat(cut.pieces()).isEqualTo(whole.pieces());
        assertThat(cut.facts()).isEqualTo(whole.facts());
        assertThat(String.valueOf(cut.failure())).isEqualTo(String.valueOf(whole.failure()));
    }

    @Property(tries = 300)
    void aStreamCutAnywhereFailsOrIsWholeAndPassesNoHalfEvent(
            @ForAll("cases") Case stream, @ForAll("shares") double share) {
        int length = (int) (stream.bytes().length * share);
        Case cut = new Case(stream.name(), stream.dialect(), Arrays.copyOf(stream.bytes(), length));

        Outcome outcome = pass(cut, 1000);

        assertThat(new String(stream.bytes(), StandardCharsets.UTF_8)).startsWith(outcome.passed());
        if (outcome.failure() != null && !outcome.passed().isEmpty()) {
            assertThat(outcome.passed()).matches("(?s).*[\r\n]");
        }
    }

    @Property(tries = 500)
    void anyBytesGiveAnAnswerOrOneKindOfException(
            @ForAll("cases") Case stream, @ForAll byte[] noise, @ForAll("shares") double share) {
        byte[] bytes = stream.bytes().clone();
        int at = (int) (share * bytes.length);
        System.arraycopy(noise, 0, bytes, at, Math.min(noise.length, bytes.length - at));

        try {
            pass(new Case(stream.name(), stream.dialect(), bytes), 700);
        } catch (FrameDecoder.FrameTooLargeException e) {
            throw new AssertionError(e);
        }
    }

    @Provide
    Arbitrary<Case> cases() throws IOException {
        List<Case> all = streams().toList();
        return Arbitraries.of(all);
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.integers().between(1, 4000);
    }

    @Provide
    Arbitrary<Double> shares() {
        return Arbitraries.doubles().between(0, 1);
    }

    private static Case openai(String text) {
        return new Case("", Dialects.get("openai-chat"), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void passesACommentOnAtOnce() {
        Sink sink = new Sink();
        PassedStream reader = new PassedStream(call(openai("")), sink);

        reader.read(ByteBuffer.wrap(": wait\n\ndata: {".getBytes(StandardCharsets.UTF_8)));

        assertThat(sink.bytes.toString(StandardCharsets.UTF_8)).isEqualTo(": wait\n\n");
    }

    @Test
    void refusesACommentThatNeverEnds() {
        CallTarget small = PassedExchanges.target(Dialects.get("openai-chat"));
        PassedStream reader = new PassedStream(call(openai("")), new Sink());
        byte[] comment = ":".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 3L * small.maxEventBytes() >> 20; i++) {
                        reader.read(ByteBuffer.wrap(comment));
                    }
                })
                .isInstanceOf(FrameDecoder.FrameTooLargeException.class);
    }

    @Test
    void findsGarbageBetweenTheFrames() {
        String words = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n";

        Outcome outcome = pass(openai(words + words + "data: {\"choices\":[{\"index\":0\n\n"), 50);

        assertThat(outcome.failure()).isInstanceOf(LlmMalformedResponseException.class);
        assertThat(outcome.passed()).isEqualTo(words + words);
        assertThat(outcome.pieces()).isEqualTo(2);
    }
}
