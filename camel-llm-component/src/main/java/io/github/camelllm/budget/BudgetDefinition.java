package io.github.camelllm.budget;

import io.github.camelllm.call.CallScope;
import io.github.camelllm.call.Fingerprint;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What may be spent by whom in what time.
 *
 * @param scope which attempts it is for, and whose account each falls into
 * @param limit for each account that has no limit of its own
 * @param limits of single accounts, by what the scope's {@code *} stands for: {@code acme}, or {@code team=a,user=b} if there
 *     are several
 * @param hard whether attempts that could exceed it are refused
 * @param whenExceeded what a soft budget does once it is spent
 * @param downgradeTo provider and model, or router, that is asked in place of the one meant
 * @param throttleTo attempts a minute that are let through
 * @param alerts percents of the limit that are announced when they are reached, ascending
 * @param alertTo endpoint that gets the announcements
 * @param unknownCost what a hard budget does with an attempt whose cost has no upper bound
 * @param exchangeRates what one unit of another currency is worth in the limit's
 * @param definedIn file or properties that it came from, for people
 */
public record BudgetDefinition(
        String name,
        CallScope scope,
        Money limit,
        Map<String, Money> limits,
        BudgetWindow window,
        boolean hard,
        WhenExceeded whenExceeded,
        Optional<String> downgradeTo,
        OptionalInt throttleTo,
        List<Integer> alerts,
        Optional<String> alertTo,
        UnknownCost unknownCost,
        Map<String, BigDecimal> exchangeRates,
        String definedIn) {
    /** What stores and the ledger keep of an account's name. */
    private static final int MOST_NAME_CHARS = 512;

    /** New in each process, so that nobody finds out by trying what a fingerprint stands for. */
    private static final String SALT = UUID.randomUUID().toString();

    public BudgetDefinition {
        limits = Map.copyOf(limits);
        alerts = List.copyOf(alerts);
        exchangeRates = Map.copyOf(exchangeRates);
    }

    /** What a soft budget does once it is spent. */
    public enum WhenExceeded {
        /** It announces it. */
        NOTIFY,
        /** Another model is asked. */
        DOWNGRADE,
        /** Attempts are slowed down. */
        THROTTLE
    }

    /** What a hard budget does with an attempt whose price or longest answer is unknown. */
    public enum UnknownCost {
        REFUSE,
        /** It is let through, and counted once its cost is known. */
        ALLOW
    }

    /** Percents of the limit that are announced if nothing is said: a soft budget that said nothing would have no effect. */
    static List<Integer> usualAlerts(boolean hard) {
        return hard ? List.of() : List.of(100);
    }

    /** What an account may spend. */
    public Money limitOf(String account) {
        if (limits.isEmpty()) {
            return limit;
        }
        Money own = limits.get(account);
        if (own == null && account.indexOf('=') == account.lastIndexOf('=')) {
            own = limits.get(account.substring(account.indexOf('=') + 1));
        }
        return own == null ? limit : own;
    }

    /**
     * Names an account among those of all budgets, in at most 512 characters. What is too long for that is there with its
     * beginning and the SHA-256 of the whole name.
     */
    public String accountName(String account) {
        return Fingerprint.within(
                account.isEmpty() ? name : name + "/" + account, MOST_NAME_CHARS, MOST_NAME_CHARS - Fingerprint.CHARS);
    }

    /** @throws CatalogException if its amounts are kept in another currency than its limit's */
    void checkKeptIn(String currency) {
        if (!currency.equals(limit.currency())) {
            throw new CatalogException(definedIn + ": budget '" + name + "' is kept in " + currency
                    + ", so its limit cannot be in " + limit.currency() + "; define one of another name for that");
        }
    }

    /** The definition in a line, for the audit: all of it that is not as usual. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(words(limit)).append(" per ").append(window.words());
        if (window instanceof BudgetWindow.Calendar calendar && !calendar.zone().equals(ZoneOffset.UTC)) {
            line.append(" in ").append(calendar.zone());
        }
        line.append(hard ? ", hard" : ", soft");
        if (!scope.dimensions().isEmpty()) {
            line.append(", scope ").append(scope.dimensions());
        }
        if (!limits.isEmpty()) {
            Map<String, String> own = new TreeMap<>();
            limits.forEach((account, most) -> own.put(account, words(most)));
            line.append(", own limits ").append(own);
        }
        downgradeTo.ifPresent(other -> line.append(", downgrade to ").append(withoutSecrets(other)));
        throttleTo.ifPresent(calls -> line.append(", throttle to ").append(calls));
        if (!alerts.equals(usualAlerts(hard))) {
            line.append(", alerts ").append(alerts);
        }
        alertTo.ifPresent(endpoint -> line.append(", alert to ").append(withoutSecrets(endpoint)));
        if (unknownCost != UnknownCost.REFUSE) {
            line.append(", unknown cost ").append(unknownCost.name().toLowerCase(Locale.ROOT));
        }
        if (!exchangeRates.isEmpty()) {
            line.append(", exchange rates ").append(new TreeMap<>(exchangeRates));
        }
        return line.toString();
    }

    private static String words(Money money) {
        return money.amount().toPlainString() + " " + money.currency();
    }

    /** There may be secrets in the options of an endpoint, or before an {@code @}: a fingerprint tells of their changes. */
    private static String withoutSecrets(String endpoint) {
        int scheme = endpoint.indexOf(':');
        int end = (scheme >= 0 && scheme < endpoint.indexOf('@') ? scheme : endpoint.indexOf('?')) + 1;
        return end == 0 ? endpoint : endpoint.substring(0, end) + "... (" + Fingerprint.of(SALT + endpoint) + ")";
    }
}
