package io.github.camelllm.catalog;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a provider says it does with API data. A statement of policy at a date, no promise: your contract decides, and you
 * can override each value. Unknown never satisfies a rule.
 *
 * @param trainsOnApiData whether requests may be used to train models
 * @param retentionDays days that requests may be kept by default, 0 for not at all; empty if unknown
 * @param zeroRetention how one gets a promise that nothing is kept
 * @param regions everywhere a request to this base URL may be processed, such as {@code eu}, {@code us}, {@code cn};
 *     {@code local} for your own machines, {@code configured} for a region chosen with the account or resource,
 *     {@code upstream} for wherever a gateway sends it, {@code global} for anywhere. A rule such as "EU only" holds only if
 *     all of them satisfy it. Empty if unknown
 * @param asOf when the statement was read
 * @param source where it was read
 */
public record DataPolicy(
        Training trainsOnApiData,
        OptionalInt retentionDays,
        ZeroRetention zeroRetention,
        List<String> regions,
        Optional<LocalDate> asOf,
        Optional<String> source) {
    /** Nothing is known. */
    public static final DataPolicy UNKNOWN = new DataPolicy(
            Training.UNKNOWN,
            OptionalInt.empty(),
            ZeroRetention.UNKNOWN,
            List.of(),
            Optional.empty(),
            Optional.empty());

    public DataPolicy {
        regions = List.copyOf(regions);
    }

    /** Whether API data trains models. */
    public enum Training {
        /** No. */
        NO,
        /** Yes. */
        YES,
        /** Yes, unless one opts out. */
        OPT_OUT,
        /** No, unless one opts in. */
        OPT_IN,
        UNKNOWN
    }

    /** How one gets zero retention. */
    public enum ZeroRetention {
        /** It is the default. */
        DEFAULT,
        /** By a switch of one's own. */
        SELF_SERVICE,
        /** On request. */
        APPROVAL,
        /** Not at all. */
        NONE,
        UNKNOWN
    }
}
