package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official SDKs for JavaScript take the gateway for the real thing: npm's {@code openai}, {@code @anthropic-ai/sdk} and
 * {@code @google/genai}. What they do is in {@code src/test/npm}.
 */
class NodeSdksTest {
    @TempDir
    private static Path folder;

    private static SdkRecords records;
    private static Programs.Ended ended;
    private static ConformanceGateway gateway;

    @BeforeAll
    static void run() throws Exception {
        NodeModules node = NodeModules.installed();
        gateway = ConformanceGateway.started();
        try (Stream<Path> sources = Files.list(NodeModules.SOURCES)) {
            for (Path source : sources.toList()) {
                Files.copy(source, folder.resolve(source.getFileName()));
            }
        }
        records = new SdkRecords("JS", gateway, folder);
        ended = node.run(folder, records.environment(), "--test", "--test-concurrency=1", "--test-reporter=spec");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> features() throws IOException {
        return records.tests("openai", "anthropic", "gemini");
    }

    @Test
    void everythingRan() {
        assertThat(ended.status()).as(ended.output()).isZero();
    }
}
