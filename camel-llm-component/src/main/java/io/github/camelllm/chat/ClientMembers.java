package io.github.camelllm.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Members of a client's request for which the vocabulary has no words. A provider that speaks the client's dialect gets them as
 * they came, over {@link ChatRequest#extra()}; for every other they are left out or refused.
 *
 * @param dialect the client's dialect, such as {@code anthropic}
 * @param members by their wire names; values of JSON types
 * @param said names of those that the rest of the request says too, so that other dialects lose nothing without them
 */
public record ClientMembers(String dialect, Map<String, Object> members, Set<String> said) {
    public ClientMembers {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        Set<String> names = members.keySet();
        said = said.stream().filter(names::contains).collect(Collectors.toUnmodifiableSet());
    }

    public static ClientMembers of(String dialect, Map<String, Object> members) {
        return new ClientMembers(dialect, members, Set.of());
    }

    /** These but for some. */
    public ClientMembers without(Set<String> names) {
        Map<String, Object> rest = new LinkedHashMap<>(members);
        rest.keySet().removeAll(names);
        return new ClientMembers(dialect, rest, said);
    }

    /** Tells the dialect and the number, never the content. */
    @Override
    public String toString() {
        return "ClientMembers[" + dialect + ", " + members.size() + " members]";
    }
}
