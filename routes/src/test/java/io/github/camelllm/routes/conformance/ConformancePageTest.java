package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.wire.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/conformance.md says of versions. */
class ConformancePageTest {
    private static String page() throws Exception {
        return Files.readString(Path.of("../docs/conformance.md"));
    }

    @ParameterizedTest
    @CsvSource({
        "openai-java, com.openai:openai-java",
        "anthropic-java, com.anthropic:anthropic-java",
        "google-genai, com.google.genai:google-genai"
    })
    void namesTheVersionsOfTheSdksForJava(String property, String artifact) throws Exception {
        String version =
                Files.readString(Path.of("../pom.xml")).replaceAll("(?s).*<" + property + ".version>([^<]+)<.*", "$1");
        assertThat(page()).contains("`" + artifact + "` " + version);
    }

    @ParameterizedTest
    @CsvSource({"openai", "@anthropic-ai/sdk", "@google/genai"})
    void namesTheVersionsOfTheSdksForJavaScript(String name) throws Exception {
        String version = Json.MAPPER
                .readTree(NodeModules.SOURCES.resolve("package.json").toFile())
                .path("dependencies")
                .path(name)
                .asText();
        assertThat(page()).contains("`" + name + "` " + version);
    }

    @ParameterizedTest
    @CsvSource({"openai", "anthropic", "google-genai"})
    void namesTheVersionsOfTheSdksForPython(String name) throws Exception {
        String version = Files.readString(PythonPackages.SOURCES.resolve("requirements.txt"))
                .replaceAll("(?s).*\n" + name + "==(\\S+)\n.*", "$1");
        assertThat(page()).contains("Python `" + name + "` " + version);
    }
}
