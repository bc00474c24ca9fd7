package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever users write gives a catalogue or a {@link CatalogException}, nothing else. */
class CatalogFuzzTest {
    private static final List<String> KEYS = List.of(
            "id",
            "extends",
            "dialect",
            "baseUrl",
            "auth",
            "headers",
            "omit",
            "rename",
            "defaults",
            "roles",
            "options",
            "models",
            "limits",
            "dataPolicy",
            "prices",
            "variables",
            "source",
            "telemetryName",
            "bogus");

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "acme",
                        "openai",
                        "openai-chat",
                        "https://a.example",
                        "https://{v}",
                        "{scheme: bearer, env: K}",
                        "[a, b]",
                        "{a: b}",
                        "~",
                        "null",
                        "",
                        "0x1f",
                        "1e400",
                        ".inf",
                        "12345678901234567890123",
                        "true",
                        "'",
                        "\"",
                        "{",
                        "[",
                        "- a",
                        "&a b",
                        "*a",
                        "!!int x",
                        "|",
                        "[{match: '('}]",
                        "[{match: x, omit: y}]",
                        "{v: {default: '{v}'}}",
                        "{v: {env: V}}",
                        "2026-11-23",
                        "{retentionDays: -1}",
                        "{? [a] : b}",
                        "{<<: {id: x}}",
                        "# x",
                        "1\n---\n2"),
                Arbitraries.strings().ofMaxLength(12));
    }

    @Provide
    Arbitrary<String> descriptors() {
        return Combinators.combine(Arbitraries.of(KEYS), values())
                .as((key, value) -> key + ": " + value + "\n")
                .list()
                .ofMaxSize(8)
                .map(lines -> lines.stream().collect(Collectors.joining()));
    }

    @Property
    void anyYaml(@ForAll("descriptors") String text) {
        try {
            ProviderCatalog catalog = ProviderCatalog.builtIn().withYaml("fuzz.yaml", new StringReader(text));
            assertThat(catalog.ids()).containsAll(ProviderCatalog.builtIn().ids());
        } catch (CatalogException e) {
            assertThat(e).hasMessageContaining("fuzz.yaml");
        }
    }

    @Property
    void anyText(@ForAll String text) {
        try {
            assertThat(ProviderCatalog.builtIn()
                            .withYaml("fuzz.yaml", new StringReader(text))
                            .ids())
                    .isNotEmpty();
        } catch (CatalogException e) {
            assertThat(e).hasMessageContaining("fuzz.yaml");
        }
    }

    @Property
    void anyProperty(@ForAll("paths") String path, @ForAll("values") String value) {
        try {
            assertThat(ProviderCatalog.builtIn()
                            .withProperties(Map.of(path, value))
                            .ids())
                    .isNotEmpty();
        } catch (CatalogException e) {
            assertThat(e).hasMessageContaining("property ");
        }
    }

    @Provide
    Arbitrary<String> paths() {
        return Combinators.combine(
                        Arbitraries.of("groq", "acme", "", "a.b"),
                        Arbitraries.of(KEYS),
                        Arbitraries.of("", ".x", ".env", ".a.b.c", ".", ".scheme"))
                .as((id, key, rest) -> id + "." + key + rest);
    }

    @Property
    void anyTable(@ForAll("tables") String text) {
        try {
            ModelTable table = ModelTable.ofCsv("fuzz.csv", new StringReader(text));
            assertThat(PriceBook.builtIn().with(table).providers()).isNotEmpty();
            assertThat(ModelCatalog.builtIn().with(table)).isNotNull();
        } catch (CatalogException e) {
            assertThat(e).hasMessageStartingWith("fuzz.csv line ");
        }
    }

    @Provide
    Arbitrary<String> tables() {
        Arbitrary<String> cell = Arbitraries.oneOf(
                Arbitraries.of(
                        "1",
                        "0.5",
                        "",
                        "\"a\"",
                        "\"a,b\"",
                        "\"\"",
                        "\"",
                        "true",
                        "2026-01-01",
                        ">5 input=1 output=2",
                        "x"),
                Arbitraries.strings().ofMaxLength(5));
        Arbitrary<String> row =
                cell.list().ofSize(6).map(cells -> "acme,m" + cells.size() + "," + String.join(",", cells));
        return row.list()
                .ofMaxSize(4)
                .map(rows -> "provider,model,input,output,tiers,effective,context,tools\n" + String.join("\n", rows));
    }
}
