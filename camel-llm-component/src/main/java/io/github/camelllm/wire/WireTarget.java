package io.github.camelllm.wire;

/**
 * Where a request goes: what a codec needs to know to encode it and to name things in errors.
 *
 * @param provider id of the provider, such as {@code groq}
 * @param model the model asked
 * @param profile how the provider differs from its dialect
 * @param unsupported what to do with options that it lacks
 * @param ownDialect whether the request was written in the target's dialect by a client, who may then be told by the
 *     provider itself what it does not take together; a request that is translated has to be made fit
 */
public record WireTarget(
        String provider, String model, WireProfile profile, Unsupported unsupported, boolean ownDialect) {
    /** Where translated requests go. */
    public WireTarget(String provider, String model, WireProfile profile, Unsupported unsupported) {
        this(provider, model, profile, unsupported, false);
    }

    public static WireTarget of(String provider, String model) {
        return new WireTarget(provider, model, WireProfile.PLAIN, Unsupported.DEFAULT);
    }

    public WireTarget withProfile(WireProfile other) {
        return new WireTarget(provider, model, other, unsupported, ownDialect);
    }

    public WireTarget withUnsupported(Unsupported other) {
        return new WireTarget(provider, model, profile, other, ownDialect);
    }

    public WireTarget withOwnDialect(boolean own) {
        return new WireTarget(provider, model, profile, unsupported, own);
    }
}
