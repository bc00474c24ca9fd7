package io.github.camelllm.budget;

import io.github.camelllm.budget.BudgetDefinition.UnknownCost;
import io.github.camelllm.budget.BudgetDefinition.WhenExceeded;
import io.github.camelllm.call.CallScope;
import io.github.camelllm.call.CallScopeReader;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the tree of one definition into a {@link BudgetDefinition}, refusing what is wrong with its place. */
final class BudgetReader {
    static final Set<String> KEYS = Set.of(
            "id",
            "scope",
            "limit",
            "limits",
            "window",
            "timeZone",
            "enforcement",
            "whenExceeded",
            "downgradeTo",
            "throttleTo",
            "alerts",
            "alertTo",
            "unknownCost",
            "exchangeRates");

    private static final String WINDOWS =
            "call, session, minute, hour, day, week, month, year, total, or rolling and a time such as rolling 24h";
    private static final String AMOUNT = "an amount such as 500 USD";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern MONEY = Pattern.compile("(\\d{1,10}(?:\\.\\d{1,9})?)(?:\\s+([A-Z]{3}))?");
    private static final Pattern RATE = Pattern.compile("\\d{1,9}(\\.\\d{1,12})?");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,4})\\s*%?");
    private static final String ROLLING = "rolling ";
    private static final Duration LONGEST_ROLLING = Duration.ofDays(366);
    private static final Duration SHORTEST_ROLLING = Duration.ofSeconds(1);
    private static final Duration SESSION_IDLE = Duration.ofDays(1);

    private final ConfigSection root;
    private final String definedIn;

    private BudgetReader(ConfigNode tree, String definedIn) {
        this.root = new ConfigSection("", "a budget", tree, KEYS);
        this.definedIn = definedIn;
    }

    /** @throws CatalogException if something is missing or wrong; the message says where and what was expected */
    static BudgetDefinition read(ConfigNode tree, String definedIn) {
        return new BudgetReader(tree, definedIn).definition();
    }

    private enum Enforcement {
        HARD,
        SOFT
    }

    private BudgetDefinition definition() {
        String name = root.required("id", "the budget's name");
        if (!NAME.matcher(name).matches()) {
            throw new CatalogException(root.where()
                    + ": a budget's name must be letters, digits and . _ -, a letter or digit first, 64 at most, but is '"
                    + name + "'");
        }
        Money limit = money("limit", root.required("limit", AMOUNT), Optional.empty());
        CallScope scope = root.node("scope")
                .map(node -> CallScopeReader.read("scope", node))
                .orElse(CallScope.ALL);
        if (scope.dimensions().containsKey(CallScope.PROVIDER_KEY)) {
            throw wrong("scope", "without " + CallScope.PROVIDER_KEY + ", which limits have only");
        }
        BudgetWindow window = window(root.required("window", WINDOWS));
        if (window instanceof BudgetWindow.Total total
                && total.idle().isPresent()
                && !scope.dimensions().containsKey("session")) {
            Map<String, Set<String>> dimensions = new LinkedHashMap<>(scope.dimensions());
            dimensions.put("session", Set.of());
            scope = new CallScope(dimensions);
        }
        boolean hard = root.oneOf("enforcement", Enforcement.class).orElse(Enforcement.HARD) == Enforcement.HARD;
        WhenExceeded whenExceeded =
                root.oneOf("whenExceeded", WhenExceeded.class).orElse(WhenExceeded.NOTIFY);
        if (hard && root.node("whenExceeded").isPresent()) {
            throw wrong(
                    "whenExceeded", "only there with enforcement: soft, since a hard budget refuses what exceeds it");
        }
        Optional<String> downgradeTo = root.text("downgradeTo");
        if (downgradeTo.isPresent() != (whenExceeded == WhenExceeded.DOWNGRADE)) {
            throw wrong("downgradeTo", "there if, and only if, whenExceeded is downgrade");
        }
        if (downgradeTo.isPresent() && downgradeTo.get().indexOf('/') <= 0) {
            throw wrong("downgradeTo", "a provider and a model, such as openai/gpt-5-nano, or router/NAME");
        }
        OptionalLong throttleTo = root.number("throttleTo", 1, 1_000_000);
        if (throttleTo.isPresent() != (whenExceeded == WhenExceeded.THROTTLE)) {
            throw wrong("throttleTo", "there if, and only if, whenExceeded is throttle: attempts a minute");
        }
        if (window instanceof BudgetWindow.Call && !hard) {
            throw wrong("window", "another one than call for a soft budget");
        }
        return new BudgetDefinition(
                name,
                scope,
                limit,
                limits(limit.currency()),
                window,
                hard,
                whenExceeded,
                downgradeTo,
                throttleTo.isPresent() ? OptionalInt.of((int) throttleTo.getAsLong()) : OptionalInt.empty(),
                root.node("alerts").isPresent() ? alerts() : BudgetDefinition.usualAlerts(hard),
                root.text("alertTo"),
                root.oneOf("unknownCost", UnknownCost.class).orElse(UnknownCost.REFUSE),
                exchangeRates(limit.currency()),
                definedIn);
    }

    private Map<String, Money> limits(String currency) {
        Map<String, Money> limits = new TreeMap<>();
        root.mapOfAny("limits")
                .forEach((account, amount) ->
                        limits.put(account, money("limits." + account, amount, Optional.of(currency))));
        return limits;
    }

    /** @param expected currency that it must have; empty if any will do, and dollars are meant if none is named */
    private Money money(String key, String text, Optional<String> expected) {
        Matcher amount = MONEY.matcher(text.trim());
        if (!amount.matches()) {
            throw wrong(key, AMOUNT + " but is '" + text + "'");
        }
        BigDecimal value = new BigDecimal(amount.group(1));
        String currency = amount.group(2) == null ? expected.orElse("USD") : amount.group(2);
        if (expected.isPresent() && !expected.get().equals(currency)) {
            throw wrong(key, "in " + expected.get() + " as the limit is, but is in " + currency);
        }
        if (value.compareTo(Amounts.MOST) > 0) {
            throw wrong(key, "at most " + Amounts.MOST.toPlainString() + " but is '" + text + "'");
        }
        return new Money(value, currency);
    }

    private BudgetWindow window(String text) {
        ZoneId zone = root.text("timeZone").map(this::zone).orElse(ZoneOffset.UTC);
        String word = text.trim().toLowerCase(Locale.ROOT);
        for (BudgetWindow.Calendar.Unit unit : BudgetWindow.Calendar.Unit.values()) {
            if (word.equals(unit.name().toLowerCase(Locale.ROOT))) {
                return new BudgetWindow.Calendar(unit, zone);
            }
        }
        if (root.node("timeZone").isPresent()) {
            throw wrong("timeZone", "only there with a window of the calendar, such as month");
        }
        if (word.startsWith(ROLLING)) {
            return Durations.parse(word.substring(ROLLING.length()), LONGEST_ROLLING)
                    .filter(length -> length.compareTo(SHORTEST_ROLLING) >= 0 && length.getNano() == 0)
                    .<BudgetWindow>map(BudgetWindow.Rolling::new)
                    .orElseThrow(() ->
                            wrong("window", "rolling and a time of whole seconds up to 366d but is '" + text + "'"));
        }
        switch (word) {
            case "call":
                return new BudgetWindow.Call();
            case "session":
                return new BudgetWindow.Total(Optional.of(SESSION_IDLE));
            case "total":
                return new BudgetWindow.Total(Optional.empty());
            default:
                throw wrong("window", WINDOWS + " but is '" + text + "'");
        }
    }

    private ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw wrong("timeZone", "a time zone such as Europe/Copenhagen but is '" + text + "'");
        }
    }

    private List<Integer> alerts() {
        List<Integer> percents = new ArrayList<>();
        for (String text : root.list("alerts")) {
            Matcher percent = PERCENT.matcher(text);
            if (!percent.matches() || Integer.parseInt(percent.group(1)) == 0) {
                throw wrong("alerts", "percents such as [50, 80, 100] but holds '" + text + "'");
            }
            percents.add(Integer.parseInt(percent.group(1)));
        }
        Collections.sort(percents);
        return percents;
    }

    private Map<String, BigDecimal> exchangeRates(String currency) {
        Map<String, BigDecimal> rates = new LinkedHashMap<>();
        root.mapOfAny("exchangeRates").forEach((from, rate) -> {
            if (!from.matches("[A-Z]{3}")
                    || from.equals(currency)
                    || !RATE.matcher(rate).matches()) {
                throw wrong(
                        "exchangeRates." + from,
                        "what one unit of another currency is worth in " + currency + ", such as CNY: 0.14");
            }
            rates.put(from, new BigDecimal(rate));
        });
        return rates;
    }

    private CatalogException wrong(String key, String expected) {
        String top = key.indexOf('.') < 0 ? key : key.substring(0, key.indexOf('.'));
        String where = root.node(top).map(ConfigNode::where).orElse(root.where());
        return new CatalogException(where + ": '" + key + "' must be " + expected);
    }
}
