package io.github.camelllm.routes.ledger.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * OpenAI's {@code GET /v1/organization/costs} and {@code /v1/organization/usage/…}, asked for in buckets of a day with
 * {@code group_by} line item or model, and the CSV that its dashboard exports with the same fields.
 *
 * <p>Source: https://platform.openai.com/docs/api-reference/usage
 */
final class OpenAiExport implements ExportFormat.Reading {
    private static final long DAY_SECONDS = 86_400;

    @Override
    public void json(JsonPages pages, Consumer<ExportLine> lines) throws IOException {
        pages.forEach(bucket -> {
            long start = ExportValues.count(pages.decimal(bucket, "start_time"), pages.where() + " start_time");
            long end = ExportValues.count(pages.decimal(bucket, "end_time"), pages.where() + " end_time");
            if (Math.floorDiv(start, DAY_SECONDS) != Math.floorDiv(end - 1, DAY_SECONDS)) {
                throw new ExportException(pages.where() + ": expected a bucket within one day of UTC, but it is from "
                        + start + " to " + end + ": ask for bucket_width=1d");
            }
            LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(start, DAY_SECONDS));
            for (JsonNode result : bucket.path("results")) {
                lines.accept(line(pages, day, result));
            }
        });
    }

    private static ExportLine line(JsonPages pages, LocalDate day, JsonNode result) {
        if (result.has("amount")) {
            JsonNode amount = result.get("amount");
            return ExportLine.cost(
                    day,
                    model(JsonPages.text(result, "line_item")),
                    new Money(
                            pages.decimal(amount, "value"),
                            ExportValues.currency(pages.required(amount, "currency"), pages.where() + " currency")));
        }
        if (!result.has("num_model_requests")) {
            throw new ExportException(pages.where() + ": expected a result of costs or usage but came "
                    + JsonPages.text(result, "object").orElse("something else"));
        }
        return ExportLine.usage(
                day,
                JsonPages.text(result, "model"),
                pages.count(result, "input_tokens"),
                pages.count(result, "output_tokens"),
                pages.count(result, "num_model_requests"),
                Optional.empty());
    }

    /** Line items of models are {@code gpt-5-mini-2025-08-07, input}; others are about no model. */
    private static Optional<String> model(Optional<String> lineItem) {
        return lineItem.filter(item -> item.indexOf(", ") > 0).map(item -> item.substring(0, item.indexOf(", ")));
    }

    @Override
    public void csv(CsvLines rows, CsvColumns columns, Consumer<ExportLine> lines) {
        while (rows.next()) {
            LocalDate day = ExportValues.day(rows.required("start_time"), rows.where("start_time"));
            if (rows.has("amount_value")) {
                Optional<BigDecimal> amount = rows.decimal("amount_value");
                // Days without any cost have a line without an amount
                amount.ifPresent(value -> lines.accept(ExportLine.cost(
                        day,
                        model(rows.text("line_item")),
                        new Money(
                                value,
                                ExportValues.currency(
                                        rows.required("amount_currency"), rows.where("amount_currency"))))));
            } else if (rows.has("num_model_requests")) {
                OptionalLong requests = rows.count("num_model_requests");
                if (requests.isPresent()) {
                    lines.accept(ExportLine.usage(
                            day,
                            rows.text("model"),
                            rows.count("input_tokens"),
                            rows.count("output_tokens"),
                            requests,
                            Optional.empty()));
                }
            } else {
                throw new ExportException(
                        "format openai: expected a CSV with a column amount_value or num_model_requests");
            }
        }
    }
}
