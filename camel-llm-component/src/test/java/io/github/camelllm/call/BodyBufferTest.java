package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BodyBufferTest {

    @Property(tries = 300)
    void keepsWhatComesWhateverWasAnnounced(
            @ForAll @Size(max = 8) List<@Size(max = 5000) byte[]> pieces, @ForAll @LongRange(min = 0) long announced) {
        BodyBuffer body = new BodyBuffer(Long.MAX_VALUE, OptionalLong.of(announced));
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            expected.writeBytes(piece);
            assertThat(body.append(ByteBuffer.wrap(piece))).isTrue();
        }
        assertThat(body.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(body.length()).isEqualTo(expected.size());
    }

    @Test
    void doesNotTakeMemoryForAnAnnouncementAlone() {
        BodyBuffer body = new BodyBuffer(Long.MAX_VALUE, OptionalLong.of(Long.MAX_VALUE));

        body.append(ByteBuffer.wrap(new byte[] {'{', '}'}));

        assertThat(body.toByteArray()).containsExactly('{', '}');
    }

    @Test
    void cutsAtTheLimitAndSaysSo() {
        BodyBuffer body = new BodyBuffer(3, OptionalLong.of(5));
        ByteBuffer more = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5});

        assertThat(body.append(more)).isFalse();

        assertThat(body.toByteArray()).containsExactly(1, 2, 3);
        assertThat(more.hasRemaining()).isFalse();
    }
}
