package io.github.camelllm.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.SpecVersionDetector;
import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.PriceBook;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.router.RouterDefinitions;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Script;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.simulator.SimulatorCommand;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Runs the documentation: every block of code in README.md and docs/ is marked with what it is, and tried out as that.
 *
 * <ul>
 *   <li>{@code route}: YAML or Java DSL, see {@link RouteBlock}
 *   <li>{@code class}: Java that the routes of the page may use; {@code statements}: compiled as part of a method; {@code part-of: FILE}: lines of a file of the project
 *   <li>{@code descriptor}, {@code router}, {@code budget}, {@code prices}, {@code properties}, {@code script}, {@code dependency}: read as
 *       what they are
 *   <li>{@code simulator}: the simulator's command line; {@code maven}: a Maven command, held against the poms;
 *       {@code run}, {@code hello} and {@code test}: run by CI; {@code fault-suite} and the like: a Maven
 *       command that measures or tries something for minutes; {@code keys-http} and {@code keys-cli}: run by a test of the
 *       routes
 *   <li>{@code gateway} starts it; {@code gateway-…} is tried by the tests of the routes, which have a gateway
 * </ul>
 */
class DocsTest {
    private static final Pattern FAULT_ROW = Pattern.compile("(?m)^\\| `([^`]+)`");
    private static final Pattern INLINE_MAVEN = Pattern.compile("`(mvn [^`]+)`");
    private static final Set<String> GOALS = Set.of("install", "verify", "test", "compile", "spotless:apply");

    /** Maven commands that measure or try something for minutes. */
    private static final Set<String> LONG_RUNS = Set.of(
            "bench-call",
            "fault-suite",
            "kill-short",
            "crash-short",
            "crash-full",
            "budget-race",
            "bench-guards",
            "bench-gateway",
            "soak-gateway",
            "gateway");

    /** Commands to the admin API of keys, which a test of the routes sends. */
    private static final Set<String> KEY_COMMANDS = Set.of("keys-http", "keys-cli");

    private static final Set<String> COMMANDS = Stream.concat(
                    Stream.of("run", "hello", "test", "simulator", "maven"), LONG_RUNS.stream())
            .collect(Collectors.toUnmodifiableSet());

    private static final int MAX_INDENT = 16;

    @TempDir
    Path folder;

    private static List<Page.Block> blocks(String... marks) throws IOException {
        List<Page.Block> blocks = new ArrayList<>();
        for (Page page : Page.all()) {
            for (String mark : marks) {
                blocks.addAll(page.marked(mark));
            }
        }
        return blocks;
    }

    private interface Check {
        void of(Page.Block block) throws Exception;
    }

    private static Stream<DynamicTest> each(List<Page.Block> blocks, Check check) {
        assertThat(blocks).isNotEmpty();
        return blocks.stream().map(block -> DynamicTest.dynamicTest(block.name(), () -> check.of(block)));
    }

    @Test
    void everyBlockSaysWhatItIs() throws IOException {
        Map<String, Set<String>> languages = Map.of(
                "yaml", Set.of("route", "descriptor", "script", "router", "budget", "part-of"),
                "java", Set.of("route", "class", "statements", "part-of"),
                "properties", Set.of("properties", "part-of"),
                "csv", Set.of("prices"),
                "xml", Set.of("dependency", "part-of"),
                "sh", Stream.concat(COMMANDS.stream(), KEY_COMMANDS.stream()).collect(Collectors.toUnmodifiableSet()),
                "json", Set.of("", "part-of", "router"),
                "sql", Set.of("part-of"),
                "text", Set.of(""));
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                if (block.mark().startsWith("gateway-")) {
                    continue;
                }
                assertThat(languages).as(block.name()).containsKey(block.language());
                assertThat(languages.get(block.language())).as(block.name()).contains(block.mark());
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> everyRouteRuns() throws IOException {
        return each(blocks("route"), block -> {
            Path own = Files.createTempDirectory(folder, "route");
            new RouteBlock(block, new JavaBlocks(block.page(), own), own).run();
        });
    }

    @TestFactory
    Stream<DynamicTest> everyYamlRouteConformsToCamelsSchema() throws IOException {
        JsonSchema schema = yamlDslSchema();
        List<Page.Block> routes = blocks("route").stream()
                .filter(block -> block.language().equals("yaml"))
                .toList();
        return each(routes, block -> {
            Object read = new Load(LoadSettings.builder().build()).loadFromString(block.code());
            assertThat(schema.validate(Json.MAPPER.valueToTree(read))).isEmpty();
        });
    }

    private static JsonSchema yamlDslSchema() throws IOException {
        try (InputStream in = DocsTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            assertThat(in).as("the schema in camel-yaml-dsl").isNotNull();
            JsonNode tree = Json.MAPPER.readTree(in);
            SpecVersion.VersionFlag version =
                    SpecVersionDetector.detectOptionalVersion(tree, false).orElse(SpecVersion.VersionFlag.V4);
            return JsonSchemaFactory.getInstance(version).getSchema(tree);
        }
    }

    @Test
    void everyRouteIsThereInYamlAndInJava() throws IOException {
        for (Page page : Page.all()) {
            Map<String, Long> routes = page.marked("route").stream()
                    .collect(Collectors.groupingBy(Page.Block::language, Collectors.counting()));
            assertThat(routes.get("yaml")).as("YAML routes of %s", page).isEqualTo(routes.get("java"));
        }
    }

    @TestFactory
    Stream<DynamicTest> statementsCompile() throws IOException {
        return each(blocks("statements", "class"), block -> {
            JavaBlocks java = new JavaBlocks(block.page(), Files.createTempDirectory(folder, "statements"));
            if (block.mark().equals("statements")) {
                java.statements(block);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> partsOfFilesAreAsInTheFile() throws IOException {
        return each(blocks("part-of"), block -> {
            String file = block.attributes().keySet().iterator().next();
            String text = Files.readString(Page.ROOT.resolve(file));
            assertThat(IntStream.iterate(0, indent -> indent <= MAX_INDENT, indent -> indent + 2)
                            .anyMatch(indent ->
                                    text.contains(indented(block.code().stripTrailing(), indent))))
                    .as("lines of %s, indented as there or less:%n%s", file, block.code())
                    .isTrue();
        });
    }

    private static String indented(String code, int indent) {
        return code.lines()
                .map(line -> line.isEmpty() ? line : " ".repeat(indent) + line)
                .collect(Collectors.joining("\n"));
    }

    @TestFactory
    Stream<DynamicTest> descriptorsAreAccepted() throws IOException {
        return each(blocks("descriptor"), block -> assertThat(ProviderCatalog.builtIn()
                        .withYaml(block.name(), new StringReader(block.code()))
                        .ids())
                .isNotEmpty());
    }

    @TestFactory
    Stream<DynamicTest> routersOfAPageAreAcceptedTogether() throws IOException {
        List<Page> pages = Page.all().stream()
                .filter(page -> !page.marked("router").isEmpty())
                .filter(page -> !page.path().endsWith("routers-import.md"))
                .toList();
        assertThat(pages).isNotEmpty();
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(page.toString(), () -> assertThat(RouterDefinitions.NONE
                                .withYaml(page.toString(), new StringReader(RouteBlock.routers(page)))
                                .validated()
                                .names())
                        .hasSameSizeAs(page.marked("router"))));
    }

    @TestFactory
    Stream<DynamicTest> budgetsAreAccepted() throws IOException {
        return each(blocks("budget"), block -> assertThat(BudgetDefinitions.NONE
                        .withYaml(block.name(), new StringReader(block.code()))
                        .all())
                .isNotEmpty());
    }

    @TestFactory
    Stream<DynamicTest> tablesOfPricesAreAccepted() throws IOException {
        return each(blocks("prices"), block -> {
            PriceBook book = PriceBook.builtIn().with(ModelTable.ofCsv(block.name(), new StringReader(block.code())));
            assertThat(book.version()).isNotEqualTo(PriceBook.builtIn().version());
        });
    }

    @TestFactory
    Stream<DynamicTest> scriptsAreAccepted() throws IOException {
        return each(blocks("script"), block -> {
            Simulator.Builder builder = Simulator.builder();
            Script.apply(block.name(), block.code(), builder);
            try (Simulator simulator = builder.port(0).build().start()) {
                assertThat(simulator.port()).isPositive();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> propertiesAreKnown() throws IOException {
        JsonNode options;
        try (InputStream in = DocsTest.class.getResourceAsStream("/META-INF/io/github/camelllm/component/llm.json")) {
            options = Json.MAPPER.readTree(in).path("componentProperties");
        }
        Set<String> names = new LinkedHashSet<>();
        options.fieldNames().forEachRemaining(names::add);
        return each(blocks("properties"), block -> {
            Properties properties = new Properties();
            properties.load(new StringReader(block.code()));
            assertThat(properties).isNotEmpty();
            Map<String, String> providers = new TreeMap<>();
            Map<String, String> prices = new TreeMap<>();
            Map<String, String> routers = new TreeMap<>();
            Map<String, String> budgets = new TreeMap<>();
            for (String key : properties.stringPropertyNames()) {
                if (key.startsWith("camel.component.llm.")) {
                    assertThat(names).contains(camelCase(key.substring(20).replaceAll("\\[.*", "")));
                } else if (key.startsWith("llm.provider.")) {
                    providers.put(key.substring(13), properties.getProperty(key));
                } else if (key.startsWith("llm.router.")) {
                    routers.put(key.substring(11), properties.getProperty(key));
                } else if (key.startsWith("llm.budget.")) {
                    budgets.put(key.substring(11), properties.getProperty(key));
                } else if (key.startsWith("llm.price.")) {
                    prices.put(key.substring(10), properties.getProperty(key));
                } else {
                    assertThat(key).as("a property of Camel's own").startsWith("camel.");
                }
            }
            assertThat(ProviderCatalog.builtIn().withProperties(providers).ids())
                    .isNotEmpty();
            assertThat(RouterDefinitions.NONE
                            .withProperties(routers)
                            .validated()
                            .all())
                    .hasSameSizeAs(routers.isEmpty() ? List.of() : List.of(1));
            assertThat(BudgetDefinitions.NONE.withProperties(budgets).isEmpty()).isEqualTo(budgets.isEmpty());
            assertThat(PriceBook.builtIn().with(ModelTable.ofProperties(prices)).version())
                    .isNotEmpty();
        });
    }

    private static String camelCase(String dashed) {
        return Pattern.compile("-(.)").matcher(dashed).replaceAll(letter -> letter.group(1)
                .toUpperCase(java.util.Locale.ROOT));
    }

    @TestFactory
    Stream<DynamicTest> dependenciesAreThisProjects() throws IOException {
        String pom = Files.readString(Page.ROOT.resolve("pom.xml"));
        String version = first("<version>([^<]+)</version>", pom);
        return each(blocks("dependency"), block -> {
            assertThat(first("<groupId>([^<]+)</groupId>", block.code())).isEqualTo("io.github.camel-llm");
            assertThat(first("<version>([^<]+)</version>", block.code())).isEqualTo(version);
            assertThat(pom)
                    .contains(
                            "<artifactId>" + first("<artifactId>([^<]+)</artifactId>", block.code()) + "</artifactId>");
        });
    }

    /** Runs the simulator with the options that a command has, on another port. */
    @TestFactory
    Stream<DynamicTest> commandLinesOfTheSimulatorAreAccepted() throws IOException {
        String version = first("<version>([^<]+)</version>", Files.readString(Page.ROOT.resolve("pom.xml")));
        return each(blocks("simulator"), block -> {
            for (String line : block.code().strip().split("\n")) {
                String jar = "java -jar camel-llm-component/simulator/target/camel-llm-simulator-" + version + ".jar";
                assertThat(line).startsWith(jar);
                List<String> options = new ArrayList<>();
                Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(line.substring(jar.length()));
                while (word.find()) {
                    options.add(word.group(1) != null ? word.group(1) : word.group(2));
                }
                int script = options.indexOf("--script");
                if (script >= 0) {
                    Page.Block code = block.page().marked("script").get(0);
                    options.set(
                            script + 1,
                            Files.writeString(folder.resolve("script.yaml"), code.code())
                                    .toString());
                }
                int port = options.indexOf("--port");
                if (port >= 0) {
                    options.set(port + 1, "0");
                } else {
                    options.addAll(List.of("--port", "0"));
                }
                assertThat(SimulatorCommand.tryOut(options)).contains("http://localhost:");
            }
        });
    }

    /** Maven cannot run inside of its own test: modules, profiles and goals are held against the poms. */
    @TestFactory
    Stream<DynamicTest> mavenCommandsNameWhatThereIs() throws IOException {
        Set<String> commands = new LinkedHashSet<>();
        Stream<String> marks = COMMANDS.stream().filter(mark -> !mark.equals("simulator"));
        for (Page.Block block : blocks(marks.toArray(String[]::new))) {
            commands.addAll(Arrays.asList(block.code().strip().split("\n")));
        }
        for (Page page : Page.all()) {
            Matcher inline = INLINE_MAVEN.matcher(page.text());
            while (inline.find()) {
                commands.add(inline.group(1));
            }
        }
        assertThat(commands).hasSizeGreaterThan(4);
        return commands.stream()
                .map(command -> DynamicTest.dynamicTest(command, () -> checkMaven(Arrays.asList(command.split(" ")))));
    }

    private static void checkMaven(List<String> words) throws IOException {
        assertThat(words.get(0)).isEqualTo("mvn");
        StringBuilder poms = new StringBuilder(Files.readString(Page.ROOT.resolve("pom.xml")));
        int modules = words.indexOf("-pl");
        if (modules > 0) {
            for (String module : words.get(modules + 1).split(",")) {
                poms.append(Files.readString(Page.ROOT.resolve(module).resolve("pom.xml")));
            }
        }
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith("-P")) {
                assertThat(poms.toString()).contains("<id>" + word.substring(2) + "</id>");
            } else if (!word.startsWith("-") && (modules < 0 || i != modules + 1)) {
                assertThat(GOALS).contains(word);
            }
        }
    }

    /** The first code of each row, with values in place of the words that stand for them. */
    @Test
    void everyFaultIsInTheTable() throws IOException {
        String page = Files.readString(Page.ROOT.resolve("docs/simulator.md"));
        String table = page.substring(page.indexOf("## Faults"), page.indexOf("## Script"));
        Set<Class<?>> listed = new LinkedHashSet<>();
        Matcher row = FAULT_ROW.matcher(table);
        while (row.find()) {
            String fault = row.group(1)
                    .replace("…", "status=429")
                    .replace("CODE", "500")
                    .replace("BYTES", "1000")
                    .replace("DURATION", "2s")
                    .replaceAll("=N\\b", "=1");
            listed.add(Fault.parse(fault).getClass());
        }
        assertThat(listed).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    }

    @TestFactory
    Stream<DynamicTest> linksGoSomewhere() throws IOException {
        List<Page> pages = Page.all();
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(page.toString(), () -> {
                    for (String link : page.links()) {
                        String[] parts = link.split("#", 2);
                        Path target = parts[0].isEmpty()
                                ? page.path()
                                : Path.of("/")
                                        .resolve(page.path())
                                        .resolveSibling(parts[0])
                                        .normalize();
                        Path relative = target.isAbsolute() ? Path.of("/").relativize(target) : target;
                        assertThat(Page.ROOT.resolve(relative))
                                .as("%s links to %s", page, link)
                                .exists();
                        if (parts.length == 2) {
                            Page linked = pages.stream()
                                    .filter(candidate -> candidate.path().equals(relative))
                                    .findFirst()
                                    .orElseThrow(() -> new AssertionError(page + " links into " + relative));
                            assertThat(linked.anchors())
                                    .as("%s links to %s", page, link)
                                    .contains(parts[1]);
                        }
                    }
                }));
    }

    @Test
    void everyPageCanBeReachedFromTheIndex() throws IOException {
        List<Page> pages = Page.all();
        Set<String> linked = new LinkedHashSet<>();
        for (Page page : pages) {
            if (page.path().toString().equals("README.md") || page.path().endsWith("README.md")) {
                for (String link : page.links()) {
                    linked.add(Path.of("/")
                            .resolve(page.path())
                            .resolveSibling(link.replaceFirst("#.*", ""))
                            .normalize()
                            .toString());
                }
            }
        }
        for (Page page : pages) {
            if (!page.path().toString().equals("README.md")) {
                assertThat(linked).contains("/" + page.path());
            }
        }
    }

    @Test
    void jsonIsJson() throws IOException {
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                if (block.language().equals("json")) {
                    assertThat(Json.MAPPER.readTree(block.code()))
                            .as(block.name())
                            .isNotNull();
                }
            }
        }
    }

    private static String first(String pattern, String text) {
        Matcher match = Pattern.compile(pattern).matcher(text);
        assertThat(match.find()).as("%s in %s", pattern, text).isTrue();
        return match.group(1);
    }
}
