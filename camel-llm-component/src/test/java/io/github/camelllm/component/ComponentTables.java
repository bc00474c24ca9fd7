package io.github.camelllm.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of the component's reference, in Markdown, from what Camel's tools know of the component. */
final class ComponentTables {
    private static final Path DESCRIPTION =
            Path.of("src/generated/resources/META-INF/io/github/camelllm/component/llm.json");
    private static final Path CONSTANTS = Path.of("src/main/java/io/github/camelllm/component/LlmConstants.java");
    private static final Pattern PROPERTY = Pattern.compile(
            "(?s)/\\*\\* \\{@code (.*?)}: ((?:(?!\\*/).)*?)\\s*\\*/\\s*public static final String \\w+ = \"(\\w+)\";"
                    + "|/\\*\\* ([^{*]*?)\\s*\\*/\\s*public static final String \\w+ = \"(\\w+)\";");

    private ComponentTables() {}

    static String endpointOptions() {
        StringBuilder table = head("| option | default | type | meaning |\n|---|---|---|---|\n");
        description().path("properties").properties().forEach(option -> {
            if (!option.getValue().path("kind").asText().equals("path")) {
                appendOption(table, option);
            }
        });
        return table.toString();
    }

    /** Options that only the component has. */
    static String componentOptions() {
        StringBuilder table = head("| option | default | type | meaning |\n|---|---|---|---|\n");
        JsonNode description = description();
        description.path("componentProperties").properties().forEach(option -> {
            if (!description.path("properties").has(option.getKey())
                    && !option.getKey().equals("configuration")) {
                appendOption(table, option);
            }
        });
        return table.toString();
    }

    static String headersRead() {
        return headers(true);
    }

    static String headersSet() {
        return headers(false);
    }

    static String exchangeProperties() {
        String source;
        try {
            source = Files.readString(CONSTANTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StringBuilder table = head("| exchange property | meaning |\n|---|---|\n");
        Matcher property = PROPERTY.matcher(source.substring(source.indexOf("// Exchange properties.")));
        while (property.find()) {
            boolean typed = property.group(1) != null;
            table.append("| `")
                    .append(typed ? property.group(3) : property.group(5))
                    .append("` | ")
                    .append(typed ? "`" + property.group(1) + "`: " : "")
                    .append((typed ? property.group(2) : property.group(4))
                            .replaceAll("\\{@code ([^}]*)}", "`$1`")
                            .replaceAll("\\s+\\*?\\s*", " "))
                    .append(" |\n");
        }
        return table.toString();
    }

    /** The constants stand in two parts: what is read, and what is set. */
    private static String headers(boolean read) {
        StringBuilder table = head("| header | type | meaning |\n|---|---|---|\n");
        boolean inPart = read;
        for (Map.Entry<String, JsonNode> header : description().path("headers").properties()) {
            if (header.getKey().equals(LlmConstants.INPUT_TOKENS)) {
                inPart = !read;
            }
            if (inPart) {
                table.append("| `")
                        .append(header.getKey())
                        .append("` | ")
                        .append(simple(header.getValue().path("javaType").asText()))
                        .append(" | ")
                        .append(text(header.getValue()))
                        .append(" |\n");
            }
        }
        return table.toString();
    }

    private static void appendOption(StringBuilder table, Map.Entry<String, JsonNode> option) {
        JsonNode value = option.getValue();
        String name =
                value.path("multiValue").asBoolean() ? value.path("prefix").asText() + "*" : option.getKey();
        // A Boolean without a value of its own is not false: it is not sent.
        boolean unset = value.path("defaultValue").isMissingNode()
                || value.path("javaType").asText().equals("java.lang.Boolean");
        table.append("| `")
                .append(name)
                .append("` | ")
                .append(unset ? "" : "`" + value.path("defaultValue").asText() + "`")
                .append(" | ")
                .append(type(value))
                .append(" | ")
                .append(text(value))
                .append(" |\n");
    }

    private static String type(JsonNode option) {
        if (option.has("enum")) {
            StringBuilder values = new StringBuilder();
            for (Iterator<JsonNode> value = option.path("enum").elements(); value.hasNext(); ) {
                values.append('`').append(value.next().asText()).append(value.hasNext() ? "`, " : "`");
            }
            return values.toString();
        }
        return option.path("multiValue").asBoolean()
                ? "text"
                : simple(option.path("javaType").asText());
    }

    private static String simple(String javaType) {
        String simple = javaType.replaceAll("<.*", "").replaceAll(".*\\.", "");
        switch (simple) {
            case "String":
                return "text";
            case "boolean":
            case "Boolean":
                return "true, false";
            case "int":
            case "Integer":
            case "long":
            case "Long":
                return "whole number";
            case "Double":
                return "number";
            case "Duration":
                return "duration";
            default:
                return "`" + simple + "`";
        }
    }

    private static String text(JsonNode node) {
        return node.path("description")
                .asText()
                .replaceAll(" This is a multi-value option with prefix: .*", "")
                .replaceAll("(?<![.])$", ".")
                .replace("|", "\\|");
    }

    private static StringBuilder head(String text) {
        return new StringBuilder(text);
    }

    private static JsonNode description() {
        try {
            return Json.MAPPER.readTree(Files.readString(DESCRIPTION));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
