package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
    private static final int MOST = 1 << 20;

    private final RequestRoom room = new RequestRoom(100_000);
    private final RequestBody body = new RequestBody(room);

    @Test
    void isWhatCameInWhateverPieces() {
        Random random = new Random(3);
        for (int i = 0; i < 100; i++) {
            RequestBody one = new RequestBody(room);
            StringBuilder sent = new StringBuilder();
            int pieces = random.nextInt(20);
            for (int piece = 0; piece < pieces; piece++) {
                String text = "x" + piece + "y".repeat(random.nextInt(3_000));
                sent.append(text);
                assertThat(one.append(Buffer.buffer(text), MOST)).isTrue();
                assertThat(one.length()).isEqualTo(sent.length());
            }
            assertThat(room.takenBytes()).isGreaterThanOrEqualTo(sent.length());
            assertThat(new String(one.whole(), StandardCharsets.UTF_8)).isEqualTo(sent.toString());
            one.release();
            one.release();
            assertThat(room.takenBytes()).isZero();
        }
    }

    @Test
    void takesNoMoreRoomThanItWillNeed() {
        body.append(Buffer.buffer("x".repeat(600)), 1_000);
        body.append(Buffer.buffer("x".repeat(300)), 1_000);

        assertThat(room.takenBytes()).isEqualTo(1_000);
    }

    @Test
    void keepsItsRoomAsLongAsItsBytesAreInUse() {
        body.append(Buffer.buffer("hello"), MOST);

        assertThat(body.whole()).hasSize(5);

        assertThat(room.takenBytes()).isEqualTo(5);
    }

    @Test
    void hasNoRoomForMoreThanThereIs() {
        assertThat(body.append(Buffer.buffer("x".repeat(60_000)), MOST)).isTrue();
        assertThat(new RequestBody(room).append(Buffer.buffer("x".repeat(60_000)), MOST))
                .isFalse();
        assertThat(body.append(Buffer.buffer("x".repeat(60_000)), MOST)).isFalse();
        assertThat(room.takenBytes()).isEqualTo(60_000);

        body.release();

        assertThat(room.takenBytes()).isZero();
        assertThat(room.has(100_000)).isTrue();
        assertThat(room.has(100_001)).isFalse();
    }
}
