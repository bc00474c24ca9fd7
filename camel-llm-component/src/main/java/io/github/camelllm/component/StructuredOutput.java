package io.github.camelllm.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.SpecVersionDetector;
import com.networknt.schema.ValidationMessage;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The schema that an answer must conform to: how it is asked for, how an answer is checked, and what it becomes. Immutable
 * and thread-safe.
 */
final class StructuredOutput {
    private static final int MAX_REPORTED = 10;

    private static final Pattern FENCED = Pattern.compile("(?s)\\s*```(?:json)?\\s*\\n(.*?)\\n?```\\s*");

    private final String schemaJson;
    private final JsonSchema schema;
    private final @Nullable Class<?> outputClass;
    private final ResponseFormat format;

    private StructuredOutput(String name, String schemaJson, @Nullable Class<?> outputClass, Optional<Boolean> strict) {
        this.schemaJson = schemaJson;
        this.outputClass = outputClass;
        this.schema = compile(schemaJson);
        this.format = new ResponseFormat.JsonSchema(name, compact(schemaJson), Optional.empty(), strict);
    }

    /**
     * @throws IllegalArgumentException if the text is no JSON Schema
     */
    static StructuredOutput ofSchema(String schemaJson, Optional<Boolean> strict) {
        return new StructuredOutput("answer", schemaJson, null, strict);
    }

    /** The schema of a class, as Jackson reads it: records, beans and enums. Fields are required unless {@code @Nullable}. */
    static StructuredOutput ofClass(Class<?> type, Optional<Boolean> strict) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(new JacksonModule(
                        JacksonOption.RESPECT_JSONPROPERTY_ORDER, JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE))
                .with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT, Option.INLINE_ALL_SCHEMAS);
        config.forTypesInGeneral().withPropertySorter((left, right) -> 0);
        config.forFields()
                .withRequiredCheck(field -> !isNullable(field))
                .withNullableCheck(StructuredOutput::isNullable);
        JsonNode generated = new SchemaGenerator(config.build()).generateSchema(type);
        String name = type.getSimpleName().replaceAll("[^A-Za-z0-9_-]", "_");
        return new StructuredOutput(name.isEmpty() ? "answer" : name, generated.toString(), type, strict);
    }

    /** A field with any {@code @Nullable} may be absent or null; all others must be there. */
    private static boolean isNullable(FieldScope field) {
        return Stream.of(
                        field.getRawMember().getAnnotations(),
                        field.getRawMember().getAnnotatedType().getAnnotations())
                .flatMap(Stream::of)
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    ResponseFormat format() {
        return format;
    }

    /** Whether schemas are put into words although the target could be given them natively. */
    static boolean isInWordsByChoice(boolean inWords, CallTarget target) {
        return inWords && !target.wire().profile().omits("json_schema");
    }

    /**
     * A request whose schema is asked for in words, at the end of the system message, for models that cannot be given one
     * natively; the same request if it has none.
     */
    static ChatRequest inWords(ChatRequest request) {
        if (request.responseFormat().isEmpty()
                || !(request.responseFormat().get() instanceof ResponseFormat.JsonSchema schema)) {
            return request;
        }
        String instruction = "Answer with one JSON value and nothing else: no explanation, no code fence."
                + " It must conform to this JSON Schema:\n" + schema.schemaJson();
        List<ChatMessage> messages = new ArrayList<>(request.messages());
        if (!messages.isEmpty() && messages.get(0) instanceof ChatMessage.System system) {
            messages.set(0, ChatMessage.System.of(system.text() + "\n\n" + instruction));
        } else {
            messages.add(0, ChatMessage.System.of(instruction));
        }
        return request.toBuilder().messages(messages).noResponseFormat().build();
    }

    String schemaJson() {
        return schemaJson;
    }

    /** An answer that was checked: what it becomes, or what is wrong with it. */
    record Checked(@Nullable Object value, List<String> problems) {
        boolean isValid() {
            return problems.isEmpty();
        }
    }

    /**
     * Checks an answer's text. Problems name places and rules of the schema, not values of the answer.
     */
    Checked check(String text) {
        String json = withoutFence(text);
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return new Checked(null, List.of("the answer is no JSON at " + Json.where(e)));
        }
        if (tree == null || tree.isMissingNode()) {
            return new Checked(null, List.of("the answer is empty"));
        }
        Set<ValidationMessage> messages = schema.validate(tree);
        if (!messages.isEmpty()) {
            return new Checked(
                    null,
                    messages.stream()
                            .limit(MAX_REPORTED)
                            .map(message -> message.getInstanceLocation() + ": rule '" + message.getType() + "'")
                            .toList());
        }
        if (outputClass == null) {
            return new Checked(json, List.of());
        }
        try {
            return new Checked(Json.MAPPER.treeToValue(tree, outputClass), List.of());
        } catch (JsonProcessingException e) {
            return new Checked(null, List.of("conforms to the schema but does not become a " + outputClass.getName()));
        }
    }

    /** Words that tell the model what was wrong with its answer. */
    static String repairPrompt(List<String> problems) {
        return "Your answer does not conform to the JSON Schema:\n- " + String.join("\n- ", problems)
                + "\nAnswer again with the corrected JSON only.";
    }

    /** An answer without the code fence that some models put around JSON. */
    static String withoutFence(String text) {
        Matcher fenced = FENCED.matcher(text);
        return fenced.matches() ? fenced.group(1) : text.strip();
    }

    private static JsonSchema compile(String schemaJson) {
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(schemaJson);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("jsonSchema is no JSON at " + Json.where(e), e);
        }
        if (tree == null || !tree.isObject()) {
            throw new IllegalArgumentException("jsonSchema must be a JSON object");
        }
        SpecVersion.VersionFlag version =
                SpecVersionDetector.detectOptionalVersion(tree, false).orElse(SpecVersion.VersionFlag.V202012);
        // External references are not followed: nothing is fetched that the user did not configure.
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                version, builder -> builder.schemaLoaders(loaders -> loaders.values(list -> list.clear())));
        JsonSchema schema =
                factory.getSchema(tree, SchemaValidatorsConfig.builder().build());
        schema.initializeValidators();
        return schema;
    }

    private static String compact(String json) {
        try {
            return Json.MAPPER.readTree(json).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("jsonSchema is no JSON at " + Json.where(e), e);
        }
    }
}
