package io.github.camelllm.examples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema of Camel's YAML DSL, as the version of Camel in use has it. Stricter than Camel's own reader of YAML. */
final class YamlDslSchema {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonSchema schema;

    private YamlDslSchema(JsonSchema schema) {
        this.schema = schema;
    }

    static YamlDslSchema ofCamel() throws IOException {
        try (InputStream in = YamlDslSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return new YamlDslSchema(
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in));
        }
    }

    /**
     * What is wrong with a file; empty if it conforms. A placeholder may stand for a number or a boolean, which the schema
     * does not know but Camel does.
     */
    Set<ValidationMessage> validate(Path yaml) throws IOException {
        try (Reader text = Files.newBufferedReader(yaml)) {
            Object tree = new Load(LoadSettings.builder().build()).loadFromReader(text);
            return schema.validate(MAPPER.valueToTree(tree)).stream()
                    .filter(message -> !isPlaceholder(message))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    private static boolean isPlaceholder(ValidationMessage message) {
        return message.getType().equals("type")
                && message.getInstanceNode() != null
                && message.getInstanceNode().asText().matches("\\{\\{[^{}]+}}");
    }
}
