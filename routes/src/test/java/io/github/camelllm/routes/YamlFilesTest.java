package io.github.camelllm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds every YAML route, template and Kamelet of the project against the schema of Camel's YAML DSL. */
class YamlFilesTest {
    private static final Path ROOT = Path.of("..");
    private static final Path KAMELETS = Path.of("src/main/resources/kamelets");
    private static final Path TEMPLATES = Path.of("src/main/resources/camel-llm/templates");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonSchema SCHEMA = schema();

    @TestFactory
    Stream<DynamicTest> routesConformToCamelsSchema() throws IOException {
        return routeFiles().stream()
                .map(file ->
                        DynamicTest.dynamicTest(ROOT.relativize(file).toString(), () -> assertThat(problems(read(file)))
                                .isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> templatesOfKameletsConformToCamelsSchema() throws IOException {
        return yamlBelow(KAMELETS, ".kamelet.yaml").stream()
                .map(file ->
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> assertThat(problems(List.of(Map.of(
                                        "routeTemplate",
                                        Map.of("id", "kamelet", "from", at(read(file), "spec", "template", "from"))))))
                                .isEmpty()));
    }

    /** A Kamelet is its template as one step: only where the message comes from differs. */
    @TestFactory
    Stream<DynamicTest> kameletsDoWhatTheirTemplatesDo() throws IOException {
        return yamlBelow(KAMELETS, ".kamelet.yaml").stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    String id =
                            file.getFileName().toString().replaceFirst("-(action|sink|source)\\.kamelet\\.yaml$", "");
                    Object template = ((List<?>) read(TEMPLATES.resolve(id + ".camel.yaml"))).get(0);
                    assertThat(at(read(file), "spec", "template", "from", "steps"))
                            .isEqualTo(at(template, "routeTemplate", "from", "steps"));
                }));
    }

    @Test
    void schemaRefusesAnOptionThatDoesNotExist() {
        assertThat(problems(List.of(Map.of("from", Map.of("uri", "direct:a", "stepz", List.of())))))
                .isNotEmpty();
    }

    private static List<Path> routeFiles() throws IOException {
        return yamlBelow(ROOT, ".yaml").stream()
                .filter(file -> file.toString().matches(".*/src/main/resources/.*")
                        && (file.toString().endsWith(".camel.yaml")
                                || file.getParent().endsWith("routes")))
                .toList();
    }

    private static List<Path> yamlBelow(Path folder, String ending) throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(ending) && !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    private static Object read(Path file) throws IOException {
        return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    }

    private static Object at(Object tree, String... path) {
        Object found = tree;
        for (String key : path) {
            assertThat(found).as(key).isInstanceOf(Map.class);
            found = ((Map<?, ?>) found).get(key);
        }
        assertThat(found).as("%s", List.of(path)).isNotNull();
        return found;
    }

    /**
     * What is wrong with a tree; empty if it conforms. A placeholder may stand for a number or a boolean, which the schema
     * does not know but Camel does.
     */
    private static Set<ValidationMessage> problems(Object tree) {
        return SCHEMA.validate(MAPPER.valueToTree(tree)).stream()
                .filter(message -> !isPlaceholder(message))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isPlaceholder(ValidationMessage message) {
        return message.getType().equals("type")
                && message.getInstanceNode() != null
                && message.getInstanceNode().asText().matches("\\{\\{[^{}]+}}");
    }

    /** Read once: it is large. */
    private static JsonSchema schema() {
        try (InputStream in = YamlFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
