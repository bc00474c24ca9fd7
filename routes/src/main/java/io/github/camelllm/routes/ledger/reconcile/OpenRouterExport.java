package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.chat.Money;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * OpenRouter's {@code GET /api/v1/activity}, by day and model, and the CSV of its activity page, by request. Costs are the
 * credits that OpenRouter takes; what a key of one's own is charged elsewhere is not in them.
 *
 * <p>Source: https://openrouter.ai/docs/api-reference/analytics/get-activity
 */
final class OpenRouterExport implements ExportFormat.Reading {
    private static final String CURRENCY = "USD";

    @Override
    public void json(JsonPages pages, Consumer<ExportLine> lines) throws IOException {
        pages.forEach(item -> lines.accept(ExportLine.usage(
                ExportValues.day(pages.required(item, "date"), pages.where() + " date"),
                Optional.of(JsonPages.text(item, "model").orElseGet(() -> pages.required(item, "model_permaslug"))),
                pages.count(item, "prompt_tokens"),
                pages.count(item, "completion_tokens"),
                pages.count(item, "requests"),
                Optional.of(new Money(pages.decimal(item, "usage"), CURRENCY)))));
    }

    @Override
    public void csv(CsvLines rows, CsvColumns columns, Consumer<ExportLine> lines) {
        while (rows.next()) {
            lines.accept(new ExportLine(
                    ExportValues.day(rows.required("created_at"), rows.where("created_at")),
                    rows.first("model_permaslug", "model"),
                    Optional.empty(),
                    Optional.of(rows.required("generation_id")),
                    rows.count("tokens_prompt"),
                    rows.count("tokens_completion"),
                    OptionalLong.of(1),
                    rows.decimal("cost_total").map(cost -> new Money(cost, CURRENCY))));
        }
    }
}
