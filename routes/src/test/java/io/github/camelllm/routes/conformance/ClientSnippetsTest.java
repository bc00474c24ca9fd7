package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.gateway.TestGateway;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs every program in JavaScript or Python that the documentation shows; each prints what the model answered. */
class ClientSnippetsTest {
    private static final Path DOCS = Path.of("../docs");
    private static final String ANSWER = "Nice to meet you";
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^(<!-- gateway-client -->\n)?```(js|javascript|python)\n(.*?)^```$");

    @TempDir
    private static Path folder;

    private static TestGateway gateway;

    /** One program of a page. */
    private record Snippet(Path page, int number, boolean marked, String language, String text) {
        String name() {
            return page.getFileName() + " " + number + ", " + language;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text(ANSWER)))
                .build()
                .start();
        gateway = TestGateway.of(simulator, "defaultProvider", "openai").start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static List<Snippet> snippets() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        try (Stream<Path> pages = Files.list(DOCS)) {
            for (Path page : pages.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                Matcher block = BLOCK.matcher(Files.readString(page));
                int number = 0;
                while (block.find()) {
                    snippets.add(new Snippet(page, ++number, block.group(1) != null, block.group(2), block.group(3)));
                }
            }
        }
        return snippets;
    }

    @TestFactory
    Stream<DynamicTest> programsOfTheDocumentationPrintTheAnswer() throws IOException {
        List<Snippet> snippets = snippets();
        assertThat(snippets).extracting(Snippet::language).contains("js", "python");
        assertThat(snippets).allMatch(Snippet::marked);
        return snippets.stream()
                .map(snippet -> DynamicTest.dynamicTest(snippet.name(), () -> {
                    Path place = Files.createDirectories(
                            folder.resolve(snippet.name().replaceAll("\\W+", "-")));
                    String text = snippet.text().replaceAll("http://localhost:\\d+", gateway.url());
                    assertThat(text).contains(gateway.url());
                    Programs.Ended ended =
                            snippet.language().equals("python") ? python(place, text) : node(place, text);
                    assertThat(ended.status()).as(ended.output()).isZero();
                    assertThat(ended.output().strip()).isEqualTo(ANSWER);
                }));
    }

    private static Programs.Ended node(Path place, String text) throws Exception {
        NodeModules modules = NodeModules.installed();
        Files.writeString(place.resolve("snippet.mjs"), text);
        return modules.run(place, Map.of(), "snippet.mjs");
    }

    private static Programs.Ended python(Path place, String text) throws Exception {
        PythonPackages packages = PythonPackages.installed();
        Files.writeString(place.resolve("snippet.py"), text);
        return packages.run(place, Map.of(), "snippet.py");
    }
}
