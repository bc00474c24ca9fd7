package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.GeneratedTable;
import java.io.IOException;
import java.io.StringReader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps tables in the documentation as the data has them; {@code -Dllm.docs.update=true} writes them anew. */
class GeneratedDocsTest {
    private static final String ADD_A_PROVIDER = "docs/add-a-provider.md";

    static Stream<Arguments> tables() {
        return Stream.of(
                Arguments.of("README.md", "dialects", (Supplier<String>) CatalogTables::dialects),
                Arguments.of(ADD_A_PROVIDER, "dialect-options", (Supplier<String>) CatalogTables::dialectOptions),
                Arguments.of("docs/providers.md", "providers", (Supplier<String>) CatalogTables::providers),
                Arguments.of("docs/providers.md", "data-policies", (Supplier<String>) CatalogTables::dataPolicies),
                Arguments.of("docs/models-and-prices.md", "prices", (Supplier<String>) CatalogTables::prices));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("tables")
    void theTableIsUpToDate(String page, String name, Supplier<String> table) throws IOException {
        GeneratedTable.check(page, name, table.get());
    }

    @Test
    void everyKeyOfADescriptorIsExplained() throws IOException {
        String page = GeneratedTable.page(ADD_A_PROVIDER);
        String reference = page.substring(page.indexOf("## All keys"), page.indexOf("## Dialect options"));
        assertThat(DescriptorReader.KEYS)
                .allSatisfy(key -> assertThat(reference).contains("`" + key + "`"));
    }

    @Test
    void theDescriptorOnThePageIsRight() throws IOException {
        ProviderDescriptor acme = ProviderCatalog.builtIn()
                .withYaml(ADD_A_PROVIDER, new StringReader(block(ADD_A_PROVIDER, "```yaml\nid: acme")))
                .get("acme");
        assertThat(acme.auth().env()).containsExactly("ACME_KEY");
        assertThat(acme.profileFor("acme-think-1").omits("temperature")).isTrue();
        assertThat(acme.profileFor("acme-2").omits("temperature")).isFalse();
        assertThat(acme.profileFor("acme-2").nameOf("max_tokens")).isEqualTo("max_tokens");
    }

    @Test
    void theTableOfPricesOnThePageIsRight() throws IOException {
        ModelTable table = ModelTable.ofCsv(
                "models-and-prices.md", new StringReader(block("docs/models-and-prices.md", "```csv\nprovider")));
        assertThat(PriceBook.builtIn().with(table).history("acme", "acme-large"))
                .singleElement()
                .satisfies(price -> assertThat(price.tiers()).hasSize(1));
    }

    /** The code of a page that begins with these words, without its fences. */
    private static String block(String page, String beginning) throws IOException {
        String text = GeneratedTable.page(page);
        int from = text.indexOf(beginning);
        assertThat(from).as("code in %s", page).isNotNegative();
        int code = text.indexOf('\n', from) + 1;
        return text.substring(code, text.indexOf("```", code));
    }
}
