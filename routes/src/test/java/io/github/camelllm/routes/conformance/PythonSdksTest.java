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
 * The official SDKs for Python take the gateway for the real thing: {@code openai}, {@code anthropic} and {@code google-genai} of PyPI. What they do is
 * in {@code src/test/python}.
 */
class PythonSdksTest {
    private static final String PROGRAM = "sdks.py";

    @TempDir
    private static Path folder;

    private static SdkRecords records;
    private static Programs.Ended ended;
    private static ConformanceGateway gateway;

    @BeforeAll
    static void run() throws Exception {
        PythonPackages python = PythonPackages.installed();
        gateway = ConformanceGateway.started();
        Files.copy(PythonPackages.SOURCES.resolve(PROGRAM), folder.resolve(PROGRAM));
        records = new SdkRecords("Python", gateway, folder);
        ended = python.run(folder, records.environment(), PROGRAM);
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
