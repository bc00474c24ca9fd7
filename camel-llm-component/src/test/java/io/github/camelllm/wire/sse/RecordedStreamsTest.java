package io.github.camelllm.wire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Streams as providers sent them, from the folder that the property {@code llm.fixtures} or {@code LLM_FIXTURES} names. */
class RecordedStreamsTest {
    @Test
    void chunkingDoesNotChangeTheEventsOfRecordedStreams() throws IOException {
        List<Path> streams;
        try (Stream<Path> files = Files.walk(Recordings.requireFolder())) {
            streams =
                    files.filter(file -> file.endsWith("response.sse")).sorted().collect(Collectors.toList());
        }
        assertThat(streams).isNotEmpty();
        for (Path file : streams) {
            byte[] stream = Files.readAllBytes(file);
            List<Event> expected = Event.splitNaively(stream);
            assertThat(expected).as(file.toString()).isNotEmpty();
            for (int chunk : new int[] {1, 2, 3, 7, 64, 100, 1000, 1460, 8192, 16_384, 1 << 24}) {
                assertThat(Event.decodeEvery(stream, chunk).equals(expected))
                        .as("%s in chunks of %d", file, chunk)
                        .isTrue();
            }
        }
    }
}
