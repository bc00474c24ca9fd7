package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventBufferTest {
    private final List<String> said = new ArrayList<>();
    private final CallHandle handle = new CallHandle() {
        @Override
        public void cancel() {
            said.add("cancel");
        }

        @Override
        public void pause() {
            said.add("pause");
        }

        @Override
        public void resume() {
            said.add("resume");
        }
    };

    private static StreamEvent event(int number) {
        return new StreamEvent.TextDelta(0, String.valueOf(number));
    }

    @Test
    void pausesTheCallWhenFullAndResumesItWhenTheConsumerHasCaughtUp() throws Exception {
        EventBuffer buffer = new EventBuffer();
        buffer.attach(handle);
        for (int i = 0; i < EventBuffer.HIGH_WATER; i++) {
            assertThat(said).isEmpty();
            buffer.put(event(i));
        }
        assertThat(said).containsExactly("pause");

        for (int i = EventBuffer.HIGH_WATER; i > EventBuffer.LOW_WATER; i--) {
            assertThat(said).containsExactly("pause");
            buffer.take();
        }

        assertThat(said).containsExactly("pause", "resume");
    }

    @Test
    void pausesTheCallByTheBytesOfWhatIsPassedOn() throws Exception {
        EventBuffer buffer = new EventBuffer();
        buffer.attach(handle);
        int pieces = 8;
        byte[] piece = new byte[EventBuffer.HIGH_WATER_BYTES / pieces];
        for (int i = 0; i < pieces; i++) {
            assertThat(said).isEmpty();
            buffer.put(new StreamEvent.Passed(ByteBuffer.wrap(piece), 1, 0));
        }
        assertThat(said).containsExactly("pause");

        for (int left = EventBuffer.HIGH_WATER_BYTES; left > EventBuffer.LOW_WATER_BYTES; left -= piece.length) {
            assertThat(said).containsExactly("pause");
            buffer.take();
        }

        assertThat(said).containsExactly("pause", "resume");
    }

    @Test
    void resumeNeverOvertakesThePauseBeforeIt() {
        EventBuffer buffer = new EventBuffer();
        buffer.attach(new CallHandle() {
            @Override
            public void cancel() {
                said.add("cancel");
            }

            @Override
            public void pause() {
                // The consumer catches up before the call has heard of the pause.
                while (buffer.poll() != null) {
                    assertThat(said).isEmpty();
                }
                said.add("pause");
            }

            @Override
            public void resume() {
                said.add("resume");
            }
        });
        for (int i = 0; i < EventBuffer.HIGH_WATER; i++) {
            buffer.put(event(i));
        }

        assertThat(said).containsExactly("pause", "resume");
    }

    @Test
    void callIsPausedThatIsKnownOnlyWhenTheBufferIsFull() {
        EventBuffer buffer = new EventBuffer();
        for (int i = 0; i < EventBuffer.HIGH_WATER; i++) {
            buffer.put(event(i));
        }
        buffer.attach(handle);

        assertThat(said).containsExactly("pause");
    }

    @Test
    void failureComesAfterTheEventsBeforeIt() throws Exception {
        EventBuffer buffer = new EventBuffer();
        buffer.put(event(1));
        LlmUnavailableException failure =
                new LlmUnavailableException("cut", ErrorDetails.local("p", "m", "cut", true), null);
        buffer.end(failure);

        assertThat(buffer.isOver()).isFalse();
        assertThat(buffer.take()).isEqualTo(event(1));
        assertThatThrownBy(buffer::take).isSameAs(failure);
        assertThatThrownBy(buffer::poll).isSameAs(failure);
        assertThatThrownBy(buffer::isOver).isSameAs(failure);
    }

    @Test
    void closingDropsWhatIsThereAndCancelsOnceTheCallIsKnown() throws Exception {
        EventBuffer buffer = new EventBuffer();
        buffer.put(event(1));
        buffer.close();
        buffer.attach(handle);
        buffer.put(event(2));

        assertThat(said).containsExactly("cancel");
        assertThat(buffer.take()).isNull();
        assertThat(buffer.isOver()).isTrue();
    }

    @Test
    void closingAfterTheEndCancelsNothing() throws Exception {
        EventBuffer buffer = new EventBuffer();
        buffer.attach(handle);
        buffer.end(null);
        buffer.close();

        assertThat(said).isEmpty();
        assertThat(buffer.take()).isNull();
    }
}
