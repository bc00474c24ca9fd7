package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configurations of others, each a folder with theirs ({@code config.json} or {@code .yaml}), the same in our own words
 * ({@code expected.yaml}), and what must be noted ({@code notes.txt}). Written by hand, from the pages that the importers name.
 */
class ImportCasesTest {
    private static final Path CASES = Path.of("src", "test", "resources", "router", "import");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("AZURE_KEY", "sk-env-azure", "OPENAI_KEY", "sk-env-openai", "EMPTY", "");

    private static final RouterImport.Settings SETTINGS = RouterImport.Settings.DEFAULT
            .withModel("gpt-4o-mini")
            .withEnvironment(name -> Optional.ofNullable(ENVIRONMENT.get(name)));

    static Stream<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    static RouterImport read(String name) throws IOException {
        Path folder = CASES.resolve(name);
        if (name.startsWith("litellm")) {
            return RouterImport.liteLlm("config.yaml", Files.readString(folder.resolve("config.yaml")), SETTINGS);
        }
        String json = Files.readString(folder.resolve("config.json"));
        if (name.startsWith("portkey")) {
            return RouterImport.portkey("r", json, SETTINGS);
        }
        return RouterImport.openRouter(
                "r", json, name.contains("via-openrouter") ? SETTINGS.throughOpenRouter() : SETTINGS);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesTheRoutersThatOurOwnWordsGive(String name) throws IOException {
        RouterDefinitions expected;
        try (var text = Files.newBufferedReader(CASES.resolve(name).resolve("expected.yaml"), StandardCharsets.UTF_8)) {
            expected = RouterDefinitions.NONE.withYaml("expected.yaml", text);
        }
        RouterImport read = read(name);
        assertThat(RouterDefinitions.NONE.with(read).all())
                .usingRecursiveComparison()
                .ignoringFields("definedIn")
                .isEqualTo(expected.all());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void notesAllThatHasNoCounterpart(String name) throws IOException {
        assertThat(read(name).report().lines().toList())
                .isEqualTo(Files.readAllLines(CASES.resolve(name).resolve("notes.txt")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void showsNoKeys(String name) throws IOException {
        RouterImport read = read(name);
        assertThat(read.toString() + read.report() + List.copyOf(read.routers()))
                .doesNotContain("sk-", "openai-prod", "org-1");
    }
}
