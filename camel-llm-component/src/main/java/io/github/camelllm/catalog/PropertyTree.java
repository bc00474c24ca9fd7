package io.github.camelllm.catalog;

import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts flat properties together to the tree that a YAML file gives. Not thread-safe. */
public final class PropertyTree {
    private final Branch root;

    /** @param where names the first property, for errors about the whole */
    public PropertyTree(String where) {
        this.root = new Branch(where);
    }

    /** What stands at one path: a value, named members, or items of a list. */
    private static final class Branch {
        final String where;
        final Map<String, Branch> members = new LinkedHashMap<>();
        final SortedMap<Integer, Branch> items = new TreeMap<>();

        @Nullable
        ConfigNode value;

        Branch(String where) {
            this.where = where;
        }

        Branch below(String step, String where) {
            if (step.startsWith("[")) {
                int index = Integer.parseInt(step.substring(1, step.length() - 1));
                return items.computeIfAbsent(index, at -> new Branch(where));
            }
            return members.computeIfAbsent(step, name -> new Branch(where));
        }

        ConfigNode node() {
            int kinds = (value == null ? 0 : 1) + (members.isEmpty() ? 0 : 1) + (items.isEmpty() ? 0 : 1);
            if (kinds > 1) {
                throw new CatalogException(where + ": is given both as one value and in parts");
            }
            if (value != null) {
                return value;
            }
            if (items.isEmpty()) {
                Map<String, ConfigNode> nodes = new LinkedHashMap<>();
                members.forEach((name, branch) -> nodes.put(name, branch.node()));
                return new Entries(where, nodes);
            }
            List<ConfigNode> nodes = new ArrayList<>();
            items.forEach((index, branch) -> {
                if (index != nodes.size()) {
                    throw new CatalogException(branch.where + ": has the index " + index + ", but there is none with "
                            + nodes.size() + "; a list is counted from 0 without gaps");
                }
                nodes.add(branch.node());
            });
            return new Items(where, nodes);
        }
    }

    /**
     * Puts a value in its place.
     *
     * @param path names of members, and {@code [n]} for the item n of a list
     * @throws CatalogException if it has a value already
     */
    public void put(List<String> path, ConfigNode value) {
        Branch at = root;
        for (String step : path) {
            at = at.below(step, value.where());
        }
        if (at.value != null) {
            throw new CatalogException(value.where() + ": is already given by " + at.value.where());
        }
        at.value = value;
    }

    /** @throws CatalogException if a place has both a value and parts, or a list has gaps */
    public Entries entries() {
        return (Entries) root.node();
    }
}
