package io.github.camelllm.routes.ledger.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Amounts for people to read. Exact. */
public final class Decimals {
    private Decimals() {}

    /** @return in whole units of the currency, without needless zeros */
    public static BigDecimal of(long nanos) {
        BigDecimal amount = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
        return amount.scale() < 0 ? amount.setScale(0) : amount;
    }

    /** Such as {@code 12.5 EUR, 830.21 USD}; amounts of nothing are left out. */
    public static String text(SortedMap<String, Long> nanosByCurrency) {
        return nanosByCurrency.entrySet().stream()
                .filter(amount -> amount.getValue() != 0)
                .map(amount -> of(amount.getValue()).toPlainString() + " " + amount.getKey())
                .collect(Collectors.joining(", "));
    }

    /**
     * Amounts rounded so that they sum to their rounded sum: each is cut off, and what is then missing goes to those that lost
     * most, one unit each; of equals to the earlier. So an amount is off by less than one unit of its last place.
     *
     * @param places at most 9
     */
    static List<BigDecimal> rounded(List<Long> nanos, int places) {
        BigInteger unit = BigInteger.TEN.pow(9 - places);
        BigInteger whole = new BigDecimal(sum(nanos))
                .divide(new BigDecimal(unit), 0, RoundingMode.HALF_EVEN)
                .toBigIntegerExact();
        return shares(nanos, BigInteger.ONE, unit, whole, places);
    }

    /** The percentages of their sum, rounded likewise, so that they sum to 100; all are 0 if the sum is. */
    static List<BigDecimal> percents(List<Long> nanos, int places) {
        BigInteger sum = sum(nanos);
        BigInteger whole = BigInteger.valueOf(100).multiply(BigInteger.TEN.pow(places));
        if (sum.signum() == 0) {
            return nanos.stream().map(none -> BigDecimal.ZERO.setScale(places)).toList();
        }
        return sum.signum() > 0
                ? shares(nanos, whole, sum, whole, places)
                : shares(nanos, whole.negate(), sum.negate(), whole, places);
    }

    private static BigInteger sum(List<Long> nanos) {
        return nanos.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** Each part · numerator / denominator, in units of the last place, so that they sum to the whole. */
    private static List<BigDecimal> shares(
            List<Long> parts, BigInteger numerator, BigInteger denominator, BigInteger whole, int places) {
        List<BigInteger> shares = new ArrayList<>();
        List<BigInteger> rests = new ArrayList<>();
        BigInteger missing = whole;
        for (long part : parts) {
            BigInteger product = BigInteger.valueOf(part).multiply(numerator);
            BigInteger rest = product.mod(denominator);
            BigInteger floor = product.subtract(rest).divide(denominator);
            shares.add(floor);
            rests.add(rest);
            missing = missing.subtract(floor);
        }
        IntStream.range(0, parts.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> rests.get(i)).reversed())
                .limit(missing.intValueExact())
                .forEach(i -> shares.set(i, shares.get(i).add(BigInteger.ONE)));
        return shares.stream().map(share -> new BigDecimal(share, places)).toList();
    }
}
