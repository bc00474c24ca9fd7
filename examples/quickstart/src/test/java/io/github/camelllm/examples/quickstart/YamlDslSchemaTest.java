package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlDslSchemaTest {
    private static final Path ROUTES = Path.of("src/main/resources/routes/quickstart.yaml");

    @TempDir
    Path folder;

    @Test
    void routesConformToCamelsSchema() throws Exception {
        assertThat(YamlDslSchema.ofCamel().validate(ROUTES)).isEmpty();
    }

    @Test
    void schemaRefusesAnOptionThatDoesNotExist() throws Exception {
        Path wrong = folder.resolve("wrong.yaml");
        Files.writeString(wrong, Files.readString(ROUTES).replace("stopOnException:", "stopAtException:"));

        assertThat(YamlDslSchema.ofCamel().validate(wrong)).isNotEmpty();
    }
}
