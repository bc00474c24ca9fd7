package io.github.camelllm.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How one provider (and model) differs from its dialect: a short closed list, filled from the provider's descriptor.
 *
 * @param omit wire names of body members that it rejects, such as {@code logit_bias}, {@code stop}, {@code tools}; and the
 *     values {@code json_schema}, {@code json_object} for response formats and {@code image}, {@code audio},
 *     {@code video}, {@code document} for media
 * @param rename dialect wire name to the provider's wire name of a body member, such as
 *     {@code max_tokens → max_completion_tokens}
 * @param defaults body members added where the request does not set them; values of JSON types
 * @param roles dialect role to the role that the provider knows, such as {@code developer → system}
 * @param options switches that a dialect documents, by name
 */
public record WireProfile(
        Set<String> omit,
        Map<String, String> rename,
        Map<String, Object> defaults,
        Map<String, String> roles,
        Map<String, String> options) {
    /** A provider that does everything as its dialect says. */
    public static final WireProfile PLAIN = new WireProfile(Set.of(), Map.of(), Map.of(), Map.of(), Map.of());

    public WireProfile {
        omit = Set.copyOf(omit);
        rename = Map.copyOf(rename);
        defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
        roles = Map.copyOf(roles);
        options = Map.copyOf(options);
    }

    public boolean omits(String wireName) {
        return omit.contains(wireName);
    }

    /** The provider's name for a dialect's body member. */
    public String nameOf(String wireName) {
        return rename.isEmpty() ? wireName : rename.getOrDefault(wireName, wireName);
    }

    /** The provider's name for a dialect's role. */
    public String roleOf(String role) {
        return roles.isEmpty() ? role : roles.getOrDefault(role, role);
    }

    /** Value of a dialect's switch, or a default. */
    public String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }
}
