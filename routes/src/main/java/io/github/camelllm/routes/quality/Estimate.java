package io.github.camelllm.routes.quality;

import java.util.Optional;

/**
 * A mean of scores with its interval of 95 % confidence, both from 0 to 1.
 *
 * <p>Scores that are all 0 or 1 have Wilson's interval (E. B. Wilson 1927, without correction for continuity): 8 of 10 gives 0.8,
 * from 0.490 to 0.943. Others have Student's: mean ± t·s/√n, cut at 0 and 1.
 *
 * @param interval empty if there is one score only that is neither 0 nor 1
 */
public record Estimate(long scores, double mean, Optional<Interval> interval) {
    /** Where the true mean is in 95 of 100 cases. */
    public record Interval(double low, double high) {}

    /** Quantile of the normal distribution at 0.975. */
    private static final double Z = 1.959963984540054;

    /** Both tails together. */
    private static final double TAILS = 0.05;

    /**
     * @param scores at least 1
     * @param yesOrNo how many of them are 0 or 1
     * @param yes how many are 1
     * @param sum of all, in ten-thousandths
     * @param squares sum of the squares of ten-thousandths
     */
    static Estimate of(long scores, long yesOrNo, long yes, long sum, long squares) {
        if (scores < 1) {
            throw new IllegalArgumentException("there is no mean of " + scores + " scores");
        }
        double mean = (double) sum / scores / Judgement.BEST;
        if (yesOrNo == scores) {
            return new Estimate(scores, mean, Optional.of(wilson(scores, yes)));
        }
        if (scores == 1) {
            return new Estimate(scores, mean, Optional.empty());
        }
        double best = (double) Judgement.BEST * Judgement.BEST;
        double variance = Math.max(0, (squares / best - scores * mean * mean) / (scores - 1));
        double half = t(scores - 1) * Math.sqrt(variance / scores);
        return new Estimate(
                scores, mean, Optional.of(new Interval(Math.max(0, mean - half), Math.min(1, mean + half))));
    }

    private static Interval wilson(long scores, long yes) {
        double n = scores;
        double share = yes / n;
        double middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
        return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
    }

    /**
     * Student's t at 0.975. Hill's approximation: G. W. Hill, Algorithm 396, Communications of the ACM 13 (1970), 619; to six
     * digits from three degrees of freedom on, exact below.
     */
    static double t(long degrees) {
        double n = degrees;
        if (degrees == 1) {
            return 1 / Math.tan(TAILS * Math.PI / 2);
        }
        if (degrees == 2) {
            return Math.sqrt(2 / (TAILS * (2 - TAILS)) - 2);
        }
        double a = 1 / (n - 0.5);
        double b = 48 / (a * a);
        double c = ((20_700 * a / b - 98) * a - 16) * a + 96.36;
        double d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt(a * Math.PI / 2) * n;
        double x = d * TAILS;
        double y = Math.pow(x, 2 / n);
        if (y > 0.05 + a) {
            x = -Z;
            y = x * x;
            if (degrees < 5) {
                c += 0.3 * (n - 4.5) * (x + 0.6);
            }
            c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
            y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
            y = a * y * y;
            y = y > 0.002 ? Math.expm1(y) : 0.5 * y * y + y;
        } else {
            y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1)
                            * (n + 1)
                            / (n + 2)
                    + 1 / y;
        }
        return Math.sqrt(n * y);
    }
}
