package io.github.camelllm.routes.ledger;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tags as a JSON object with its members sorted. What does not fit the column is left out. */
final class TagsJson {
    /** Longest name of a tag in the ledger. */
    static final int NAME_CHARS = 64;
    /** Longest value of a tag in the ledger. */
    static final int VALUE_CHARS = 256;

    static final int MOST_CHARS = 4000;

    private TagsJson() {}

    /** @param first names of those that are left out last, such as tags that sums are kept for */
    static String of(Map<String, String> tags, Collection<String> first) {
        SortedMap<String, String> sorted = new TreeMap<>(tags);
        String all = json(sorted);
        return all.length() <= MOST_CHARS ? all : json(fitting(sorted, first));
    }

    private static SortedMap<String, String> fitting(SortedMap<String, String> tags, Collection<String> first) {
        Set<String> names = new LinkedHashSet<>(first);
        names.retainAll(tags.keySet());
        names.addAll(tags.keySet());
        SortedMap<String, String> fitting = new TreeMap<>();
        int length = 1;
        for (String name : names) {
            String value = tags.getOrDefault(name, "");
            StringBuilder member = new StringBuilder(",");
            member(name, value, member);
            if (length + member.length() <= MOST_CHARS) {
                length += member.length();
                fitting.put(name, value);
            }
        }
        return fitting;
    }

    private static String json(SortedMap<String, String> tags) {
        StringBuilder json = new StringBuilder("{");
        tags.forEach((name, value) -> {
            if (json.length() > 1) {
                json.append(',');
            }
            member(name, value, json);
        });
        return json.append('}').toString();
    }

    private static void member(String name, String value, StringBuilder json) {
        quote(Columns.cut(name, NAME_CHARS), json);
        json.append(':');
        quote(Columns.cut(value, VALUE_CHARS), json);
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
    }
}
