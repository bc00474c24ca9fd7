package io.github.camelllm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value in a YAML script that knows its place, so that errors name it. */
final class ScriptNode {
    private static final int MOST_CODE_POINTS = 8 << 20;

    private final Node node;
    private final String file;
    private final int line;
    private final String key;

    private ScriptNode(Node node, String file, int line, String key) {
        this.node = node;
        this.file = file;
        this.line = line;
        this.key = key;
    }

    /** The script's only document; an empty mapping if it has none. */
    static Optional<ScriptNode> read(String file, String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(MOST_CODE_POINTS)
                .setMaxAliasesForCollections(0)
                .build();
        try {
            return new Compose(settings).composeString(yaml).map(node -> of(node, file, ""));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new ScriptException(
                    file + " line " + line + ": expected YAML, got something else: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new ScriptException(file + ": expected YAML, got something else: " + e.getMessage(), e);
        }
    }

    private static ScriptNode of(Node node, String file, String key) {
        return new ScriptNode(
                node, file, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1), key);
    }

    /** The members of a mapping; any key not among the known ones is an error. */
    Map<String, ScriptNode> members(Set<String> known) {
        Map<String, ScriptNode> members = new LinkedHashMap<>();
        for (Map.Entry<String, ScriptNode> member : anyMembers().entrySet()) {
            if (!known.contains(member.getKey())) {
                throw member.getValue()
                        .wrong("one of the keys "
                                + String.join(", ", known.stream().sorted().toList()));
            }
            members.put(member.getKey(), member.getValue());
        }
        return members;
    }

    private Map<String, ScriptNode> anyMembers() {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("keys with values");
        }
        Map<String, ScriptNode> members = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                throw of(tuple.getKeyNode(), file, key).wrong("a name as key");
            }
            String path = key.isEmpty() ? name.getValue() : key + "." + name.getValue();
            int at = name.getStartMark().map(mark -> mark.getLine() + 1).orElse(line);
            if (members.put(name.getValue(), new ScriptNode(tuple.getValueNode(), file, at, path)) != null) {
                throw new ScriptException(
                        file + " line " + at + ": " + path + ": expected one value, it is given twice");
            }
        }
        return members;
    }

    List<ScriptNode> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("a list");
        }
        List<ScriptNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(of(item, file, key + "[" + items.size() + "]"));
        }
        return items;
    }

    /** A list of texts, or a single one. */
    List<String> texts() {
        return node instanceof SequenceNode
                ? items().stream().map(ScriptNode::text).toList()
                : List.of(text());
    }

    boolean isScalar() {
        return node instanceof ScalarNode;
    }

    String text() {
        if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            throw wrong("a text");
        }
        return scalar.getValue();
    }

    boolean flag() {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return scalar.getValue().equalsIgnoreCase("true");
        }
        throw wrong("true or false");
    }

    long number(long least, long most) {
        String expected = "a whole number from " + least + " to " + most;
        if (node instanceof ScalarNode scalar && scalar.getValue().matches("-?\\d{1,18}")) {
            long value = Long.parseLong(scalar.getValue());
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw wrong(expected);
    }

    double share() {
        if (node instanceof ScalarNode scalar && scalar.getValue().matches("[01](\\.\\d{1,12})?|\\.\\d{1,12}")) {
            double value = Double.parseDouble(scalar.getValue());
            if (value <= 1) {
                return value;
            }
        }
        throw wrong("a number from 0 to 1");
    }

    /** The text, read by a parser whose complaints get this place. */
    <T> T parsed(Function<String, T> parser) {
        String text = text();
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ScriptException(place() + ": " + e.getMessage(), e);
        }
    }

    /** The value as JSON. */
    JsonNode json() {
        if (node instanceof MappingNode) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            anyMembers().forEach((name, value) -> object.set(name, value.json()));
            return object;
        }
        if (node instanceof SequenceNode) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items().forEach(item -> array.add(item.json()));
            return array;
        }
        ScalarNode scalar = (ScalarNode) node;
        if (scalar.getTag().equals(Tag.NULL)) {
            return JsonNodeFactory.instance.nullNode();
        } else if (scalar.getTag().equals(Tag.BOOL)) {
            return JsonNodeFactory.instance.booleanNode(flag());
        } else if (scalar.getTag().equals(Tag.INT) && scalar.getValue().matches("-?\\d{1,18}")) {
            return JsonNodeFactory.instance.numberNode(Long.parseLong(scalar.getValue()));
        } else if (scalar.getTag().equals(Tag.FLOAT) && scalar.getValue().matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?")) {
            return JsonNodeFactory.instance.numberNode(new BigDecimal(scalar.getValue()));
        }
        return JsonNodeFactory.instance.textNode(scalar.getValue());
    }

    ScriptException wrong(String expected) {
        return new ScriptException(place() + ": expected " + expected + ", got " + shown());
    }

    private String place() {
        return file + " line " + line + (key.isEmpty() ? "" : ": " + key);
    }

    private String shown() {
        if (node instanceof ScalarNode scalar) {
            String value = scalar.getValue();
            return scalar.getTag().equals(Tag.NULL)
                    ? "nothing"
                    : "'" + (value.length() > 60 ? value.substring(0, 60) + "…" : value) + "'";
        }
        return node instanceof SequenceNode ? "a list" : "keys with values";
    }
}
