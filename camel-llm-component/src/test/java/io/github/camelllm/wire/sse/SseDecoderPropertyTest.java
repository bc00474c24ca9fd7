package io.github.camelllm.wire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.wire.FrameDecoder.FrameTooLargeException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SseDecoderPropertyTest {
    @Property
    void chunkingDoesNotChangeTheEvents(
            @ForAll("streams") byte[] stream, @ForAll("cuts") List<Double> cuts, @ForAll boolean direct) {
        List<Integer> at =
                cuts.stream().map(part -> (int) (part * stream.length)).sorted().collect(Collectors.toList());
        assertThat(Event.decodeAt(stream, at, Event.ROOMY, direct)).isEqualTo(Event.splitNaively(stream));
        assertThat(Event.decodeWhole(stream)).isEqualTo(Event.splitNaively(stream));
    }

    @Property
    void randomBytesAreReadOrTooLarge(
            @ForAll("noise") byte[] stream, @ForAll("cuts") List<Double> cuts, @ForAll("limits") int limit) {
        List<Integer> at =
                cuts.stream().map(part -> (int) (part * stream.length)).sorted().collect(Collectors.toList());
        assertThat(outcome(stream, at, limit)).isEqualTo(outcome(stream, List.of(), limit));
    }

    /** The events, and whether the limit ended them. */
    private static List<Event> outcome(byte[] stream, List<Integer> cuts, int limit) {
        List<Event> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(limit);
        try {
            int from = 0;
            for (int i = 0; i <= cuts.size(); i++) {
                int to = i < cuts.size() ? cuts.get(i) : stream.length;
                decoder.decode(ByteBuffer.wrap(stream, from, to - from), Event.into(events));
                assertThat(decoder.pendingBytes()).isBetween(0, limit);
                from = to;
            }
            decoder.end(Event.into(events));
        } catch (FrameTooLargeException e) {
            events.add(Event.of("too large", ""));
        }
        return events;
    }

    @Property
    void readsWhatTheEncoderWrites(@ForAll("events") List<Event> events, @ForAll("cuts") List<Double> cuts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Event event : events) {
            out.writeBytes(SseEncoder.comment("keep alive"));
            out.writeBytes(SseEncoder.encode(event.type(), event.data()));
        }
        byte[] stream = out.toByteArray();
        List<Integer> at =
                cuts.stream().map(part -> (int) (part * stream.length)).sorted().collect(Collectors.toList());
        assertThat(Event.decodeAt(stream, at, Event.ROOMY, false))
                .isEqualTo(events.stream()
                        .map(event -> Event.of(event.type(), event.data().replaceAll("\r\n|\r", "\n")))
                        .collect(Collectors.toList()));
    }

    @Provide
    Arbitrary<List<Double>> cuts() {
        return Arbitraries.doubles().between(0, 1).list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<Integer> limits() {
        return Arbitraries.integers().between(1, 60);
    }

    @Provide
    Arbitrary<byte[]> streams() {
        Arbitrary<String> field =
                Arbitraries.of("data", "data", "data", "event", "id", "retry", "", "dat", "datas", "größe");
        Arbitrary<String> colon = Arbitraries.of(": ", ":", "", ":  ");
        Arbitrary<String> value = texts("a", "b", "0", " ", "{", "}", "\"", ":", "ß", "€", "😀", "\u2028", "\uFEFF");
        Arbitrary<String> end = Arbitraries.of("\n", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r", "");
        return Combinators.combine(
                        Arbitraries.of("", "", "\uFEFF"),
                        Combinators.combine(field, colon, value, end)
                                .as((f, c, v, e) -> f + c + v + e)
                                .list()
                                .ofMaxSize(30))
                .as((start, lines) -> (start + String.join("", lines)).getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes of every value, those that mean something more often. */
    @Provide
    Arbitrary<byte[]> noise() {
        Arbitrary<byte[]> any =
                Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(4);
        Arbitrary<byte[]> known = Arbitraries.of("\n", "\r", "data:", "event: ", ":", "\uFEFF", "dat", " ", "€")
                .map(Event::utf8);
        return Arbitraries.oneOf(any, known).list().ofMaxSize(80).map(parts -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            parts.forEach(out::writeBytes);
            return out.toByteArray();
        });
    }

    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<String> name = texts("a", "b", "_", ".", ":", "ü", " ").map(String::strip);
        Arbitrary<String> data = texts("a", " ", ":", "{", "}", "\n", "\r", "\r\n", "€", "😀", "\0");
        return Combinators.combine(name, data).as(Event::of).list().ofMaxSize(8);
    }

    private static Arbitrary<String> texts(String... parts) {
        return Arbitraries.of(parts).list().ofMaxSize(30).map(list -> String.join("", list));
    }
}
