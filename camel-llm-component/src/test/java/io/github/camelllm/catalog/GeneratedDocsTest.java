package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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

    @Test
    void theDescriptorOnThePageIsRight() throws IOException {
        ProviderDescriptor acme = ProviderCatalog.builtIn()
                .withYaml("providers.md", new StringReader(block("providers.md", "```yaml\nid: acme")))
                .get("acme");
        assertThat(acme.auth().env()).containsExactly("ACME_KEY");
        assertThat(acme.profileFor("acme-think-1").omits("temperature")).isTrue();
        assertThat(acme.profileFor("acme-2").omits("temperature")).isFalse();
        assertThat(acme.profileFor("acme-2").nameOf("max_tokens")).isEqualTo("max_tokens");
    }

    @Test
    void theTableOfPricesOnThePageIsRight() throws IOException {
        ModelTable table = ModelTable.ofCsv(
                "models-and-prices.md", new StringReader(block("models-and-prices.md", "```csv\nprovider")));
        assertThat(PriceBook.builtIn().with(table).history("acme", "acme-large"))
                .singleElement()
                .satisfies(price -> assertThat(price.tiers()).hasSize(1));
    }

    /** The code of a page that begins with these words, without its fences. */
    private static String block(String page, String beginning) throws IOException {
        String text = Files.readString(DOCS.resolve(page));
        int from = text.indexOf(beginning);
        assertThat(from).as("code in %s", page).isNotNegative();
        int code = text.indexOf('\n', from) + 1;
        return text.substring(code, text.indexOf("```", code));
    }
}
