package io.github.camelllm.routes.ledger;

import io.github.camelllm.catalog.Cost;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an attempt cost by the price book, and which prices that was computed with.
 *
 * @param assumptions names of {@link Cost.Assumption}, sorted, with commas between them
 */
record BookedCost(
        Amount amount, String priceBook, String priceModel, Optional<LocalDate> priceDate, String assumptions) {
    static Optional<BookedCost> of(Cost cost) {
        return Amount.of(cost.total())
                .map(amount -> new BookedCost(
                        amount,
                        cost.priceBookVersion(),
                        cost.priceModel(),
                        cost.priceDate(),
                        cost.assumptions().isEmpty()
                                ? ""
                                : cost.assumptions().stream()
                                        .map(Enum::name)
                                        .sorted()
                                        .collect(Collectors.joining(","))));
    }
}
