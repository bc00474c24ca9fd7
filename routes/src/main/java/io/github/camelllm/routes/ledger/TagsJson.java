package io.github.camelllm.routes.ledger;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Map;
import java.util.TreeMap;

/** Tags as a JSON object with its members sorted. What does not fit the column is left out, the last members first. */
final class TagsJson {
    /** Longest name of a tag in the ledger. */
    static final int NAME_CHARS = 64;
    /** Longest value of a tag in the ledger. */
    static final int VALUE_CHARS = 256;

    static final int MOST_CHARS = 4000;

    private TagsJson() {}

    static String of(Map<String, String> tags) {
        StringBuilder json = new StringBuilder("{");
        new TreeMap<>(tags).forEach((name, value) -> {
            int before = json.length();
            if (before > 1) {
                json.append(',');
            }
            quote(Columns.cut(name, NAME_CHARS), json);
            json.append(':');
            quote(Columns.cut(value, VALUE_CHARS), json);
            if (json.length() >= MOST_CHARS) {
                json.setLength(before);
            }
        });
        return json.append('}').toString();
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
    }
}
