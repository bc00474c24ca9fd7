package io.github.camelllm.catalog;

import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads YAML 1.2 into {@link ConfigNode}s that know their lines. Anchors and aliases are refused: they can unfold a short
 * text without end.
 */
public final class YamlConfig {
    private static final int MOST_CODE_POINTS = 1 << 20;

    private final String sourceName;

    private YamlConfig(String sourceName) {
        this.sourceName = sourceName;
    }

    /**
     * The documents of a text.
     *
     * @param sourceName names the text in errors
     * @throws CatalogException if it is no YAML
     */
    public static List<ConfigNode> read(String sourceName, Reader text) {
        YamlConfig config = new YamlConfig(sourceName);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(sourceName)
                .setCodePointLimit(MOST_CODE_POINTS)
                .build();
        List<ConfigNode> documents = new ArrayList<>();
        try {
            for (Node document : new Compose(settings).composeAllFromReader(text)) {
                documents.add(config.convert(document, config.place(document)));
            }
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .map(mark -> sourceName + " line " + (mark.getLine() + 1))
                    .orElse(sourceName);
            throw new CatalogException(where + ": this is not YAML: " + e.getProblem(), e);
        } catch (ReaderException e) {
            throw new CatalogException(
                    sourceName + ": this is not YAML: character " + e.getCodePoint() + " at index " + e.getPosition()
                            + " is not allowed",
                    e);
        } catch (YamlEngineException e) {
            throw new CatalogException(sourceName + ": this is not YAML that can be read: " + e.getMessage(), e);
        }
        return documents;
    }

    private ConfigNode convert(Node node, String where) {
        if (node.getAnchor().isPresent()) {
            throw new CatalogException(where + ": anchors and aliases are not supported; write the value out");
        }
        if (node instanceof ScalarNode scalar) {
            return new Scalar(where, scalar.getValue(), kindOf(scalar));
        }
        if (node instanceof SequenceNode sequence) {
            List<ConfigNode> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(convert(item, place(item)));
            }
            return new Items(where, items);
        }
        Map<String, ConfigNode> members = new LinkedHashMap<>();
        for (NodeTuple tuple : ((MappingNode) node).getValue()) {
            Node key = tuple.getKeyNode();
            if (!(key instanceof ScalarNode name)) {
                throw new CatalogException(place(key) + ": a key must be a name");
            }
            // The line of the key, since a nested value begins on a later one.
            ConfigNode value = convert(tuple.getValueNode(), place(key));
            if (members.put(name.getValue(), value) != null) {
                throw new CatalogException(place(key) + ": '" + name.getValue() + "' is given twice");
            }
        }
        return new Entries(where, members);
    }

    private static Kind kindOf(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.INT)) {
            return Kind.INTEGER;
        }
        if (tag.equals(Tag.FLOAT)) {
            return Kind.DECIMAL;
        }
        if (tag.equals(Tag.BOOL)) {
            return Kind.BOOLEAN;
        }
        // The JSON schema of YAML knows only null, but people write ~ too.
        return tag.equals(Tag.NULL) || scalar.isPlain() && scalar.getValue().equals("~") ? Kind.NULL : Kind.TEXT;
    }

    private String place(Node node) {
        return node.getStartMark()
                .map(mark -> sourceName + " line " + (mark.getLine() + 1))
                .orElse(sourceName);
    }
}
