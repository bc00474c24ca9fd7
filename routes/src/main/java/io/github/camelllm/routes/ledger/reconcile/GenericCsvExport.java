package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.chat.Money;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Any CSV, by the columns that its user names. */
final class GenericCsvExport implements ExportFormat.Reading {
    @Override
    public void json(JsonPages pages, Consumer<ExportLine> lines) {
        throw new ExportException("format csv: expected CSV but the export is JSON");
    }

    @Override
    public void csv(CsvLines rows, CsvColumns columns, Consumer<ExportLine> lines) {
        String day = columns.of("day")
                .orElseThrow(() -> new ExportException("format csv: columns must name one for day, such as day=Date"));
        while (rows.next()) {
            Optional<Money> cost = columns.of("cost")
                    .flatMap(rows::decimal)
                    .map(amount -> new Money(
                            amount.movePointLeft(columns.decimals()),
                            columns.of("currency")
                                    .map(column -> ExportValues.currency(rows.required(column), rows.where(column)))
                                    .orElse(columns.currency())));
            lines.accept(new ExportLine(
                    ExportValues.day(rows.required(day), rows.where(day)),
                    columns.of("model").flatMap(rows::text),
                    columns.of("attemptId").flatMap(column -> rows.text(column)
                            .map(text -> ExportValues.uuid(text, rows.where(column)))),
                    columns.of("requestId").flatMap(rows::text),
                    count(rows, columns, "inputTokens"),
                    count(rows, columns, "outputTokens"),
                    count(rows, columns, "requests"),
                    cost));
        }
    }

    private static OptionalLong count(CsvLines rows, CsvColumns columns, String meaning) {
        Optional<String> column = columns.of(meaning);
        return column.isPresent() ? rows.count(column.get()) : OptionalLong.empty();
    }
}
