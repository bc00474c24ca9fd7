package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps tables in the documentation as the data has them; {@code -Dllm.docs.update=true} writes them anew. */
class GeneratedDocsTest {
    private static final Path DOCS = Path.of("..", "docs");

    static Stream<Arguments> tables() {
        return Stream.of(
                Arguments.of("providers.md", "providers", (Supplier<String>) CatalogTables::providers),
                Arguments.of("providers.md", "data-policies", (Supplier<String>) CatalogTables::dataPolicies),
                Arguments.of("models-and-prices.md", "prices", (Supplier<String>) CatalogTables::prices));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("tables")
    void theTableIsUpToDate(String page, String name, Supplier<String> table) throws IOException {
        Path file = DOCS.resolve(page);
        String text = Files.readString(file);
        String begin = "<!-- generated from data: " + name + " -->\n";
        String end = "<!-- end of " + name + " -->";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        assertThat(to).as("marks of table %s in %s", name, page).isGreaterThanOrEqualTo(from);
        String current = text.substring(0, from) + table.get() + text.substring(to);
        if (Boolean.getBoolean("llm.docs.update") && !current.equals(text)) {
            Files.writeString(file, current);
        } else {
            assertThat(text)
                    .as("run the tests of the component with -Dllm.docs.update=true and commit docs/%s", page)
                    .isEqualTo(current);
        }
    }
}
