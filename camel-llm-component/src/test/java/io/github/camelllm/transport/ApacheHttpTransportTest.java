package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.PlaybackServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What {@link VertxHttpTransport} does not do; all else is in the tests of both. */
class ApacheHttpTransportTest {
    @Test
    void takesThreadsOfAFactoryAndEndsThem() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        HttpTransport transport = new ApacheHttpTransport(HttpTransportSettings.builder()
                .threadFactory(work -> {
                    Thread thread = new Thread(work);
                    threads.add(thread);
                    return thread;
                })
                .build());
        try (PlaybackServer server = PlaybackServer.start()) {
            server.otherwise(Answer.json(200, "{}"));
            Collector answer = new Collector();
            transport.send(HttpRequest.get(server.uri("/"), List.of()), answer);
            assertThat(answer.awaitEnd()).isEqualTo("{}");
        } finally {
            transport.close();
        }
        assertThat(threads).hasSizeGreaterThanOrEqualTo(3);
        await().atMost(Duration.ofSeconds(20)).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}
