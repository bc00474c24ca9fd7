package io.github.camelllm.examples.existing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was added can be taken away: the application starts in a JVM that has no jar of camel-llm. */
class WithoutTheJarTest {
    @TempDir
    private Path folder;

    @Test
    void worksAsItDid() throws Exception {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("camel-llm-component")
                        && !entry.contains("camel-llm-routes")
                        && !entry.contains("camel-llm-simulator")
                        && !entry.matches(".*[/\\\\](routes|simulator)[/\\\\]target[/\\\\]classes"))
                .collect(Collectors.joining(File.pathSeparator));
        Files.createDirectory(folder.resolve("inbox"));
        Files.copy(Path.of("inbox", "order-20200.json"), folder.resolve("inbox").resolve("order-20200.json"));
        Path output = folder.resolve("output.txt");
        Process app = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dcamel.main.durationMaxMessages=1",
                        "-cp",
                        classPath,
                        "com.acme.orders.OrderIntake"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(app.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            app.destroyForcibly();
        }

        assertThat(app.exitValue()).as(Files.readString(output)).isZero();
        assertThat(folder.resolve("inbox/done/order-20200.json")).exists();
    }
}
