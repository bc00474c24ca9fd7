package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cost and usage reports of AWS, with the column names of the first version ({@code lineItem/UsageType}) or the second
 * ({@code line_item_usage_type}). Only usage and discounts of Bedrock's models are read: taxes, credits and refunds are about
 * the account. A model is named as its usage type does, such as {@code Claude4.5Sonnet}.
 *
 * <p>Source: https://docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-understanding-cur-data.html
 */
final class AwsExport implements ExportFormat.Reading {
    /** {@code USE1-Claude4.5Sonnet-cache-read-input-token-count}, {@code USW2-Nova2.0Lite-output-tokens-flex}. */
    private static final Pattern TOKENS = Pattern.compile(
            "(?:[A-Z]{2,4}\\d-)?(?<model>.+?)(?:-mantle)?-(?:cache-(?:read|write)-)?(?<side>input|output)-token(?:s|-count).*",
            Pattern.CASE_INSENSITIVE);

    @Override
    public void json(JsonPages pages, Consumer<ExportLine> lines) {
        throw new ExportException("format aws: expected CSV but the export is JSON");
    }

    @Override
    public void csv(CsvLines rows, CsvColumns columns, Consumer<ExportLine> lines) {
        while (rows.next()) {
            boolean second = !rows.has("lineItem/UsageType");
            String usageType = second ? "line_item_usage_type" : "lineItem/UsageType";
            if (!rows.has(usageType)) {
                throw new ExportException(
                        "format aws: expected a CSV with a column lineItem/UsageType or line_item_usage_type");
            }
            Matcher tokens = TOKENS.matcher(rows.text(usageType).orElse(""));
            String type = rows.text(second ? "line_item_line_item_type" : "lineItem/LineItemType")
                    .orElse("Usage");
            boolean bedrock = rows.text(second ? "line_item_product_code" : "lineItem/ProductCode")
                    .filter("AmazonBedrock"::equals)
                    .isPresent();
            boolean ofModel = tokens.matches();
            if ((ofModel || bedrock) && (type.equals("Usage") || type.contains("Discount"))) {
                lines.accept(line(rows, second, ofModel ? Optional.of(tokens) : Optional.empty(), type));
            }
        }
    }

    private static ExportLine line(CsvLines rows, boolean second, Optional<Matcher> tokens, String type) {
        String day = second ? "line_item_usage_start_date" : "lineItem/UsageStartDate";
        String cost = second ? "line_item_unblended_cost" : "lineItem/UnblendedCost";
        String currency = second ? "line_item_currency_code" : "lineItem/CurrencyCode";
        OptionalLong count = type.equals("Usage") && tokens.isPresent() ? tokens(rows, second) : OptionalLong.empty();
        boolean input = tokens.isPresent() && tokens.get().group("side").equalsIgnoreCase("input");
        return ExportLine.usage(
                ExportValues.day(rows.required(day), rows.where(day)),
                tokens.map(found -> found.group("model")),
                input ? count : OptionalLong.empty(),
                input ? OptionalLong.empty() : count,
                OptionalLong.empty(),
                Optional.of(new Money(
                        rows.decimal(cost)
                                .orElseThrow(() -> new ExportException(rows.where(cost) + ": expected an amount")),
                        ExportValues.currency(rows.text(currency).orElse("USD"), rows.where(currency)))));
    }

    /** Amounts are thousands or millions of tokens, as the unit says; empty if it says neither, or if they are no whole tokens. */
    private static OptionalLong tokens(CsvLines rows, boolean second) {
        Optional<BigDecimal> amount = rows.decimal(second ? "line_item_usage_amount" : "lineItem/UsageAmount");
        String unit =
                rows.text(second ? "pricing_unit" : "pricing/unit").orElse("").toUpperCase(Locale.ROOT);
        int zeros = unit.startsWith("1K") ? 3 : unit.startsWith("1M") ? 6 : unit.startsWith("TOKEN") ? 0 : -1;
        if (amount.isEmpty() || zeros < 0) {
            return OptionalLong.empty();
        }
        BigDecimal tokens = amount.get().movePointRight(zeros);
        return tokens.stripTrailingZeros().scale() <= 0
                ? OptionalLong.of(ExportValues.count(tokens, "the usage amount"))
                : OptionalLong.empty();
    }
}
