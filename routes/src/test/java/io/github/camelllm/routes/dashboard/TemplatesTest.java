package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Escaping for HTML is enough only as long as templates write into nothing but text and quoted attributes. */
class TemplatesTest {
    static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/camel-llm/dashboard/templates"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void writesOnlyIntoTextAndQuotedAttributes(Path file) throws IOException {
        String template = Files.readString(file);
        assertThat(template)
                .doesNotContain("raw", "autoescape", "javascript:", "style=", "srcdoc", "<style")
                .doesNotContainPattern("=\\s*\\{\\{")
                .doesNotContainPattern("\\son[a-z]+\\s*=")
                .doesNotContainPattern("<script(?![^>]* src=\"\\{\\{ files\\.)");
    }
}
