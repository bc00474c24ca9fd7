package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypesTest {
    private static WireHeaders contentType(String value) {
        return new WireHeaders() {
            @Override
            public Optional<String> first(String name) {
                return name.equals("content-type") ? Optional.of(value) : Optional.empty();
            }

            @Override
            public void forEach(BiConsumer<String, String> action) {
                action.accept("content-type", value);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "text/event-stream; charset=utf-8",
                "text/event-stream;charset=utf-8",
                "text/event-stream;charset=UTF-8",
                "Text/Event-Stream"
            })
    @DisplayName("oddity 8: streams are told by their media type, whatever follows it")
    void streamsAreToldByTheirMediaType(String value) {
        assertThat(ContentTypes.mayBeEventStream(contentType(value))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html; charset=utf-8", "text/plain"})
    void otherTypesAreNoStreams(String value) {
        assertThat(ContentTypes.mayBeEventStream(contentType(value))).isFalse();
    }

    @Test
    void answerWithoutATypeIsTakenAtItsRequestsWord() {
        assertThat(ContentTypes.mayBeEventStream(WireHeaders.NONE)).isTrue();
    }
}
