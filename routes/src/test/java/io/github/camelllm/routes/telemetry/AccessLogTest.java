package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines of the access log and the files they go to. */
class AccessLogTest {
    @TempDir
    private Path folder;

    private static AccessLine line(AccessLine.Calls calls) {
        return new AccessLine(
                Instant.parse("2026-11-26T09:12:04.512Z"),
                "POST",
                "/v1/chat/completions",
                200,
                true,
                Duration.ofMillis(12),
                Map.of("asked", "a\"}\n{\"b"),
                calls);
    }

    private AccessLogSettings settings(Path file, int queue) {
        return new AccessLogSettings(false, Optional.of(file), 1_000_000, 3, queue);
    }

    @Test
    void whatAClientNamesCannotLookLikeALine() {
        assertThat(line(new AccessLine.Calls()).json())
                .isEqualTo(
                        "{\"time\":\"2026-11-26T09:12:04.512Z\",\"method\":\"POST\",\"path\":\"/v1/chat/completions\","
                                + "\"status\":200,\"durationMillis\":12.0,\"asked\":\"a\\\"}\\n{\\\"b\"}");
    }

    @Test
    void attemptsOfOneRequestAreAddedUp() throws Exception {
        Path file = folder.resolve("access.log");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            AccessLog log = new AccessLog(context, settings(file, 10));
            context.addService(log, true, true);
            context.start();
            CallMetersTest.Attempt attempt = new CallMetersTest.Attempt().cost("0.000000001");
            attempt.tags = Map.of("exchangeId", "request-1");
            log.began("request-1");
            log.onRecord(attempt.record());
            log.onRecord(attempt.cost("0.2").record());
            attempt.tags = Map.of("exchangeId", "another");
            log.onRecord(attempt.record());
            log.ended(Optional.of("request-1"), AccessLogTest::line, false);

            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(file) && Files.size(file) > 0);
            assertThat(Files.readString(file))
                    .contains(
                            "\"attempts\":2",
                            "\"cost\":\"0.200000001\"",
                            "\"inputTokens\":200",
                            "\"provider\":\"openai\"");
        }
    }

    @Test
    void aLineWaitsForTheCallOfAClientThatLeft() throws Exception {
        Path file = folder.resolve("access.log");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            AccessLog log = new AccessLog(context, settings(file, 10));
            context.addService(log, true, true);
            context.start();
            CallMetersTest.Attempt attempt = new CallMetersTest.Attempt();
            attempt.tags = Map.of("exchangeId", "request-1");
            log.began("request-1");
            log.ended(Optional.of("request-1"), AccessLogTest::line, true);
            log.onRecord(attempt.record());

            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(file) && Files.size(file) > 0);
            assertThat(Files.readString(file)).contains("\"attempts\":1");
        }
    }

    @Test
    void noMoreLinesWaitForCallsThanTheQueueHasPlacesFor() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            // Not started: what does not wait takes the places of the queue, and the last of them finds none
            AccessLog log = new AccessLog(context, settings(folder.resolve("access.log"), 2));
            for (int i = 0; i < 5; i++) {
                log.began("request-" + i);
                log.ended(Optional.of("request-" + i), AccessLogTest::line, true);
            }

            assertThat(log.dropped()).isEqualTo(1);
        }
    }

    @Test
    void whatComesTooFastIsDroppedAndCounted() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            // Not started: nobody writes
            AccessLog log = new AccessLog(context, settings(folder.resolve("access.log"), 2));
            for (int i = 0; i < 5; i++) {
                log.ended(Optional.empty(), AccessLogTest::line, false);
            }

            assertThat(log.dropped()).isEqualTo(3);
        }
    }

    @Test
    void filesRollAndTheOldestGoes() throws Exception {
        Path path = folder.resolve("logs/access.log");
        try (RollingFile file = new RollingFile(path, 10, 3)) {
            for (String text : List.of("one-line", "two-line", "three-line", "four-line")) {
                file.line(text);
            }
        }

        assertThat(path).hasContent("four-line");
        assertThat(folder.resolve("logs/access.log.1")).hasContent("three-line");
        assertThat(folder.resolve("logs/access.log.2")).hasContent("two-line");
        assertThat(folder.resolve("logs/access.log.3")).doesNotExist();
    }

    @Test
    void aFileThatIsThereIsGoneOnWith() throws Exception {
        Path path = Files.writeString(folder.resolve("access.log"), "before\n");
        try (RollingFile file = new RollingFile(path, 1_000, 3)) {
            file.line("after");
        }

        assertThat(path).hasContent("before\nafter");
    }
}
