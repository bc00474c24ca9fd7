package io.github.camelllm.catalog;

import io.github.camelllm.wire.WireProfile;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The wire profiles of one provider: its own, and what changes for some models. <em>All</em> adjustments whose pattern
 * matches the whole model id are laid over the provider's profile, in the order of the file: omissions add up, of two
 * values for one key the later holds.
 *
 * <p>Thread-safe. Profiles are computed once for each model and kept for a bounded number of models.
 */
public final class ModelProfiles {
    private final WireProfile base;
    private final List<Adjustment> adjustments;
    private final List<Pattern> patterns;
    private final BoundedCache<WireProfile> profiles = new BoundedCache<>(this::compute);

    public ModelProfiles(WireProfile base, List<Adjustment> adjustments) {
        this.base = base;
        this.adjustments = List.copyOf(adjustments);
        this.patterns = adjustments.stream()
                .map(adjustment -> Pattern.compile(adjustment.match()))
                .collect(Collectors.toUnmodifiableList());
    }

    /**
     * What changes for some models of a provider.
     *
     * @param match regular expression for the whole model id
     * @param changes laid over the provider's own profile
     * @param dataPolicy replaces the provider's whole data policy
     */
    public record Adjustment(String match, WireProfile changes, Optional<DataPolicy> dataPolicy) {}

    /** The provider's own profile, before any adjustment. */
    public WireProfile base() {
        return base;
    }

    public List<Adjustment> adjustments() {
        return adjustments;
    }

    /** The profile for a model. */
    public WireProfile of(String modelId) {
        return adjustments.isEmpty() ? base : profiles.get(modelId);
    }

    /** The data policy for a model: that of the last adjustment that matches and has one, else the provider's. */
    DataPolicy dataPolicy(String modelId, DataPolicy ofProvider) {
        DataPolicy policy = ofProvider;
        for (int i = 0; i < patterns.size(); i++) {
            Optional<DataPolicy> own = adjustments.get(i).dataPolicy();
            if (own.isPresent() && patterns.get(i).matcher(modelId).matches()) {
                policy = own.get();
            }
        }
        return policy;
    }

    private WireProfile compute(String modelId) {
        WireProfile profile = base;
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matcher(modelId).matches()) {
                profile = overlay(profile, adjustments.get(i).changes());
            }
        }
        return profile;
    }

    private static WireProfile overlay(WireProfile below, WireProfile over) {
        Set<String> omit = new LinkedHashSet<>(below.omit());
        omit.addAll(over.omit());
        return new WireProfile(
                omit,
                overlay(below.rename(), over.rename()),
                overlay(below.defaults(), over.defaults()),
                overlay(below.roles(), over.roles()),
                overlay(below.options(), over.options()));
    }

    private static <V> Map<String, V> overlay(Map<String, V> below, Map<String, V> over) {
        Map<String, V> merged = new LinkedHashMap<>(below);
        merged.putAll(over);
        return merged;
    }

    @Override
    public String toString() {
        return "ModelProfiles[" + adjustments.size() + " adjustments]";
    }
}
