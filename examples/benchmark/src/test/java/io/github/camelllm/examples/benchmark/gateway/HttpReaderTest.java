package io.github.camelllm.examples.benchmark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpReaderTest {
    private static final String WITH_LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx: y\r\n\r\nHello";
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nHel\r\n2\r\nlo\r\n0\r\nx: y\r\n\r\n";

    private final HttpReader reader = new HttpReader();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsMessagesByteByByte() {
        for (String message : new String[] {WITH_LENGTH, CHUNKED, WITH_LENGTH}) {
            byte[] bytes = bytes(message);
            for (int i = 0; i < bytes.length; i++) {
                assertThat(reader.read(new byte[] {bytes[i]}))
                        .as("byte %d of %s", i, message)
                        .isEqualTo(i == bytes.length - 1);
            }
            assertThat(reader.tail()).isEqualTo("Hello");
        }
    }

    @Test
    void readsMessagesAtOnce() {
        assertThat(reader.read(bytes(CHUNKED))).isTrue();
        assertThat(reader.head()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(reader.read(bytes(WITH_LENGTH))).isTrue();
        assertThat(reader.hasInTail(bytes("ell"))).isTrue();
        assertThat(reader.hasInTail(bytes("hell"))).isFalse();
    }

    @Test
    void readsMessagesWithoutABody() {
        assertThat(reader.read(bytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")))
                .isTrue();
    }

    @Test
    void keepsTheEndOfALongBody() {
        reader.read(bytes("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"));
        for (int i = 0; i < 99; i++) {
            reader.read(bytes("a".repeat(1000)));
        }
        assertThat(reader.read(bytes("a".repeat(990) + "0123456789"))).isTrue();

        assertThat(reader.tail()).endsWith("a0123456789").hasSizeGreaterThanOrEqualTo(4096);
    }

    @Test
    void refusesWhatComesBehindAMessage() {
        assertThatThrownBy(() -> reader.read(bytes(WITH_LENGTH + "H")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("something came behind the end of a message");
    }

    @Test
    void takesARequestWithoutALengthForOneWithoutABody() {
        assertThat(reader.read(bytes("GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n")))
                .isTrue();
    }

    @Test
    void refusesAnAnswerOfUnknownLength() {
        assertThatThrownBy(() -> reader.read(bytes("HTTP/1.1 200 OK\r\n\r\n")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("an answer does not say how long it is");
    }
}
