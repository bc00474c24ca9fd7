package io.github.camelllm.wire.sse;

import static io.github.camelllm.wire.sse.Event.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.FrameDecoder.FrameTooLargeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SseDecoderTest {
    static Stream<Arguments> streams() {
        return Stream.of(
                row("nothing", ""),
                row("one event", "data: a\n\n", Event.of("a")),
                row("two events", "data: a\n\ndata: b\n\n", Event.of("a"), Event.of("b")),
                row("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", Event.of("a"), Event.of("b")),
                row("CR", "data: a\r\rdata: b\r\r", Event.of("a"), Event.of("b")),
                row("mixed line ends", "data: a\r\ndata: b\rdata: c\n\r\n", Event.of("a\nb\nc")),
                row("no space after the colon", "data:a\n\n", Event.of("a")),
                row("one space is removed only", "data:  a \n\n", Event.of(" a ")),
                row("a tab is no space", "data:\ta\n\n", Event.of("\ta")),
                row("several data lines", "data: YHOO\ndata: +2\ndata: 10\n\n", Event.of("YHOO\n+2\n10")),
                row("data without value", "data\n\n", Event.of("")),
                row("data with empty value", "data:\n\ndata: \n\n", Event.of(""), Event.of("")),
                row("example of the standard", "data\n\ndata\ndata\n\ndata:", Event.of(""), Event.of("\n")),
                row("empty line first in data", "data:\ndata: a\n\n", Event.of("\na")),
                row("colons in the value", "data: {\"a\":\"b: c\"}\n\n", Event.of("{\"a\":\"b: c\"}")),
                row("event name", "event: ping\ndata: {}\n\n", Event.of("ping", "{}")),
                row("name after the data", "data: {}\nevent: ping\n\n", Event.of("ping", "{}")),
                row("the last name counts", "event: a\nevent:b\ndata: 1\n\n", Event.of("b", "1")),
                row("an empty name unsets it", "event: a\nevent\ndata: 1\n\n", Event.of("1")),
                row("name ends with its event", "event: a\ndata: 1\n\ndata: 2\n\n", Event.of("a", "1"), Event.of("2")),
                row("name without data is dropped", "event: a\n\ndata: 2\n\n", Event.of("2")),
                row("name beyond ASCII", "event: größe\ndata: 1\n\n", Event.of("größe", "1")),
                row("long name", "event: " + "n".repeat(70) + "\ndata: 1\n\n", Event.of("n".repeat(70), "1")),
                row("comments", ": hi\n\n:\ndata: a\n: b\ndata: c\n:\n\n: d\n", Event.of("a\nc")),
                row("id and retry", "id: 1\nretry: 10\ndata: a\n\nid\n\n", Event.of("a")),
                row("unknown fields", "datax: 1\ndat: 2\n data: 3\nDATA: 4\nevents: 5\ndata: 6\n\n", Event.of("6")),
                row("blank lines", "\n\n\r\n\rdata: a\n\n\n\n", Event.of("a")),
                row("byte order mark", "\uFEFFdata: a\n\n", Event.of("a")),
                row("one byte order mark only", "\uFEFF\uFEFFdata: a\n\ndata: b\n\n", Event.of("b")),
                row("byte order mark later", "data: a\n\n\uFEFFdata: b\n\n", Event.of("a")),
                row("characters of 1 to 4 bytes", "data: aß€😀\n\n", Event.of("aß€😀")),
                row("other line separators", "data: a\u0085b\u2028c\u000Bd\n\n", Event.of("a\u0085b\u2028c\u000Bd")),
                row("no last blank line", "data: a\n\ndata: b\n", Event.of("a"), Event.of("b")),
                row("no last blank line, CR", "event: e\rdata: b\r", Event.of("e", "b")),
                row("cut inside a data line", "data: a\n\ndata: b", Event.of("a")),
                row("cut inside the second data line", "data: a\ndata: b"),
                row("cut inside a comment", "data: a\n: b"),
                row("cut after the name", "event: a\n"),
                row("done", "data: [DONE]\n\n", Event.of("[DONE]")),
                row("NUL", "data: a\0b\n\n", Event.of("a\0b")));
    }

    private static Arguments row(String name, String stream, Event... events) {
        return Arguments.of(name, stream, List.of(events));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void givesTheEventsOfTheStream(String name, String stream, List<Event> events) {
        byte[] bytes = utf8(stream);
        assertThat(Event.decodeWhole(bytes)).as(name).isEqualTo(events);
        assertThat(Event.splitNaively(bytes))
                .as("what the other tests compare with")
                .isEqualTo(events);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void givesThemAtEveryCut(String name, String stream, List<Event> events) {
        byte[] bytes = utf8(stream);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(Event.decodeAt(bytes, List.of(cut), Event.ROOMY, false))
                    .as("%s cut at %d", name, cut)
                    .isEqualTo(events);
        }
        assertThat(Event.decodeEvery(bytes, 1)).as("%s byte by byte", name).isEqualTo(events);
    }

    @Test
    void replacesBytesThatAreNoCharacters() {
        byte[] stream = {'d', 'a', 't', 'a', ':', (byte) 0xFF, 'a', '\n', '\n'};
        assertThat(Event.decodeWhole(stream)).containsExactly(Event.of("\uFFFDa"));
    }

    @Test
    void startOfAByteOrderMarkIsPartOfTheFirstLine() {
        byte[] stream = {
            (byte) 0xEF, (byte) 0xBB, 'd', 'a', 't', 'a', ':', 'a', '\n', '\n', 'd', 'a', 't', 'a', '\n', '\n'
        };
        assertThat(Event.decodeWhole(stream)).containsExactly(Event.of(""));
        assertThat(Event.decodeEvery(stream, 1)).containsExactly(Event.of(""));
    }

    @Test
    void doesNotWaitForTheLineFeedAfterACarriageReturn() {
        List<Event> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(100);
        decoder.decode(ByteBuffer.wrap(utf8("data: a\r\n\r")), Event.into(events));
        assertThat(events).containsExactly(Event.of("a"));
        decoder.decode(ByteBuffer.wrap(utf8("\ndata: b\n\n")), Event.into(events));
        assertThat(events).containsExactly(Event.of("a"), Event.of("b"));
    }

    @Test
    void viewsThePayloadInTheBytesGivenWhereItLiesWholeInThem() {
        byte[] bytes = utf8("__event: e\ndata: abc\n\n");
        List<Frame> frames = new ArrayList<>();
        new SseDecoder(100).decode(ByteBuffer.wrap(bytes, 2, bytes.length - 2), frames::add);
        assertThat(frames).hasSize(1);
        assertThat(frames.get(0).buffer()).isSameAs(bytes);
        assertThat(frames.get(0).offset()).isEqualTo(new String(bytes, StandardCharsets.UTF_8).indexOf("abc"));
        assertThat(frames.get(0).length()).isEqualTo(3);
    }

    @Test
    void readsBuffersWithoutAnArray() {
        byte[] bytes = utf8("data: " + "x".repeat(20_000) + "\n\ndata: b\n\n");
        List<Event> expected = List.of(Event.of("x".repeat(20_000)), Event.of("b"));
        assertThat(Event.decodeAt(bytes, List.of(), Event.ROOMY, true)).isEqualTo(expected);
        List<Event> events = new ArrayList<>();
        new SseDecoder(Event.ROOMY).decode(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), Event.into(events));
        assertThat(events).isEqualTo(expected);
    }

    @Test
    void keepsNoStringPerNamedEvent() {
        List<String> names = new ArrayList<>();
        byte[] bytes = utf8("event: content_block_delta\ndata: {}\n\n");
        for (int stream = 0; stream < 2; stream++) {
            SseDecoder decoder = new SseDecoder(100);
            decoder.decode(ByteBuffer.wrap(bytes.clone()), frame -> names.add(frame.type()));
        }
        assertThat(names).containsExactly("content_block_delta", "content_block_delta");
        assertThat(names.get(0)).isSameAs(names.get(1));
    }

    @Test
    void tellsTheBytesItHolds() {
        SseDecoder decoder = new SseDecoder(100);
        decoder.decode(ByteBuffer.wrap(utf8("data: abc\nda")), Event.into(new ArrayList<>()));
        assertThat(decoder.pendingBytes()).isEqualTo(5);
        decoder.decode(ByteBuffer.wrap(utf8("ta: d\n")), Event.into(new ArrayList<>()));
        assertThat(decoder.pendingBytes()).isEqualTo("abc\nd".length());
        decoder.decode(ByteBuffer.wrap(utf8("\n: comment")), Event.into(new ArrayList<>()));
        assertThat(decoder.pendingBytes()).isZero();
    }

    @Test
    void takesAnEventOfExactlyTheLimit() {
        byte[] bytes = utf8("data: abcd\n\ndata: efgh\n\n");
        for (int chunk = 1; chunk <= bytes.length; chunk++) {
            assertThat(Event.decodeAt(bytes, cutsEvery(chunk, bytes.length), 10, false))
                    .containsExactly(Event.of("abcd"), Event.of("efgh"));
        }
    }

    @ParameterizedTest
    @MethodSource("tooLarge")
    void refusesAnEventBeyondTheLimitAfterDeliveringThoseBefore(String large) {
        byte[] bytes = utf8("data: ok\n\n" + large);
        for (int chunk = 1; chunk <= bytes.length; chunk++) {
            List<Event> events = new ArrayList<>();
            SseDecoder decoder = new SseDecoder(10);
            int size = chunk;
            assertThatExceptionOfType(FrameTooLargeException.class)
                    .isThrownBy(() -> {
                        for (int from = 0; from < bytes.length; from += size) {
                            decoder.decode(
                                    ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)),
                                    Event.into(events));
                        }
                    })
                    .withMessageContaining("10 bytes");
            assertThat(events).containsExactly(Event.of("ok"));
            assertThat(decoder.pendingBytes()).isZero();
            assertThatExceptionOfType(FrameTooLargeException.class)
                    .isThrownBy(() -> decoder.decode(ByteBuffer.wrap(utf8("data: b\n\n")), Event.into(events)));
            decoder.end(Event.into(events));
            assertThat(events).hasSize(1);
        }
    }

    static Stream<String> tooLarge() {
        return Stream.of(
                "data: abcde\n\n",
                "data: abcdefghijklmnopqrstuvwxyz",
                "data: a\ndata: b\ndata: cd\n\n",
                "data\n".repeat(20),
                "event: abcd\n",
                "unknown field",
                "id: 12345678\n");
    }

    @Test
    @DisplayName("oddity 2: dozens of comments before and between events are ignored")
    void ignoresKeepAliveComments() {
        List<Event> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(1000);
        decoder.decode(
                ByteBuffer.wrap(utf8(": OPENROUTER PROCESSING\n\n".repeat(40)
                        + "data: 1\n\n: OPENROUTER PROCESSING\n\ndata: 2\n\n")),
                Event.into(events));

        assertThat(events).containsExactly(Event.of("1"), Event.of("2"));
    }

    @Test
    void commentsAndBlankLinesTakeNoMemory() {
        SseDecoder decoder = new SseDecoder(16);
        List<Event> events = new ArrayList<>();
        byte[] flood = utf8((":" + "x".repeat(99) + "\n\n").repeat(10));
        byte[] endless = utf8("y".repeat(1000));
        for (int i = 0; i < 1000; i++) {
            decoder.decode(ByteBuffer.wrap(flood), Event.into(events));
        }
        decoder.decode(ByteBuffer.wrap(utf8("data: a\n: ")), Event.into(events));
        for (int i = 0; i < 1000; i++) {
            decoder.decode(ByteBuffer.wrap(endless), Event.into(events));
        }
        assertThat(decoder.pendingBytes()).isEqualTo(1);
        decoder.decode(ByteBuffer.wrap(utf8("\n\n")), Event.into(events));
        assertThat(events).containsExactly(Event.of("a"));
    }

    @Test
    void aLimitMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SseDecoder(0)).withMessageContaining("was 0");
    }

    private static List<Integer> cutsEvery(int chunk, int length) {
        return Stream.iterate(chunk, cut -> cut < length, cut -> cut + chunk).toList();
    }
}
