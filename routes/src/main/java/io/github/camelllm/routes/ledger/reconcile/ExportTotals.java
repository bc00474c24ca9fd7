package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums of an export's lines by day and model. Not thread-safe. */
final class ExportTotals {
    /** Models of a year are some thousands; more than this is no sum but a list of calls. */
    private static final int MOST = 200_000;

    /** Stands for lines that are about no model. */
    static final String NO_MODEL = "";

    /** Sums of one day and model; costs stay exact until they are compared. */
    static final class Sum {
        private final SortedMap<String, BigDecimal> costs = new TreeMap<>();
        private OptionalLong inputTokens = OptionalLong.empty();
        private OptionalLong outputTokens = OptionalLong.empty();
        private OptionalLong requests = OptionalLong.empty();

        void add(ExportLine line) {
            line.cost().ifPresent(cost -> costs.merge(cost.currency(), cost.amount(), BigDecimal::add));
            inputTokens = plus(inputTokens, line.inputTokens());
            outputTokens = plus(outputTokens, line.outputTokens());
            requests = plus(requests, line.requests());
        }

        void add(Sum other) {
            other.costs.forEach((currency, cost) -> costs.merge(currency, cost, BigDecimal::add));
            inputTokens = plus(inputTokens, other.inputTokens);
            outputTokens = plus(outputTokens, other.outputTokens);
            requests = plus(requests, other.requests);
        }

        private static OptionalLong plus(OptionalLong sum, OptionalLong more) {
            return more.isEmpty() ? sum : OptionalLong.of(Math.addExact(sum.orElse(0), more.getAsLong()));
        }

        /** Billionths by currency, each rounded once. */
        SortedMap<String, Long> nanos() {
            SortedMap<String, Long> nanos = new TreeMap<>();
            costs.forEach((currency, cost) -> nanos.put(currency, new Money(cost, currency).nanos()));
            return nanos;
        }

        OptionalLong inputTokens() {
            return inputTokens;
        }

        OptionalLong outputTokens() {
            return outputTokens;
        }

        OptionalLong requests() {
            return requests;
        }
    }

    private final SortedMap<LocalDate, SortedMap<String, Sum>> days = new TreeMap<>();
    private int sums;
    private boolean costs;

    void add(ExportLine line) {
        costs |= line.cost().isPresent();
        days.computeIfAbsent(line.day(), day -> new TreeMap<>())
                .computeIfAbsent(line.model().orElse(NO_MODEL), model -> {
                    if (++sums > MOST) {
                        throw new ExportException("the export has more than " + MOST + " days and models");
                    }
                    return new Sum();
                })
                .add(line);
    }

    boolean isEmpty() {
        return days.isEmpty();
    }

    LocalDate first() {
        return days.firstKey();
    }

    LocalDate last() {
        return days.lastKey();
    }

    /** Whether any line says a cost. */
    boolean hasCosts() {
        return costs;
    }

    /** By the provider's name of the model. */
    Map<String, Sum> of(LocalDate day) {
        return days.getOrDefault(day, new TreeMap<>());
    }
}
