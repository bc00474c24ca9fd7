package io.github.camelllm.tokens;

/**
 * Tokens of a text or a request, counted on this machine.
 *
 * @param tokens number of tokens, not negative. An estimate rounds each text up to a whole token
 * @param exact whether the provider will count the same; false for every estimate
 * @param method how it was counted: the name of an encoding, such as {@code o200k_base}, if it is exact, else
 *     {@code estimate:} and the encoding or model family that it was estimated by, such as {@code estimate:claude}
 */
public record TokenCount(long tokens, boolean exact, String method) {
    /** Share that {@link #upperBound()} adds to an estimate, in percent. */
    private static final int MARGIN_PERCENT = 10;

    public TokenCount {
        if (tokens < 0) {
            throw new IllegalArgumentException("tokens must not be negative, was " + tokens);
        }
    }

    static TokenCount exact(long tokens, String encoding) {
        return new TokenCount(tokens, true, encoding);
    }

    static TokenCount estimate(long tokens, String basis) {
        return new TokenCount(tokens, false, "estimate:" + basis);
    }

    /**
     * The count to hold against limits and budgets: an exact count as it is, an estimate 10 % larger, rounded up. An
     * estimate can be further off than that; for expected cost take {@link #tokens()}.
     */
    public long upperBound() {
        return exact
                ? tokens
                : Math.addExact(tokens, (tokens / 100) * MARGIN_PERCENT + ((tokens % 100) * MARGIN_PERCENT + 99) / 100);
    }

    /** The sum; exact only if both are. */
    public TokenCount plus(TokenCount other) {
        return new TokenCount(Math.addExact(tokens, other.tokens), exact && other.exact, exact ? other.method : method);
    }
}
