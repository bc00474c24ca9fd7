package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.chat.Money;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One line of a provider's export, whatever its format.
 *
 * @param day in UTC, as providers bill
 * @param model as the provider names it; empty if the line is not about one model
 * @param attemptId our id of the attempt that it is about
 * @param requestId the provider's id of the request that it is about
 * @param inputTokens cached ones included; empty if the line does not count them
 * @param requests empty if the line does not count them
 * @param cost exact; empty if the line says none
 */
public record ExportLine(
        LocalDate day,
        Optional<String> model,
        Optional<UUID> attemptId,
        Optional<String> requestId,
        OptionalLong inputTokens,
        OptionalLong outputTokens,
        OptionalLong requests,
        Optional<Money> cost) {

    static ExportLine cost(LocalDate day, Optional<String> model, Money cost) {
        return new ExportLine(
                day,
                model,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.of(cost));
    }

    static ExportLine usage(
            LocalDate day,
            Optional<String> model,
            OptionalLong inputTokens,
            OptionalLong outputTokens,
            OptionalLong requests,
            Optional<Money> cost) {
        return new ExportLine(
                day, model, Optional.empty(), Optional.empty(), inputTokens, outputTokens, requests, cost);
    }

    /** Whether it is about a single attempt. */
    boolean isOfOneAttempt() {
        return attemptId.isPresent() || requestId.isPresent();
    }
}
