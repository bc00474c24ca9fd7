package io.github.camelllm.limit;

import io.github.camelllm.call.CallScope;
import io.github.camelllm.call.CallScopeReader;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.limit.LimitDefinition.Reserve;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Turns the tree of one definition into a {@link LimitDefinition}, refusing what is wrong with its place. */
final class LimitReader {
    private static final Set<String> OTHER_KEYS = Set.of(
            "id",
            "scope",
            "maxConcurrent",
            "fromProvider",
            "wait",
            "maxWaiting",
            "learn",
            "pace",
            "reserveOutput",
            "timeZone");
    static final Set<String> KEYS = keys();

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final long MOST = 1_000_000_000L;
    private static final int MOST_WAITING = 100_000;

    private LimitReader() {}

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>(OTHER_KEYS);
        possible().forEach(rate -> keys.add(rate.key()));
        return Set.copyOf(keys);
    }

    /** One rate for each key, with an amount that says nothing. */
    private static List<Rate> possible() {
        List<Rate> rates = new ArrayList<>();
        for (Rate.Period period : Rate.Period.values()) {
            for (LimitUnit unit : LimitUnit.values()) {
                rates.add(new Rate(unit, 1, period));
            }
        }
        return rates;
    }

    /** @throws CatalogException if something is missing or wrong; the message says where and what was expected */
    static LimitDefinition read(ConfigNode tree, String definedIn) {
        ConfigSection root = new ConfigSection("", "a limit", tree, KEYS);
        String name = root.required("id", "the limit's name");
        if (!NAME.matcher(name).matches()) {
            throw new CatalogException(root.where()
                    + ": a limit's name must be letters, digits and . _ -, a letter or digit first, 128 at most, but is '"
                    + name + "'");
        }
        CallScope scope = root.node("scope")
                .map(node -> CallScopeReader.read("scope", node))
                .orElse(CallScope.ALL);
        List<Rate> rates = new ArrayList<>();
        for (Rate possible : possible()) {
            root.number(possible.key(), 1, MOST)
                    .ifPresent(amount -> rates.add(new Rate(possible.unit(), amount, possible.period())));
        }
        OptionalLong maxConcurrent = root.number("maxConcurrent", 1, MOST);
        boolean fromProvider = root.flag("fromProvider");
        boolean learn = root.node("learn").isEmpty() || root.flag("learn");
        if (fromProvider && !scope.dimensions().containsKey("provider")) {
            throw new CatalogException(root.where() + ": 'fromProvider' needs a provider in 'scope', such as"
                    + " {provider: mistral} or {provider: \"*\"}");
        }
        if (rates.isEmpty()
                && maxConcurrent.isEmpty()
                && !fromProvider
                && root.node("learn").isEmpty()) {
            throw new CatalogException(
                    root.where() + ": the limit '" + name + "' limits nothing; expected a number such as"
                            + " requestsPerMinute, tokensPerMinute or maxConcurrent");
        }
        return new LimitDefinition(
                name,
                scope,
                rates,
                maxConcurrent,
                fromProvider,
                duration(root),
                (int) root.number("maxWaiting", 0, MOST_WAITING).orElse(LimitDefinition.DEFAULT_MAX_WAITING),
                learn,
                root.oneOf("pace", Pace.class).orElse(Pace.EVEN),
                root.oneOf("reserveOutput", Reserve.class).orElse(Reserve.EXPECTED),
                zone(root),
                definedIn);
    }

    private static Duration duration(ConfigSection root) {
        Optional<String> text = root.text("wait");
        if (text.isEmpty()) {
            return LimitDefinition.DEFAULT_WAIT;
        }
        if (text.get().matches("0+(ms|s|m|h)?")) {
            return Duration.ZERO;
        }
        return Durations.parse(text.get())
                .orElseThrow(() -> new CatalogException(at(root, "wait") + ": 'wait' must be 0 or " + Durations.EXPECTED
                        + " but is '" + text.get() + "'"));
    }

    private static ZoneId zone(ConfigSection root) {
        Optional<String> text = root.text("timeZone");
        if (text.isEmpty()) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(text.get());
        } catch (DateTimeException e) {
            throw new CatalogException(
                    at(root, "timeZone")
                            + ": 'timeZone' must be a time zone such as UTC or America/Los_Angeles but is '"
                            + text.get() + "'",
                    e);
        }
    }

    private static String at(ConfigSection section, String key) {
        return section.node(key).map(ConfigNode::where).orElse(section.where());
    }
}
