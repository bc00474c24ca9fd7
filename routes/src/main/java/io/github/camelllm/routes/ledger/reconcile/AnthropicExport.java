package io.github.camelllm.routes.ledger.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Money;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Anthropic's {@code GET /v1/organizations/cost_report} (amounts in cents) and {@code /v1/organizations/usage_report/messages},
 * asked for in buckets of a day grouped by description or model, and the CSV files of its console (amounts in dollars).
 *
 * <p>Source: https://platform.claude.com/docs/en/api/admin/cost_report and .../usage_report/retrieve_messages
 */
final class AnthropicExport implements ExportFormat.Reading {
    private static final int CENTS = 2;

    @Override
    public void json(JsonPages pages, Consumer<ExportLine> lines) throws IOException {
        pages.forEach(bucket -> {
            LocalDate day = ExportValues.day(pages.required(bucket, "starting_at"), pages.where() + " starting_at");
            for (JsonNode result : bucket.path("results")) {
                lines.accept(line(pages, day, result));
            }
        });
    }

    private static ExportLine line(JsonPages pages, LocalDate day, JsonNode result) {
        Optional<String> model = JsonPages.text(result, "model");
        if (result.has("amount")) {
            return ExportLine.cost(
                    day,
                    model,
                    new Money(
                            pages.decimal(result, "amount").movePointLeft(CENTS),
                            ExportValues.currency(pages.required(result, "currency"), pages.where() + " currency")));
        }
        if (!result.has("uncached_input_tokens")) {
            throw new ExportException(
                    pages.where() + ": expected a result of the cost or usage report, with amount or tokens");
        }
        JsonNode written = result.path("cache_creation");
        long input = 0;
        for (OptionalLong part : new OptionalLong[] {
            pages.count(result, "uncached_input_tokens"),
            pages.count(result, "cache_read_input_tokens"),
            pages.count(written, "ephemeral_5m_input_tokens"),
            pages.count(written, "ephemeral_1h_input_tokens")
        }) {
            input = Math.addExact(input, part.orElse(0));
        }
        return ExportLine.usage(
                day,
                model,
                OptionalLong.of(input),
                pages.count(result, "output_tokens"),
                OptionalLong.empty(),
                Optional.empty());
    }

    @Override
    public void csv(CsvLines rows, CsvColumns columns, Consumer<ExportLine> lines) {
        while (rows.next()) {
            LocalDate day = ExportValues.day(rows.required("usage_date_utc"), rows.where("usage_date_utc"));
            if (rows.has("cost_usd")) {
                rows.decimal("cost_usd")
                        .ifPresent(
                                cost -> lines.accept(ExportLine.cost(day, rows.text("model"), new Money(cost, "USD"))));
            } else if (rows.has("usage_output_tokens")) {
                lines.accept(ExportLine.usage(
                        day,
                        rows.first("model_version", "model"),
                        rows.sum(
                                "usage_input_tokens_no_cache",
                                "usage_input_tokens_cache_write_5m",
                                "usage_input_tokens_cache_write_1h",
                                "usage_input_tokens_cache_read"),
                        rows.count("usage_output_tokens"),
                        OptionalLong.empty(),
                        Optional.empty()));
            } else {
                throw new ExportException(
                        "format anthropic: expected a CSV with a column cost_usd or usage_output_tokens");
            }
        }
    }
}
