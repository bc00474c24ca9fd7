package io.github.camelllm.wire;

/**
 * Where a request goes: what a codec needs to know to encode it and to name things in errors.
 *
 * @param provider id of the provider, such as {@code groq}
 * @param model the model asked
 * @param profile how the provider differs from its dialect
 * @param unsupported what to do with options that it lacks
 */
public record WireTarget(String provider, String model, WireProfile profile, Unsupported unsupported) {
    public static WireTarget of(String provider, String model) {
        return new WireTarget(provider, model, WireProfile.PLAIN, Unsupported.DEFAULT);
    }

    public WireTarget withProfile(WireProfile other) {
        return new WireTarget(provider, model, other, unsupported);
    }

    public WireTarget withUnsupported(Unsupported other) {
        return new WireTarget(provider, model, profile, other);
    }
}
